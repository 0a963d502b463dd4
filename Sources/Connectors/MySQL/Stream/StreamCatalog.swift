internal import SluiceCore

/// Asks the server beside the log: over one connection, which is made when it is needed and anew when it broke.
final class StreamCatalog {
  private let options: MySQLOptions
  private var connection: MySQLConnection?
  private var charsets: [String: MySQLCharset] = [:]

  init(_ options: MySQLOptions) {
    self.options = options
  }

  /// The table as it is now, which may be later than where the log is read; `nil` when there is none.
  func table(_ id: TableID) throws -> MySQLTable? {
    try ask { try MySQLCatalog(connection: $0).tables([id]).first }
  }

  /// What tables of a database are made with that say nothing else.
  func charset(of database: String) throws -> MySQLCharset? {
    if let known = charsets[database] { return known }
    let row = try ask {
      try $0.query(
        """
        SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA \
        WHERE SCHEMA_NAME = \(MySQLText.literal(database))
        """
      ).first
    }
    guard let row, row.count == 2, let charset = row[0], let collation = row[1] else { return nil }
    let found = MySQLCharset(charset: charset, collation: collation)
    charsets[database] = found
    return found
  }

  /// A statement of the log has changed it.
  func setCharset(_ charset: MySQLCharset?, of database: String) { charsets[database] = charset }

  func server() throws -> LogServer { try ask { LogServer($0) } }

  func ask<Answer>(_ question: (MySQLConnection) throws -> Answer) throws -> Answer {
    if let connection {
      do {
        return try question(connection)
      } catch let error as SluiceError where error.kind == .sourceConnectionLost {
        self.connection = nil
      }
    }
    let made = try MySQLSession.open(options)
    connection = made
    return try question(made)
  }
}
