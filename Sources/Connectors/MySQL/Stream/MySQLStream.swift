internal import SluiceCore

/// Follows the binary log of a MySQL or MariaDB server. See `ChangeStream` for what it promises.
///
/// Changes are handed over as the log tells them, transaction by transaction, a large one in pieces. XA transactions are an exception: the
/// log has their events from `XA PREPARE` on, and they may be rolled back later. They are skipped, and read a second time, over a
/// connection of their own, where the log says that they are committed: nothing of them is kept in memory, however large they are.
final class MySQLStream: ChangeStream {
  let options: MySQLOptions
  let dialect: MySQLDialect
  let catalog: StreamCatalog
  var tracker: LogTracker
  var tables: FollowedTables
  var transaction: OpenTransaction
  /// The committed XA transaction that is read again.
  var replay: LogReader?
  /// Where XA transactions begin that are prepared.
  var prepared: [MySQLXID: LogStart] = [:]
  private let log: LogReader
  private let backlog: LogBacklog
  /// The sequence number of the last row.
  private var sequence: Int64
  private var items: [StreamItem] = []
  private var dirtyRows: [DirtyRow] = []
  /// Tables with rows that have come together, and about how many bytes those take.
  private var active: [FollowedEntry] = []
  private var activeBytes = 0
  private var ready: [LogSlice] = []
  private var commitTime: Int64?
  private var failure: (any Error)?
  /// The place of the newest slice.
  private var told: Position

  init(_ request: StreamRequest, options: MySQLOptions) throws {
    self.options = options
    var start = try MySQLPosition(request.start)
    catalog = StreamCatalog(options)
    let server = try catalog.server()
    let logStart = try server.start(at: start)
    dialect = try server.dialect()
    // From now on it is this server's log, whosever it was before.
    start.server = try server.identity()
    sequence = start.sequence
    told = request.start
    transaction = OpenTransaction(resumed: start.isWithinTransaction ? start : nil)
    start.clearTransaction()
    tracker = LogTracker(start, dialect: dialect)
    tables = try FollowedTables(request.selection)
    for table in request.tables { tables.follow(try Self.entry(table, options)) }
    backlog = LogBacklog(catalog)
    log = try LogReader(options, start: logStart, waits: true)
  }

  private static func entry(_ table: FollowedTable, _ options: MySQLOptions) throws -> FollowedEntry {
    FollowedEntry(
      try MySQLTable(restoring: table.definition, options: options), from: try table.from.map(MySQLPosition.init),
      needsImagesBefore: table.needsImagesBefore)
  }

  func follow(_ table: FollowedTable) {
    leave(table.definition.id)
    do {
      tables.follow(try Self.entry(table, options))
    } catch {
      failure = error
    }
  }

  func leave(_ table: TableID) {
    guard let entry = tables.leave(table) else { return }
    active.removeAll { $0 === entry }
  }

  func next(within seconds: Double, bytes: Int) throws -> LogSlice {
    if let failure { throw failure }
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ready.isEmpty {
      let reader = replay ?? log
      guard try read(reader) else { throw endOfLog(reader) }
      if ready.isEmpty, activeBytes >= bytes || ContinuousClock.now >= deadline { try cut() }
    }
    return ready.removeFirst()
  }

  /// Deals with what the log holds next. `false` at its end, where it has one.
  ///
  /// When the connection breaks, what came before is handed over, and the break is told at the next call: a log that breaks again and again is
  /// followed all the same.
  private func read(_ reader: LogReader) throws -> Bool {
    var isHandled = true
    do {
      return try reader.next {
        isHandled = false
        try handle($0, $1)
        isHandled = true
      }
    } catch let error as SluiceError where error.kind == .sourceConnectionLost && isHandled && replay == nil {
      guard !active.isEmpty || !items.isEmpty || !dirtyRows.isEmpty || position().position != told else { throw error }
      failure = error
      try cut()
      return true
    }
  }

  private func endOfLog(_ reader: LogReader) -> SluiceError {
    if reader === replay {
      return SluiceError(.sourceLogDamaged, "the log ends within an XA transaction that was prepared", at: .init(position: tracker.place))
    }
    return SluiceError(.sourceConnectionLost, "the server at \(options.address) ended its log")
  }

  // MARK: Events

