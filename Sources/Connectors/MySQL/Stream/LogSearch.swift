internal import SluiceCore

/// Looks for places in the log, from connections of its own that read what is there and do not wait.
struct LogSearch {
  private let options: MySQLOptions
  private let server: LogServer
  private let dialect: MySQLDialect

  init(_ options: MySQLOptions, _ server: LogServer, dialect: MySQLDialect) {
    self.options = options
    self.server = server
    self.dialect = dialect
  }

  private var isMariaDB: Bool { dialect.server.isMariaDB }

  /// The start of a file, with what was logged before it.
  private func start(of file: String) throws -> MySQLPosition {
    var position = MySQLPosition(file: file, offset: 4, server: try server.identity())
    if isMariaDB {
      position.gtids = try server.gtids(file: file, offset: 4) ?? .none(isMariaDB: true)
    } else if try server.hasGTIDs() {
      // The file's first event names them.
      position.gtids = .none(isMariaDB: false)
    }
    return position
  }

  /// Reads from the start of `file` on and shows each transaction's end, with the position before and behind it, until `visit` says false.
  private func scan(
    _ file: String, _ visit: (_ before: MySQLPosition, _ tracker: LogTracker, _ step: LogTracker.Step) throws -> Bool
  ) throws -> LogTracker {
    let start = try start(of: file)
    let reader = try LogReader(options, start: .file(file, offset: 4), waits: false)
    defer { reader.close() }
    var tracker = LogTracker(start, dialect: dialect)
    var goesOn = true
    while goesOn {
      let isMore = try reader.next { header, event in
        guard goesOn else { return }
        switch event {
        case .rows, .tableMap: return tracker.noteContent(header)
        default: break
        }
        let before = tracker.position
        let ordinal = tracker.ordinal
        let step = tracker.note(header, event)
        switch step {
        case .statement where !tracker.isOpen: tracker.complete()
        case .xaCommit: tracker.complete()
        default: break
        }
        // A new file moves the position, too.
        if tracker.ordinal != ordinal || before.file != tracker.position.file { goesOn = try visit(before, tracker, step) }
      }
      if !isMore { break }
    }
    return tracker
  }

  /// The position before the first transaction that was committed at or after `time` (microseconds since 1970 UTC); the head of the log
  /// when there is none.
  func position(at time: Int64) throws -> MySQLPosition {
    let files = try server.files().map(\.name)
    guard let oldest = files.first else { throw LogServer.noLog }
    var low = 0
    var high = files.count
    // The last file that was begun before.
    while high - low > 1 {
      let middle = (low + high) / 2
      if try beginning(of: files[middle]) < time { low = middle } else { high = middle }
    }
    if low == 0, try beginning(of: oldest) > time, try !isFirst(oldest) {
      throw SluiceError(
        .sourceLogGone, "the log begins later than that time", at: .init(position: "\(oldest):4"),
        remedy: "Start with a later time, or with `earliest`.")
    }
    var found: MySQLPosition?
    let end = try scan(files[low]) { before, tracker, step in
      if case .none = step { return true }
      guard let committed = tracker.time, committed >= time else { return true }
      found = before
      return false
    }
    return found ?? end.position
  }

  /// When a file was begun, microseconds since 1970 UTC.
  private func beginning(of file: String) throws -> Int64 {
    let reader = try LogReader(options, start: .file(file, offset: 4), waits: false)
    defer { reader.close() }
    var time: Int64?
    while time == nil,
      try reader.next({ header, event in
        if case .formatDescription = event, header.timestamp > 0 { time = Int64(header.timestamp) * 1_000_000 }
      })
    {}
    return time ?? 0
  }

  /// Whether nothing was ever logged before that file.
  private func isFirst(_ file: String) throws -> Bool { LogFileName(file).number <= 1 }

  /// The position at a place in a file, which must be between transactions.
  func position(file: String, offset: UInt64) throws -> MySQLPosition {
    guard let found = try server.files().first(where: { $0.name == file }) else {
      throw SluiceError(.sourceLogGone, "the server has no log file \(file)", at: .init(position: "\(file):\(offset)"))
    }
    func unfit(_ message: String) -> SluiceError { SluiceError(.specInvalid, message, at: .init(position: "\(file):\(offset)")) }
    guard offset >= 4, offset <= found.size else { throw unfit("the file has \(found.size) bytes") }
    if offset == 4 { return try start(of: file) }
    var answer: MySQLPosition?
    var beyond: UInt64?
    let end = try scan(file) { before, tracker, _ in
      let position = tracker.position
      if before.file == file, before.offset <= offset, tracker.ended.start.file == file, tracker.ended.start.offset == offset {
        answer = before
        return false
      }
      if position.file == file, position.offset == offset { answer = position }
      if position.file != file || position.offset > offset { beyond = before.offset }
      return answer == nil && beyond == nil
    }
    if answer == nil, end.position.file == file, end.position.offset <= offset, end.offset <= offset, !end.isOpen { answer = end.position }
    guard var answer else {
      throw unfit("the place is within a transaction" + (beyond.map { "; the next one before it is \(file):\($0)" } ?? ""))
    }
    answer.offset = offset
    return answer
  }

  /// Where an XA transaction begins that was prepared before `place`; `nil` when no file has it.
  func preparation(of xid: MySQLXID, before place: (file: String, offset: UInt64)) throws -> LogStart? {
    let files = try server.files().map(\.name)
    guard let last = files.firstIndex(of: place.file) else { return nil }
    for file in files[...last].reversed() {
      var found: LogStart?
      _ = try scan(file) { before, tracker, step in
        if case .xaPrepared(xid) = step, before.file == file {
          found = .file(file, offset: tracker.ended.start.offset)
        }
        let position = tracker.position
        return position.file == file && (file != place.file || position.offset < place.offset)
      }
      if let found { return found }
    }
    return nil
  }
}
