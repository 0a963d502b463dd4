internal import SluiceCore

/// A column of a table that is being changed, and the place that it had before.
struct DraftColumn: Sendable {
  var column: MySQLCatalogColumn
  let origin: Int?
}

/// What a statement cannot be applied to: a column that is not there, a type that cannot be told. The catalog has to be read instead.
struct ReplayProblem: Error, Sendable {
  let reason: String
}

/// Makes catalog columns of what statements say.
struct ColumnMaker {
  let dialect: MySQLDialect
  /// What text columns get that name no character set.
  let charset: MySQLCharset?

  func column(_ clause: ColumnClause) throws(ReplayProblem) -> MySQLCatalogColumn {
    guard let spelling = TypeSpelling(clause.type, tableCharset: charset, isCompressed: clause.isCompressed, dialect: dialect) else {
      throw ReplayProblem(reason: "the type of the column \(clause.name) cannot be told")
    }
    var column = MySQLCatalogColumn(name: clause.name, columnType: spelling.columnType, isNullable: isNullable(clause))
    column.charset = spelling.charset?.charset
    column.collation = spelling.charset?.collation
    column.comment = clause.comment
    column.isInvisible = clause.isInvisible
    column.generated = clause.generated
    column.isAutoIncrement = clause.isAutoIncrement
    column.isCheckedJSON = dialect.server.isMariaDB && (clause.type.name == "json" || clause.checksJSON && column.dataType == "longtext")
    setDefault(clause.defaultValue, of: &column)
    return column
  }

  func setDefault(_ clause: DefaultClause?, of column: inout MySQLCatalogColumn) {
    column.defaultValue = nil
    column.hasComputedDefault = false
    switch clause {
    case nil, .null: break
    case .computed: column.hasComputedDefault = true
    case .literal(let literal):
      column.defaultValue = DefaultText.of(literal, column)
      column.hasComputedDefault = column.defaultValue == nil
    }
  }

  private func isNullable(_ clause: ColumnClause) -> Bool {
    if clause.isAutoIncrement || clause.isPrimary { return false }
    if let isNullable = clause.isNullable { return isNullable }
    return clause.type.name != "timestamp" || dialect.hasExplicitTimestampDefaults || clause.generated != nil
  }

  /// Without explicit defaults, the first TIMESTAMP follows the clock, and the others begin at zero.
  func completeTimestamps(_ columns: inout [DraftColumn], told: [String: ColumnClause]) {
    guard !dialect.hasExplicitTimestampDefaults else { return }
    var isFirst = true
    for index in columns.indices where columns[index].column.dataType == "timestamp" {
      defer { isFirst = false }
      let column = columns[index].column
      guard let clause = told[column.name], !column.isNullable, clause.defaultValue == nil, clause.generated == nil else { continue }
      if isFirst && !clause.hasUpdateTime {
        columns[index].column.hasComputedDefault = true
      } else {
        setDefault(.literal(.number("0")), of: &columns[index].column)
      }
    }
  }
}
