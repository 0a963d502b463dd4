internal import SluiceCore

/// What a server says of its log.
struct LogServer {
  let connection: MySQLConnection

  init(_ connection: MySQLConnection) {
    self.connection = connection
  }

  static let noLog = SluiceError(
    .sourceLogUnusable, "the server writes no binary log", remedy: "Start the server with --log-bin and --binlog-format=ROW.")

  private var isMariaDB: Bool { connection.server.isMariaDB }

  /// A file of the log and its size.
  struct File: Hashable, Sendable {
    let name: String
    let size: UInt64
  }

  /// The server's own UUID; of a MariaDB server its number.
  func identity() throws -> String? {
    try value(isMariaDB ? "@@global.server_id" : "@@server_uuid")
  }

  /// Whether every transaction has an identifier: always on MariaDB.
  func hasGTIDs() throws -> Bool {
    if isMariaDB { return true }
    return connection.server.isAtLeast(5, 6) ? try value("@@global.gtid_mode") == "ON" : false
  }

  /// The files of the log, oldest first.
  func files() throws -> [File] {
    try connection.query("SHOW BINARY LOGS").compactMap { row in
      guard row.count > 1, let name = row[0] else { return nil }
      return File(name: name, size: row[1].flatMap { UInt64($0) } ?? 0)
    }
  }

  static func headStatement(_ server: MySQLServer) -> String {
    let hasNewName = server.isMariaDB ? server.isAtLeast(10, 5) : server.isAtLeast(8, 2)
    return !hasNewName ? "SHOW MASTER STATUS" : server.isMariaDB ? "SHOW BINLOG STATUS" : "SHOW BINARY LOG STATUS"
  }

  /// Where the next transaction will be written; `nil` when the server writes no log.
  func head() throws -> MySQLPosition? {
    let server = connection.server
    guard let row = try connection.query(Self.headStatement(server)).first, let file = row.first ?? nil, row.count > 1 else { return nil }
    let offset = row[1].flatMap { UInt64($0) } ?? 0
    var position = MySQLPosition(file: file, offset: offset, server: try identity())
    if server.isMariaDB {
      position.gtids = try gtids(file: file, offset: offset)
    } else if try hasGTIDs(), row.count > 4 {
      position.gtids = row[4].flatMap { ReadGTIDs($0, isMariaDB: false) }
    }
    return position
  }

  /// The transactions before a place in MariaDB's log; `nil` when the place is none between events.
  func gtids(file: String, offset: UInt64) throws -> ReadGTIDs? {
    guard isMariaDB else { return nil }
    let text = try connection.query("SELECT BINLOG_GTID_POS(\(MySQLText.literal(file)), \(offset))").first?.first ?? nil
    return text.flatMap { ReadGTIDs($0, isMariaDB: true) }
  }

  /// What the log no longer holds, in MySQL's identifiers.
  func purged() throws -> MySQLGTIDSet {
    MySQLGTIDSet(try value("@@global.gtid_purged") ?? "") ?? MySQLGTIDSet()
  }

  func executed() throws -> MySQLGTIDSet {
    MySQLGTIDSet(try value("@@global.gtid_executed") ?? "") ?? MySQLGTIDSet()
  }

  /// The newest transaction of each server in each domain of MariaDB's log.
  func lastOfMariaDB() throws -> MariaDBGTIDs {
    MariaDBGTIDs(try value("@@global.gtid_binlog_state") ?? "") ?? MariaDBGTIDs()
  }

  /// How the server reads statements.
  func dialect() throws -> MySQLDialect {
    var dialect = MySQLDialect(server: connection.server)
    dialect.lowersNames = try value("@@global.lower_case_table_names") == "1"
    let names = "('explicit_defaults_for_timestamp')"
    let row = try connection.query("SHOW GLOBAL VARIABLES WHERE Variable_name IN \(names)").first
    dialect.explicitTimestampDefaults = row.map { $0.count > 1 && $0[1] == "ON" }
    return dialect
  }

  func value(_ expression: String) throws -> String? {
    try connection.query("SELECT \(expression)").first?.first ?? nil
  }
}
