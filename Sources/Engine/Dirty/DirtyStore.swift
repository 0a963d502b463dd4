internal import Foundation
internal import SluiceCore
internal import Synchronization

/// The rows of a job that could not be carried over: kept in files, counted by reason, held against the job's limits. Thread-safe.
///
/// The store follows the checkpoints: each says how far it belongs to it, and a run begins by cutting off what is behind that place. The rows
/// there are read again. What becomes of a row later is a line of its own, so that a row that goes through again does so together with the
/// checkpoint that holds it.
final class DirtyStore: Sendable {
  private struct State: ~Copyable {
    var files: DirtyFiles
    var counts: DirtyState
    var limits: DirtyLimits
    /// Columns whose values are not kept, by source table, as far as they were told.
    var sensitive: [TableID: Set<String>] = [:]
  }

  private let job: String
  private let folder: String
  private let settings: DirtySettings
  private let patterns: [(pattern: TablePattern, columns: [String])]
  private let state: Mutex<State>
  /// Whether the limits ask how many rows were read.
  let needsReads: Bool
  /// Seconds since any moment.
  private let clock: @Sendable () -> Double

  /// `kept` is what the checkpoint says; `nil` takes all that is there.
  init(
    job: String, settings: JobSettings, kept: DirtyState?, clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
  ) throws {
    self.job = job
    self.settings = settings.dirtyRows
    self.clock = clock
    folder = "\(settings.state)/dirty"
    patterns = try settings.dirtyRows.sensitive.map { (try TablePattern($0.pattern), $0.columns) }
    let limits = try DirtyLimits(settings.errorLimit)
    needsReads = limits.needsReads
    var counts = kept ?? DirtyState()
    if kept == nil {
      counts.file = (try DirtyFiles.numbers(folder).last ?? 0) + 1
      counts.lastID = try DirtyLog(state: settings.state).lastID()
    }
    state = Mutex(State(files: DirtyFiles(state: settings.state, number: counts.file, bytes: counts.bytes), counts: counts, limits: limits))
  }

  deinit {
    state.withLock { $0.files.close() }
  }

  /// The newest file.
  var path: String { state.withLock { $0.files.path } }

  /// Rows that wait for somebody, of one source table or of all.
  func open(of table: TableID? = nil) -> Int { state.withLock { $0.counts.open(of: table) } }

  /// Rows that wait for somebody, by the code of their reason.
  var reasons: [String: Int] {
    state.withLock { $0.counts.reasons().reduce(into: [:]) { sums, found in sums[found.key.code, default: 0] += found.value } }
  }

  /// What a checkpoint notes.
  var captured: DirtyState {
    state.withLock { state in
      var counts = state.counts
      counts.file = state.files.number
      counts.bytes = state.files.bytes
      return counts
    }
  }

  /// Cuts off what does not belong to the checkpoint.
  func rewind() throws {
    try state.withLock { try $0.files.rewind() }
  }

  /// From here on the values of these columns of a source table are not kept, in addition to those of the settings.
  func hide(_ columns: Set<String>, of table: TableID) {
    guard !columns.isEmpty else { return }
    state.withLock { $0.sensitive[table, default: []].formUnion(columns) }
  }

  /// Keeps rows, up to the first that breaks a limit, which is kept and then thrown as `dirty-limit`. `reads` tells how many rows were read.
  func append(_ rows: [DirtyRow], target: TableID?, reads: DirtyLimits.Reads) throws {
    guard !rows.isEmpty else { return }
    let time = DirtyRecord.now()
    try state.withLock { state in
      // Those of this call are not among the rows that were read before.
      var added: [TableID: Int] = [:]
      for row in rows {
        try makeRoom(&state)
        added[row.table, default: 0] += 1
        let sensitive = row.sensitive.union(state.sensitive[row.table] ?? []).union(hidden(row.table))
        let id = state.counts.lastID + 1
        try state.files.append(DirtyRecord.line(row, id: id, job: job, target: target, masking: sensitive, time: time))
        state.counts.lastID = id
        let before = state.counts.open(of: row.table)
        state.counts.count(row, target)
        // The row has failed on its way to another target already.
        if state.counts.open(of: row.table) == before { continue }
        let message = state.limits.note(row.table, at: clock(), open: state.counts) { table in
          reads(table) + (table.map { added[$0] ?? 0 } ?? added.values.reduce(0, +))
        }
        guard let message else { continue }
        throw SluiceError(.dirtyLimit, message, at: .init(job: job, table: row.table, column: row.column, path: state.files.path))
      }
    }
  }

