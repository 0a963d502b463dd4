internal import SluiceCore

extension MySQLTable {
  /// The table that a CREATE makes.
  ///
  /// `charset` is the database's default, `other` the table that the statement is LIKE, where it is known. Answers `nil` when the statement
  /// alone does not say what the table is like (a query that brings columns, an unknown other table, an unknown default): then the catalog
  /// has to be read. Throws `source-type-unsupported`.
  static func created(
    by creation: TableCreation, charset: MySQLCharset?, like other: MySQLTable? = nil, dialect: MySQLDialect, options: MySQLOptions
  ) throws -> MySQLTable? {
    if creation.like != nil {
      guard let other else { return nil }
      return try MySQLTable(
        creation.table, columns: other.columns, indexes: other.indexes, comment: other.definition.comment, charset: other.charset,
        isVersioned: other.isVersioned, options: options)
    }
    if creation.isFromQuery || creation.columns.isEmpty { return nil }
    guard let charset = MySQLCharset.resolve(creation.options.charset, fallback: charset, dialect: dialect) else { return nil }

    let maker = ColumnMaker(dialect: dialect, charset: charset)
    var columns: [DraftColumn] = []
    var told: [String: ColumnClause] = [:]
    for clause in creation.columns {
      guard let column = try? maker.column(clause) else { return nil }
      told[clause.name] = clause
      columns.append(DraftColumn(column: column, origin: nil))
    }
    maker.completeTimestamps(&columns, told: told)
    var indexes = IndexSet(following: [], dialect: dialect)
    for index in creation.columns.flatMap(\.ownIndexes) + creation.indexes { indexes.add(index, columns: columns) }
    guard (try? indexes.markPrimary(&columns)) != nil else { return nil }
    return try MySQLTable(
      creation.table, columns: columns.map(\.column), indexes: indexes.indexes, comment: creation.options.comment ?? "", charset: charset,
      isVersioned: creation.isVersioned, options: options)
  }
}