  private func handle(_ header: BinlogHeader, _ event: BinlogEvent) throws {
    guard replay == nil else { return try handleReplayed(event) }
    backlog.isAtHead = false
    switch event {
    case .rows(let rows):
      tracker.noteContent(header)
      if !tracker.isXA { try append(rows) }
    case .tableMap: tracker.noteContent(header)
    case .heartbeat:
      backlog.isAtHead = true
      _ = tracker.note(header, event)
    default: try handle(tracker.note(header, event))
    }
  }

  private func handle(_ step: LogTracker.Step) throws {
    switch step {
    case .none: break
    case .statement(let statement, let query): try handle(statement, query)
    case .committed: try endTransaction()
    case .rolledBack: try endTransaction(undone: "the transaction was rolled back after the log had told its changes")
    case .brokenOff: try endTransaction(undone: "the server went down within a transaction after the log had told its changes")
    case .xaPrepared(let xid):
      prepared[xid] = .file(tracker.ended.start.file, offset: tracker.ended.start.offset)
      try endTransaction()
    case .xaRollback(let xid):
      prepared[xid] = nil
      try endTransaction()
    case .xaCommit(let xid): try startReplay(xid)
    }
  }

  /// The tracker's position is behind the transaction, which `undone` says why it changed less than the log told.
  func endTransaction(undone: String? = nil) throws {
    let reason = undone ?? "a part of the transaction was rolled back after the log had told its changes"
    let tables = undone == nil ? transaction.undone : transaction.changedTables
    transaction.end(tracker)
    if let time = tracker.time { commitTime = max(time, commitTime ?? time) }
    let events = tables.compactMap { id in
      self.tables[id].map { PlannedEvent(id, [.replaceRows(id, reason: reason)], $0.table, note: nil) }
    }
    if !events.isEmpty { try emit(events, statement: "ROLLBACK") }
  }

  // MARK: Rows

  func append(_ rows: BinlogRows) throws {
    guard let entry = tables.entry(for: rows.map) else { return }
    if entry.enter(tracker, resumed: transaction.resumed(tracker)) { transaction.touched.append(entry) }
    if entry.isLeftOut { return }
    do {
      try append(rows, to: entry)
    } catch let error as SluiceError where error.kind == .sourceSchemaChanged {
      try repair(entry, rows, after: error)
      try append(rows, to: entry)
    }
  }

  private func append(_ rows: BinlogRows, to entry: FollowedEntry) throws {
    let assembly = entry.assembly
    let wasEmpty = assembly.rowCount == 0
    let changes = try assembly.append(
      rows, skipping: max(0, entry.handedOver - entry.changeCount), sequence: &sequence, commitTime: tracker.time, position: tracker.place,
      dirty: { dirtyRows.append($0) })
    entry.count(changes)
    if wasEmpty, assembly.rowCount > 0 { active.append(entry) }
    activeBytes += rows.images.count
  }

  // MARK: Slices

  /// Where a stream made anew would go on.
  func position() -> MySQLPosition {
    var position = tracker.position
    position.sequence = sequence
    transaction.describe(&position, tracker, isWithin: tracker.isOpen || replay != nil)
    return position
  }

  /// Takes the rows that have come together, so that what comes next is after them.
  func flush(at position: MySQLPosition) {
    guard !active.isEmpty || !dirtyRows.isEmpty else { return }
    let place = position.position
    for entry in active {
      if let batch = entry.assembly.finish(position: place, commitTime: tracker.time) { items.append(.changes(batch)) }
    }
    if !dirtyRows.isEmpty { items.append(.dirty(dirtyRows)) }
    active.removeAll(keepingCapacity: true)
    dirtyRows = []
    activeBytes = 0
  }

  /// Hands over events that concern tables, after the rows before them; the position is behind the statement.
  func emit(_ events: [PlannedEvent], statement: String) throws {
    let position = position()
    flush(at: position)
    try cutBefore()
    for event in events { items.append(.schemaChange(event.event(statement: statement, position: position.position, commitTime: tracker.time))) }
    try cut()
  }

  /// What comes next begins a slice of its own.
  func cutBefore() throws {
    if !items.isEmpty { try cut() }
  }

  private func cut() throws {
    let position = position()
    flush(at: position)
    told = position.position
    ready.append(
      LogSlice(
        items: items, position: position.position, commitTime: commitTime, bytesBehind: backlog.bytes(behind: tracker.file, tracker.offset)))
    items = []
  }
}
