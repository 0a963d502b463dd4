internal import SluiceCore

extension MySQLSource: StreamingSource {
  func position(of start: StreamStart) throws -> Position {
    let server = LogServer(try MySQLSession.open(options))
    let search = LogSearch(options, server, dialect: try server.dialect())
    let position: MySQLPosition
    switch start {
    case .earliest:
      guard let oldest = try server.files().first else { throw LogServer.noLog }
      position = try search.position(file: oldest.name, offset: 4)
      if !server.connection.server.isMariaDB, try server.hasGTIDs() {
        var purged = position
        purged.gtids = .mysql(try server.purged())
        return purged.position
      }
    case .latest:
      guard let head = try server.head() else { throw LogServer.noLog }
      position = head
    case .timestamp(let time): position = try search.position(at: time)
    case .place(let text): position = try place(text, server, search)
    }
    return position.position
  }

  /// `file:offset`, or a set of GTIDs.
  private func place(_ text: String, _ server: LogServer, _ search: LogSearch) throws -> MySQLPosition {
    if text.hasPrefix("mysql:") {
      let position = try MySQLPosition(Position(text))
      _ = try server.start(at: position)
      return position
    }
    if let gtids = ReadGTIDs(text), !gtids.isEmpty {
      guard let oldest = try server.files().first else { throw LogServer.noLog }
      let position = MySQLPosition(file: oldest.name, offset: 4, gtids: gtids, server: try server.identity())
      let start = try server.start(at: position)
      guard case .gtids = start else {
        throw SluiceError(.specInvalid, "the server has no GTIDs switched on", at: .init(position: text), remedy: "Give a place as file:offset.")
      }
      // MariaDB tells only a connection whether it still has the place.
      _ = try LogConnection(options, start: start, waits: false).next()
      return position
    }
    guard let colon = text.lastIndex(of: ":"), let offset = UInt64(text[text.index(after: colon)...]) else {
      throw SluiceError(
        .specInvalid, "\"\(text)\" is no place in a log", remedy: "Write file:offset (binlog.000003:1234), or a set of GTIDs as the server spells it."
      )
    }
    return try search.position(file: String(text[..<colon]), offset: offset)
  }

  func definitions(of tables: [TableID]) throws -> (tables: [TableDefinition], position: Position)? {
    let connection = try MySQLSession.open(options)
    // A table that a transaction has read keeps its definition until the transaction ends: statements that change it wait so long, as they
    // wait for any reader.
    try connection.execute("START TRANSACTION READ ONLY")
    for table in tables {
      do {
        try connection.execute("SELECT 1 FROM \(MySQLText.quoted(table)) LIMIT 0", table: table)
      } catch let error as SluiceError where error.kind == .sourceTableMissing {
        continue
      }
    }
    let found = try MySQLCatalog(connection: connection).tables(tables).map(\.definition)
    guard let head = try LogServer(connection).head() else { return nil }
    try connection.execute("COMMIT")
    return (found, head.position)
  }

  func makeStream(_ request: StreamRequest) throws -> any ChangeStream {
    try MySQLStream(request, options: options)
  }

  func resume(_ head: Position, after before: Position?) -> Position {
    guard let before, let old = try? MySQLPosition(before), var new = try? MySQLPosition(head) else { return head }
    new.sequence = old.sequence
    return new.position
  }

  func isReached(_ position: Position, by other: Position) throws -> Bool {
    try MySQLPosition(other).hasReached(MySQLPosition(position))
  }
}
