import SluiceCore

@testable import SluiceConnectors

/// Tables for tests that need no server.
enum TrackedTables {
  static func options(_ values: [String: OptionValue] = [:]) throws -> MySQLOptions {
    try MySQLOptions(OptionValues(["user": OptionValue.string("u")].merging(values) { $1 }))
  }

  static let mysql = MySQLDialect(server: MySQLServer(version: "9.7.4"))
  static let mariadb = MySQLDialect(server: MySQLServer(version: "10.11.19-MariaDB"))

  static func made(_ body: String, _ dialect: MySQLDialect = mysql, options values: [String: OptionValue] = [:]) throws -> MySQLTable {
    let context = MySQLStatementContext(database: "d", dialect: dialect)
    guard case .tables(let statements) = MySQLStatement.read("CREATE TABLE t \(body)", context), case .create(let creation)? = statements.first,
      let table = try MySQLTable.created(
        by: creation, charset: MySQLCharset(collation: "utf8mb4_0900_ai_ci"), dialect: dialect, options: try options(values))
    else { throw SluiceError(.defect, "not understood: \(body)") }
    return table
  }

  static func plain() throws -> MySQLTable {
    try made("(id INT PRIMARY KEY, a INT, b VARCHAR(20) DEFAULT 'x', c TEXT, d DECIMAL(8,2) NOT NULL, e ENUM('p','q'), UNIQUE u (a, b))")
  }
}

extension MySQLTable {
  /// After the statements of `sql`, with all their changes.
  func after(_ sql: String, _ dialect: MySQLDialect = TrackedTables.mysql) throws -> (table: MySQLTable?, changes: [SchemaChange]) {
    let context = MySQLStatementContext(database: "d", dialect: dialect)
    guard case .tables(let statements) = MySQLStatement.read(sql, context) else { throw SluiceError(.defect, "not understood: \(sql)") }
    var table: MySQLTable? = self
    var changes: [SchemaChange] = []
    for statement in statements {
      guard let current = table else { break }
      let (next, more) = try current.applying(statement, dialect: dialect)
      table = next
      changes += more
    }
    return (table, changes)
  }
}
