internal import SluiceCore

/// Knows where in the log a reader stands: files and offsets, transactions and their identifiers and times.
///
/// It is told of every event in order, and says what each means for the transaction that the reader is in.
struct LogTracker {
  /// What an event is to the reader.
  enum Step {
    /// Nothing that concerns transactions: a table map, rows, or news of the log itself.
    case none
    /// A statement that is neither a transaction's begin nor its end. Unless `isOpen`, it is a transaction of its own, and the reader says
    /// `complete` when it has dealt with it.
    case statement(MySQLStatement, BinlogQuery)
    /// The XA transaction that is read is prepared: a later one commits it or rolls it back.
    case xaPrepared(MySQLXID)
    /// The rows of an XA transaction count from here on: one that was prepared before, or with `nil` the one that is read. The reader says
    /// `complete` when it has dealt with it.
    case xaCommit(MySQLXID?)
    case xaRollback(MySQLXID)
    /// The transaction is complete, and the position after it.
    case committed
    /// The transaction is complete. What it changed in tables without transactions stays, all else is undone.
    case rolledBack
    /// The server went down in the middle of the transaction, which was never committed; the position is after it.
    case brokenOff
  }

  enum Identifier: Hashable, Sendable, CustomStringConvertible {
    case mysql(MySQLGTIDSet.Source, UInt64)
    case mariadb(MariaDBGTID.Identifier)

    var description: String {
      switch self {
      case .mysql(let source, let number):
        "\(MySQLGTIDSet.uuidText(source)):" + (source.tag.isEmpty ? "\(number)" : "\(source.tag):\(number)")
      case .mariadb(let gtid): gtid.description
      }
    }
  }

  /// After the last complete transaction.
  private(set) var position: MySQLPosition
  /// Where the transaction begins that the reader is in, or the next one.
  private(set) var start: (file: String, offset: UInt64)
  /// Counts transactions, so that what belongs to one can be told from what belongs to the next.
  private(set) var ordinal = 0
  /// Whether events belong to a transaction that ends with an event of its own.
  private(set) var isOpen = false
  /// Whether they are those of an XA transaction, which may be rolled back after it was prepared.
  private(set) var isXA = false
  /// Commit time of the transaction that the reader is in, or was in last; microseconds since 1970 UTC.
  private(set) var time: Int64?
  /// The identifier of the transaction that the reader is in.
  private(set) var identifier: Identifier?
  /// Identifier and beginning of the transaction that ended last.
  private(set) var ended: (identifier: Identifier?, start: (file: String, offset: UInt64))
  private var hasExactTime = false
  private(set) var file: String
  private(set) var offset: UInt64
  private let dialect: MySQLDialect

  /// `dialect` is how the server reads statements whose own settings say nothing else.
  init(_ position: MySQLPosition, dialect: MySQLDialect) {
    self.position = position
    self.dialect = dialect
    file = position.file
    offset = position.offset
    start = (position.file, position.offset)
    ended = (nil, start)
  }

  /// The place behind the last event.
  var place: String { "\(file):\(offset)" }

  /// What `note` does for an event that is no more than rows or a table map.
  mutating func noteContent(_ header: BinlogHeader) {
    advance(header)
    if !hasExactTime, header.timestamp > 0 { time = Int64(header.timestamp) * 1_000_000 }
  }

  mutating func note(_ header: BinlogHeader, _ event: BinlogEvent) -> Step {
    switch event {
    // Artificial ones say where the connection begins to read, and which file comes next.
    case .rotate(let file, let offset): return rotate(to: file, offset, isArtificial: header.isArtificial || header.nextOffset == 0)
    case .gtid(let gtid):
      let step = begin(header)
      if !gtid.isAnonymous {
        identifier = .mysql(.init(high: gtid.source.high, low: gtid.source.low, tag: gtid.tag), UInt64(clamping: gtid.number))
      }
      if let committed = gtid.committedAt, committed > 0 {
        time = committed
        hasExactTime = true
      }
      return step
    case .mariaGTID(let gtid):
      let step = begin(header)
      identifier = .mariadb(gtid.identifier)
      isOpen = !gtid.isStandalone
      isXA = gtid.isPreparedXA
      return step
    case .heartbeat(let file, let offset):
      if !isOpen, file == self.file, let offset, offset > self.offset {
        self.offset = offset
        settle()
      }
      return .none
    default: break
    }
    if !header.isArtificial { noteContent(header) }
    switch event {
    // A server that starts begins a new file; a transaction that the last one ends within is lost.
    case .formatDescription(let format):
      guard isOpen, format.createdAt > 0, header.nextOffset > 0, !header.isArtificial else { return .none }
      close()
      return .brokenOff
    case .previousGTIDs(let text):
      if !isOpen, case .mysql(var set)? = position.gtids, let earlier = MySQLGTIDSet(text) {
        set.formUnion(earlier)
        position.gtids = .mysql(set)
      }
      return .none
    case .xid: return end(.committed)
    case .xaPrepare(let xa):
      if xa.isOnePhase { return .xaCommit(nil) }
      return end(.xaPrepared(MySQLXID(global: xa.globalID, branch: xa.branchID, format: Int(xa.formatID))))
    case .query(let query): return note(query, header)
    default: return .none
    }
  }

