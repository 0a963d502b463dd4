/// A column's default as the catalog shows it.
enum CatalogDefault {
  case null
  case constant(String)
  /// An expression, or a constant that the catalog does not show whole.
  case computed

  /// MySQL shows the plain text of constants, MariaDB literals and expressions.
  static func read(_ shown: String, column: MySQLCatalogColumn, server: MySQLServer) -> CatalogDefault {
    let dialect = MySQLDialect(server: server)
    var literal = MySQLLiteral.text(shown)
    if column.dataType == "bit" || server.isMariaDB && dialect.isAtLeast(10, 2, 7) {
      var reader = StatementReader(shown, MySQLStatementContext(database: "", dialect: dialect))
      guard let clause = try? reader.defaultClause(), reader.isAtEnd else { return .computed }
      switch clause {
      case .null: return .null
      case .computed: return .computed
      case .literal(let value): literal = value
      }
    }
    if isDamaged(shown, column) { return .computed }
    return DefaultText.of(literal, column).map { .constant($0) } ?? .computed
  }

  /// Both servers show bytes only up to a zero, characters of four bytes as `?`, and six digits of a FLOAT.
  private static func isDamaged(_ shown: String, _ column: MySQLCatalogColumn) -> Bool {
    switch column.dataType {
    case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob": true
    case "float": shown.prefix { $0 != "e" }.count { $0.isNumber } >= 6
    default: shown.contains("?")
    }
  }
}
