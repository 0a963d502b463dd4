/// What a statement of the log means on its own terms: how it reads, and which database stands behind names without one.
struct MySQLStatementContext: Hashable, Sendable {
  /// The default database; empty when there is none.
  var database: String
  var dialect: MySQLDialect

  init(database: String, dialect: MySQLDialect) {
    self.database = database
    self.dialect = dialect
  }
}