  /// Throws `dirty-limit` when all is read and a share is too large.
  func checkFinally(reads: DirtyLimits.Reads) throws {
    try state.withLock { state in
      guard let (table, message) = state.limits.final(state.counts, reads: reads) else { return }
      throw SluiceError(.dirtyLimit, message, at: .init(job: job, table: table ?? state.counts.tables.first?.table, path: state.files.path))
    }
  }

  /// Notes how many rows were read so far, for limits that look at a window.
  func sample(present: [TableID], reads: DirtyLimits.Reads) {
    state.withLock { $0.limits.sample(at: clock(), present: present, reads: reads) }
  }

  /// The table is read anew for that target: what was kept of it is nobody's business any more.
  func void(_ table: TableID, target: TableID) throws {
    try state.withLock { state in
      func isVoid(_ entry: DirtyState.Table) -> Bool { entry.table == table && (entry.target == nil || entry.target == target) }
      guard state.counts.tables.contains(where: isVoid) else { return }
      try state.files.append(DirtyRecord.line(void: table, target: target, upTo: state.counts.lastID, time: DirtyRecord.now()))
      state.counts.tables.removeAll(where: isVoid)
    }
  }

  /// Notes what became of rows that were to go through again.
  func note(_ outcomes: [(row: DirtyRecord.KeptRow, outcome: DirtyRecord.RowOutcome)]) throws {
    let time = DirtyRecord.now()
    try state.withLock { state in
      for (row, outcome) in outcomes {
        try state.files.append(DirtyRecord.line(outcome, time: time))
        if outcome.isSettled { state.counts.settle(row) }
      }
    }
  }

  /// Makes durable what was kept.
  func sync() throws {
    try state.withLock { try $0.files.sync() }
  }

  private func hidden(_ table: TableID) -> Set<String> {
    patterns.reduce(into: []) { names, rule in if rule.pattern.matches(table) { names.formUnion(rule.columns) } }
  }

  /// Begins the next file when the newest one is full. When there are too many then, files whose rows are all settled go; else what the settings
  /// say.
  private func makeRoom(_ state: inout State) throws {
    guard state.files.bytes >= settings.fileBytes else { return }
    let numbers = try DirtyFiles.numbers(folder)
    if numbers.count >= settings.files, let oldest = numbers.first {
      let lost = try openRows(ofFile: oldest)
      guard lost == 0 || settings.whenFull == .dropOldest else {
        throw SluiceError(
          .dirtyLimit, "the store of dirty rows is full: \(numbers.count) files of \(settings.fileBytes) bytes", at: .init(job: job, path: folder),
          remedy: "Replay dirty rows (`sluice dirty replay`), raise `settings.dirtyRows.files`, or set `settings.dirtyRows.whenFull` to `dropOldest`."
        )
      }
      guard unlink(DirtyFiles.path(folder, oldest)) == 0 else { throw DurableFile.failure(folder) }
      state.counts.dropped += lost
    }
    try state.files.turn()
  }

  /// Rows of a file that still wait for somebody.
  private func openRows(ofFile number: Int) throws -> Int {
    var ids: Set<Int> = []
    let log = DirtyLog(folder: folder)
    try log.read(file: number) { record, _ in if case .row(let row) = record { ids.insert(row.id) } }
    return try log.rows { ids.contains($0.id) }.count { $0.outcome?.isSettled != true }
  }
}

extension DirtyState {
  /// Counts a row under its reason.
  mutating func count(_ row: DirtyRow, _ target: TableID?) {
    change(row.table, target, row.node, row.code) { $0.rows += 1 }
  }

  mutating func settle(_ row: DirtyRecord.KeptRow) {
    change(row.table, row.target, row.node, row.code) { $0.settled = min($0.settled + 1, $0.rows) }
  }

  private mutating func change(_ table: TableID, _ target: TableID?, _ node: String, _ code: String, _ body: (inout Count) -> Void) {
    let place =
      tables.firstIndex { $0.table == table && $0.target == target }
      ?? {
        tables.append(Table(table: table, target: target))
        return tables.count - 1
      }()
    if let count = tables[place].counts.firstIndex(where: { $0.node == node && $0.code == code }) {
      body(&tables[place].counts[count])
    } else {
      var count = Count(node: node, code: code)
      body(&count)
      tables[place].counts.append(count)
    }
  }
}