  private mutating func note(_ query: BinlogQuery, _ header: BinlogHeader) -> Step {
    if query.isOnly("BEGIN") {
      open(header)
      return .none
    }
    if query.isOnly("COMMIT") { return end(.committed) }
    let statement = MySQLStatement.read(query.statement, context(query))
    guard case .transaction(let step) = statement else {
      if !isOpen, identifier == nil { start = placeBefore(header) }
      return .statement(statement, query)
    }
    switch step {
    case .begin: open(header)
    case .commit: return end(.committed)
    case .rollback: return end(.rolledBack)
    case .xaStart:
      open(header)
      isXA = true
    case .xaCommit(let xid, _): return .xaCommit(xid)
    case .xaRollback(let xid): return end(.xaRollback(xid))
    case .rollbackTo: return .statement(statement, query)
    case .savepoint, .releaseSavepoint, .xaEnd, .xaPrepare: break
    }
    return .none
  }

  /// The statement or the committed XA transaction was dealt with: the position is after it.
  mutating func complete() {
    _ = end(.committed)
  }

  private mutating func advance(_ header: BinlogHeader) {
    guard header.nextOffset > 0, !header.isInPayload else { return }
    // Offsets are told in 32 bits; a file of one huge transaction may be larger.
    let next = offset & ~0xffff_ffff | UInt64(header.nextOffset)
    offset = next < offset ? next + 1 << 32 : next
  }

  private mutating func rotate(to file: String, _ offset: UInt64, isArtificial: Bool) -> Step {
    let isElsewhere = file != self.file
    self.file = file
    self.offset = offset
    guard isElsewhere else { return .none }
    // A file ends with whole transactions, unless the server went down.
    guard isOpen, isArtificial else {
      if !isOpen { settle() }
      return .none
    }
    close()
    return .brokenOff
  }

  private func placeBefore(_ header: BinlogHeader) -> (file: String, offset: UInt64) {
    (file, offset - min(offset, UInt64(header.size)))
  }

  private mutating func begin(_ header: BinlogHeader) -> Step {
    let isBroken = isOpen
    if isBroken { close() }
    advance(header)
    start = placeBefore(header)
    hasExactTime = false
    identifier = nil
    if header.timestamp > 0 { time = Int64(header.timestamp) * 1_000_000 }
    return isBroken ? .brokenOff : .none
  }

  private mutating func open(_ header: BinlogHeader) {
    if identifier == nil, !isOpen, !header.isInPayload { start = placeBefore(header) }
    isOpen = true
  }

  private mutating func end(_ step: Step) -> Step {
    if let identifier { position.gtids?.insert(identifier) }
    close()
    return step
  }

  private mutating func close() {
    ended = (identifier, start)
    isOpen = false
    isXA = false
    identifier = nil
    hasExactTime = false
    ordinal += 1
    position.clearTransaction()
    settle()
  }

  /// Outside of transactions the position moves with the log.
  private mutating func settle() {
    position.file = file
    position.offset = offset
    start = (file, offset)
  }

  /// Whether the transaction that the reader is in is the one that begins at `place`, where all before it was read.
  func isWithin(_ place: MySQLPosition) -> Bool { place.open.map { $0 == identifier?.description } ?? true }

  /// The terms on which a statement of the log ran.
  func context(_ query: BinlogQuery) -> MySQLStatementContext {
    var own = MySQLDialect(server: dialect.server, sqlMode: query.sqlMode ?? 0)
    own.lowersNames = dialect.lowersNames
    own.explicitTimestampDefaults = dialect.explicitTimestampDefaults
    return MySQLStatementContext(database: query.database, dialect: own)
  }

  /// Whether the transaction that the reader is in is before `place`.
  func isBefore(_ place: MySQLPosition) -> Bool {
    switch (identifier, place.gtids) {
    case (.mysql(let source, let number), .mysql(let set)): set.contains(source, number)
    case (.mariadb(let gtid), .mariadb(let gtids)): gtids.last[gtid.domain].map { $0.sequence >= gtid.number } ?? false
    default: (LogFileName(start.file).number, start.offset) < (LogFileName(place.file).number, place.offset)
    }
  }
}

extension ReadGTIDs {
  /// A transaction was read; one of the other product is left out.
  mutating func insert(_ identifier: LogTracker.Identifier) {
    switch (identifier, self) {
    case (.mysql(let source, let number), .mysql(var set)):
      set.insert(source, number)
      self = .mysql(set)
    case (.mariadb(let gtid), .mariadb(var gtids)):
      gtids.insert(domain: gtid.domain, server: gtid.server, sequence: gtid.number)
      self = .mariadb(gtids)
    default: break
    }
  }
}
