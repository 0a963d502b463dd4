internal import SluiceCore

/// A statement with what it takes to understand it.
struct BinlogQuery: Sendable {
  let threadID: UInt32
  /// What the statement ended with at the server; 0 unless it failed after it had changed something.
  let errorCode: UInt16
  /// The default database; empty when there was none.
  let database: String
  /// As Unicode. Bytes that the client's character set does not know are replaced.
  let statement: String
  let sqlMode: UInt64?
  /// Numbers of collations.
  let clientCollation: Int?
  let connectionCollation: Int?
  let serverCollation: Int?
  /// The default collation of utf8mb4 that the statement went by, where a server says so.
  let utf8mb4Collation: Int?
  let timeZone: String?
  /// The transaction that a statement of DDL committed.
  let ddlXid: UInt64?
  /// The phase of an ALTER that MariaDB logs in two; `nil` for any other statement.
  let alterPhase: AlterPhase?

  /// An ALTER in two phases is told when it begins and again when it ends, one way or the other.
  enum AlterPhase: Sendable {
    case start, commit, rollback
  }

  /// `body` comes without checksum.
  init(_ body: UnsafeRawBufferPointer, fixedLength: Int) throws {
    var cursor = BinlogCursor(body, "a statement")
    threadID = try cursor.uint32()
    try cursor.skip(4)
    let databaseLength = Int(try cursor.uint8())
    errorCode = try cursor.uint16()
    let variableLength = fixedLength >= 13 ? Int(try cursor.uint16()) : 0
    if fixedLength > 13 { try cursor.skip(fixedLength - 13) }
    let variables = try QueryVariables(try cursor.bytes(variableLength))
    sqlMode = variables.sqlMode
    clientCollation = variables.client
    connectionCollation = variables.connection
    serverCollation = variables.server
    utf8mb4Collation = variables.utf8mb4
    timeZone = variables.timeZone
    ddlXid = variables.ddlXid
    alterPhase = variables.alterPhase
    database = try cursor.text(databaseLength)
    try cursor.skip(1)
    statement = CharacterSet.text(cursor.rest, collation: variables.client)
  }

  /// Whether nothing but the word: `BEGIN`, `COMMIT`.
  func isOnly(_ word: StaticString) -> Bool {
    statement.utf8.count == word.utf8CodeUnitCount
      && zip(statement.utf8, UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)).allSatisfy { $0 & 0xdf == $1 & 0xdf }
  }
}

/// The status variables of a statement: a code and a value each, of which a reader knows the first ones.
private struct QueryVariables {
  var sqlMode: UInt64?
  var client: Int?
  var connection: Int?
  var server: Int?
  var utf8mb4: Int?
  var timeZone: String?
  var ddlXid: UInt64?
  var alterPhase: BinlogQuery.AlterPhase?

  init(_ bytes: UnsafeRawBufferPointer) throws {
    var cursor = BinlogCursor(bytes, "the variables of a statement")
    while !cursor.isAtEnd {
      switch try cursor.uint8() {
      case 0: try cursor.skip(4)
      case 1: sqlMode = try cursor.uint64()
      case 2: try cursor.skip(Int(try cursor.uint8()) + 1)
      case 3: try cursor.skip(4)
      case 4:
        client = Int(try cursor.uint16())
        connection = Int(try cursor.uint16())
        server = Int(try cursor.uint16())
      case 5: timeZone = try cursor.text(Int(try cursor.uint8()))
      case 6: try cursor.skip(Int(try cursor.uint8()))
      case 7, 8: try cursor.skip(2)
      case 9: try cursor.skip(8)
      case 10: try cursor.skip(4)
      case 11:
        try cursor.skip(Int(try cursor.uint8()))
        try cursor.skip(Int(try cursor.uint8()))
      case 12:
        let count = Int(try cursor.uint8())
        // 254 stands for more databases than are listed.
        if count < 254 { for _ in 0..<count { _ = try cursor.textToZero() } }
      case 13: try cursor.skip(3)
      case 16, 19, 20: try cursor.skip(1)
      case 17: ddlXid = try cursor.uint64()
      case 18: utf8mb4 = Int(try cursor.uint16())
      case 128: try cursor.skip(3)
      case 129: ddlXid = try cursor.uint64()
      case 130:
        // MariaDB's ALTER in two phases: flags, and the number of the first phase for the second.
        let flags = try cursor.uint8()
        alterPhase = flags & 2 != 0 ? .start : flags & 4 != 0 ? .commit : flags & 8 != 0 ? .rollback : nil
        if flags & 12 != 0 { try cursor.skip(8) }
      // Codes come in ascending order within a family; an unknown one ends what can be understood.
      default: return
      }
    }
  }
}
