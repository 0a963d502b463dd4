import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// A database of one server, with what the corpus needs.
final class DDLServer {
  let product: DatabaseServer.Product
  let database: TestDatabase
  let options: MySQLOptions
  let charset: MySQLCharset
  private let reader: MySQLCatalog
  private var pending: [String] = []
  private var known: [String: MySQLTable] = [:]

  static let base = """
    CREATE TABLE {t} (id INT NOT NULL, a INT, b VARCHAR(20) DEFAULT 'x', c TEXT, d DECIMAL(8,2) NOT NULL DEFAULT 0, e ENUM('p','q'), f DATETIME, \
    g VARCHAR(10) CHARACTER SET latin1 NOT NULL COMMENT 'gee', h INT NOT NULL DEFAULT 3, \
    j JSON, k TEXT CHARACTER SET latin1, l TINYTEXT CHARACTER SET utf8mb3 COLLATE utf8mb3_bin, \
    PRIMARY KEY (id), UNIQUE KEY ug (g), KEY ka (a), UNIQUE KEY uah (a, h)) COMMENT 'base'
    """

  init(_ product: DatabaseServer.Product) throws {
    self.product = product
    database = try TestDatabase(on: product, prefix: "ddl")
    let source = try #require(try database.source() as? MySQLSource)
    options = source.options
    reader = MySQLCatalog(connection: try MySQLSession.open(options))
    let rows = try database.query("SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '\(database.name)'")
    charset = MySQLCharset(collation: try #require(rows.first?.first ?? nil))
  }

  func names(_ cases: [DDLCase]) -> [String] { cases.indices.map { "t\($0)" } }

  func context(_ statement: DDLCase) -> MySQLStatementContext {
    var context = statement.context(product)
    context.database = database.name
    context.dialect.explicitTimestampDefaults = !statement.tags.contains("implicit")
    return context
  }

  func prepare(_ sql: String) throws { pending.append(sql + ";") }

  func flush() throws {
    try database.execute(pending.joined(separator: "\n"))
    pending = []
    known = [:]
  }

  /// Runs each statement on the table of its number, under the settings that it is for.
  func run(_ cases: [DDLCase]) throws {
    for (name, statement) in zip(names(cases), cases) {
      var modes = statement.tags.contains("loose") ? [] : ["STRICT_TRANS_TABLES"]
      let tagged = ["ansi": "ANSI_QUOTES", "nobackslash": "NO_BACKSLASH_ESCAPES", "realfloat": "REAL_AS_FLOAT", "oracle": "ORACLE"]
      modes += statement.tags.compactMap { tagged[$0] }
      try prepare(
        "SET SESSION sql_mode = '\(modes.joined(separator: ","))', explicit_defaults_for_timestamp = \(statement.tags.contains("implicit") ? 0 : 1)")
      try prepare(statement.sql.replacing("{t}", with: name))
    }
    try flush()
  }

  /// As the catalog tells it now.
  func reread(_ name: String) throws -> MySQLTable? {
    try reader.tables([TableID(database: database.name, name: name)]).first
  }

  func table(_ name: String) throws -> MySQLTable? {
    if known.isEmpty {
      let names = try database.query("SHOW TABLES").compactMap { $0.first ?? nil }
      let tables = try reader.tables(names.map { TableID(database: database.name, name: $0) })
      for table in tables { known[table.definition.id.name] = table }
    }
    return known[name]
  }
}
