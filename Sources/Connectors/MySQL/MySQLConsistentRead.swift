internal import SluiceCore

/// Begins one consistent read at a known place in the log: the changes before the place are in it, those after it are not.
///
/// MariaDB tells the place within the transaction. MySQL does not: there the table is locked for the moment, where the account may (`LOCK
/// TABLES`); else the log is looked at before and after, until it stood still meanwhile.
struct MySQLConsistentRead {
  let connection: MySQLConnection
  let table: TableID

  private static let looks = 400

  /// `nil` when the server writes no log.
  func begin() throws -> Position? {
    if connection.server.isMariaDB { return try beginTold() }
    if let position = try beginLocked() { return position }
    let server = LogServer(connection)
    for _ in 0..<Self.looks {
      guard let before = try server.head() else {
        try start()
        return nil
      }
      // A transaction that the log has but that nobody sees yet becomes visible meanwhile.
      _ = try connection.query("SELECT SLEEP(0.02)")
      try start()
      _ = try connection.query("SELECT SLEEP(0.02)")
      if let after = try server.head(), after == before { return after.position }
      try connection.execute("ROLLBACK")
    }
    throw SluiceError(
      .sourcePrivilege, "the table has no key, and the server is too busy to tell at which place in the log it is read", at: .init(table: table),
      remedy: "GRANT LOCK TABLES ON \(MySQLText.quoted(table.database)).* TO '\(connection.options.user)'@'%';")
  }

  /// At no known place.
  func start() throws {
    try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    try connection.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
  }

  private func beginTold() throws -> Position? {
    try start()
    var values: [String: String] = [:]
    for row in try connection.query("SHOW STATUS LIKE 'binlog_snapshot_%'") where row.count == 2 {
      values[row[0]?.lowercased() ?? ""] = row[1]
    }
    guard let file = values["binlog_snapshot_file"], !file.isEmpty, let offset = values["binlog_snapshot_position"].flatMap({ UInt64($0) }) else {
      return nil
    }
    let server = LogServer(connection)
    return MySQLPosition(file: file, offset: offset, gtids: try server.gtids(file: file, offset: offset), server: try server.identity()).position
  }

  /// `nil` when the account may not lock.
  private func beginLocked() throws -> Position? {
    let guardian = try MySQLSession.open(connection.options)
    do {
      try guardian.execute("LOCK TABLES \(MySQLText.quoted(table)) READ", table: table)
    } catch let error as SluiceError where error.kind == .sourcePrivilege {
      return nil
    }
    defer { try? guardian.execute("UNLOCK TABLES") }
    try start()
    return try LogServer(connection).head()?.position
  }
}
