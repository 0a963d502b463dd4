import SluiceCore

@testable import SluiceConnectors

/// A table that followed statements beside the catalog's.
enum TableComparison {
  /// What two tables differ in, where the catalog tells it whole.
  static func differences(_ table: MySQLTable, _ told: MySQLTable) -> [String] {
    var found: [String] = []
    func compare(_ what: String, _ left: some Equatable, _ right: some Equatable) {
      if "\(left)" != "\(right)" { found.append("\(what): \(left), catalog: \(right)") }
    }
    compare("columns", table.columns.map(\.name), told.columns.map(\.name))
    for (column, told) in zip(table.columns, told.columns) {
      compare("type of \(column.name)", column.columnType, told.columnType)
      compare("nulls in \(column.name)", column.isNullable, told.isNullable)
      compare("charset of \(column.name)", column.charset ?? "-", told.charset ?? "-")
      compare("collation of \(column.name)", column.collation ?? "-", told.collation ?? "-")
      compare("comment of \(column.name)", column.comment, told.comment)
      compare("invisible \(column.name)", column.isInvisible, told.isInvisible)
      compare("primary \(column.name)", column.isPrimary, told.isPrimary)
      compare("JSON in \(column.name)", column.isCheckedJSON, told.isCheckedJSON)
      compare("generated \(column.name)", column.generated.map { "\($0)" } ?? "-", told.generated.map { "\($0)" } ?? "-")
      compare("counter \(column.name)", column.isAutoIncrement, told.isAutoIncrement)
      // Constants that the catalog shows damaged are computed there.
      let isHidden = told.hasComputedDefault && column.defaultValue != nil
      if !isHidden {
        compare("default of \(column.name)", column.defaultValue ?? "-", told.defaultValue ?? "-")
        compare("computed default of \(column.name)", column.hasComputedDefault, told.hasComputedDefault)
      }
    }
    compare("key", table.definition.primaryKey, told.definition.primaryKey)
    compare("indexes", table.indexes.map { "\($0)" }.joined(separator: "\n"), told.indexes.map { "\($0)" }.joined(separator: "\n"))
    compare("comment", table.definition.comment, told.definition.comment)
    compare("charset", table.charset?.collation ?? "-", told.charset?.collation ?? "-")
    compare("versioning", table.isVersioned, told.isVersioned)
    return found
  }
}
