internal import Foundation
internal import SluiceCore

/// Says at which dirty row a run is over. A value: time, and how many rows were read, are told to it.
struct DirtyLimits {
  /// How many rows were read so far: of the job, or of one table.
  typealias Reads = (TableID?) -> Int

  /// One limit with what it has seen. A table's limit has one for each table.
  private struct Watch {
    let rows: Int?
    let percentage: Double?
    let window: Double?
    /// When the dirty rows of the window came, oldest first.
    private var times: [Double] = []
    private var head = 0
    /// Rows read at moments of the window, oldest first.
    private var reads: [(time: Double, rows: Int)] = []

    init(rows: Int?, percentage: Double?, window: Double?) {
      self.rows = rows
      self.percentage = percentage
      self.window = window
    }

    /// Notes a row, and answers what is wrong with it; `open` is how many rows count without a window.
    mutating func note(at time: Double, open: Int, read: () -> Int) -> String? {
      guard let window else { return excess(dirty: open, read: read, least: DirtyLimits.leastRows) }
      times.append(time)
      forget(before: time - window)
      let total = read()
      let before = reads.first?.rows ?? total
      return excess(dirty: times.count - head, read: { total - before }, least: DirtyLimits.leastRows)
    }

    func excess(dirty: Int, read: () -> Int, least: Int) -> String? {
      let within = window.map { " within \($0.formatted()) s" } ?? ""
      if let rows, dirty > rows { return "\(dirty) dirty row\(dirty == 1 ? "" : "s")\(within), \(rows) allowed" }
      guard let percentage, dirty > 0 else { return nil }
      let rows = max(read(), dirty)
      guard rows >= least, Double(dirty) * 100 > percentage * Double(rows) else { return nil }
      return "\(dirty) dirty of \(rows) rows\(within), \(percentage) % allowed"
    }

    var needsReads: Bool { percentage != nil && window != nil }

    mutating func sample(at time: Double, rows: Int) {
      guard let window else { return }
      if let last = reads.last, time - last.time < window / 64 { return }
      reads.append((time, rows))
      // The newest sample that is older than the window tells how many rows were read before it.
      while reads.count > 1, reads[1].time <= time - window { reads.removeFirst() }
    }

    private mutating func forget(before time: Double) {
      while head < times.count, times[head] < time { head += 1 }
      if head > 1_024, head * 2 > times.count {
        times.removeFirst(head)
        head = 0
      }
    }
  }

  /// Shares say nothing of fewer rows.
  static let leastRows = 1_000

  private var job: Watch
  private let rules: [(pattern: TablePattern, rule: ErrorLimit.Table)]
  private var tables: [TableID: Watch?] = [:]
  private let limit: ErrorLimit

  init(_ limit: ErrorLimit) throws {
    self.limit = limit
    job = Watch(rows: limit.rows, percentage: limit.percentage, window: limit.window)
    rules = try limit.tables.map { (try TablePattern($0.pattern), $0) }
  }

  /// Whether shares of the rows read matter, so that the rows read must be known.
  var needsReads: Bool { limit.percentage != nil || limit.tables.contains { $0.percentage != nil } }

  /// Notes a dirty row of a table that is kept already, and answers what limit it breaks.
  mutating func note(_ table: TableID, at time: Double, open: DirtyState, reads: Reads) -> String? {
    if let message = job.note(at: time, open: open.open(), read: { reads(nil) }) { return message }
    guard var watch = watch(of: table) else { return nil }
    defer { tables[table] = watch }
    return watch.note(at: time, open: open.open(of: table), read: { reads(table) }).map { "\($0) of this table" }
  }

  /// What is broken when all is read: shares count however few rows there are.
  mutating func final(_ state: DirtyState, reads: Reads) -> (table: TableID?, message: String)? {
    if job.window == nil, let message = job.excess(dirty: state.open(), read: { reads(nil) }, least: 0) { return (nil, message) }
    for table in state.tables.map(\.table) {
      guard let watch = watch(of: table), watch.window == nil else { continue }
      if let message = watch.excess(dirty: state.open(of: table), read: { reads(table) }, least: 0) { return (table, "\(message) of this table") }
    }
    return nil
  }

  /// Notes how many rows were read, for shares of a window.
  mutating func sample(at time: Double, present: [TableID], reads: Reads) {
    if job.needsReads { job.sample(at: time, rows: reads(nil)) }
    guard rules.contains(where: { $0.rule.percentage != nil && $0.rule.window != nil }) else { return }
    for table in present {
      guard var watch = watch(of: table), watch.needsReads else { continue }
      watch.sample(at: time, rows: reads(table))
      tables[table] = watch
    }
  }

  private mutating func watch(of table: TableID) -> Watch? {
    if let known = tables[table] { return known }
    let rule = rules.first { $0.pattern.matches(table) }?.rule
    let made = rule.map { Watch(rows: $0.rows, percentage: $0.percentage, window: $0.window) }
    tables[table] = .some(made)
    return made
  }
}
