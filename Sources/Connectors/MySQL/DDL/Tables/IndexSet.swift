/// The indexes of a table that is being changed.
struct IndexSet {
  private(set) var indexes: [MySQLIndex]
  let dialect: MySQLDialect

  /// Drops columns from the indexes and renames the others; `name` answers `nil` for a column that is gone.
  mutating func follow(_ name: (String) -> String?) {
    indexes = indexes.compactMap { index in
      var index = index
      let hadColumns = !index.columns.isEmpty
      index.columns = index.columns.compactMap(name)
      return hadColumns && index.columns.isEmpty && !index.hasExpression ? nil : index
    }
  }

  mutating func drop(_ name: String) {
    indexes.removeAll { $0.name.isSameName(as: name) }
  }

  mutating func rename(_ old: String, to new: String) {
    change(old) { $0.name = new }
  }

  mutating func hide(_ name: String, _ isHidden: Bool) {
    change(name) { $0.isVisible = !isHidden }
  }

  private mutating func change(_ name: String, _ body: (inout MySQLIndex) -> Void) {
    guard let place = indexes.firstIndex(where: { $0.name.isSameName(as: name) }) else { return }
    body(&indexes[place])
  }

  /// Adds what a clause says. One that is there already stays as it is.
  mutating func add(_ clause: IndexClause, columns: [DraftColumn]) {
    func column(_ name: String) -> MySQLCatalogColumn? { columns.first { $0.column.name.isSameName(as: name) }?.column }
    let names = clause.parts.compactMap { part in part.column.map { column($0)?.name ?? $0 } }
    if clause.kind == .foreign, indexes.contains(where: { $0.columns.starts(with: names) && $0.isTree }) { return }

    var index = MySQLIndex(name: clause.kind == .primary ? "PRIMARY" : clause.name ?? freeName(names.first), columns: names)
    index.isUnique = clause.kind == .primary || clause.kind == .unique
    index.hasExpression = clause.parts.contains { $0.column == nil }
    index.isAscending = clause.kind != .special && clause.parts.allSatisfy(\.isAscending)
    index.isVisible = !clause.isHidden
    for part in clause.parts {
      guard let name = part.column, let column = column(name), clause.kind != .special else { continue }
      if let prefix = part.prefix, Self.isPrefix(prefix, of: column) { index.hasPrefix = true }
    }
    index.isTree = clause.kind != .special && !isLongUnique(clause, column)
    if indexes.contains(where: { $0.name.isSameName(as: index.name) }) { return }
    indexes.append(index)
  }

  /// A prefix as long as the column is none.
  private static func isPrefix(_ prefix: Int, of column: MySQLCatalogColumn) -> Bool {
    switch column.dataType {
    case "char", "varchar", "binary", "varbinary": prefix < column.length ?? 1
    default: true
    }
  }

  /// MariaDB keeps unique indexes over long values as hashes.
  private func isLongUnique(_ clause: IndexClause, _ column: (String) -> MySQLCatalogColumn?) -> Bool {
    guard dialect.server.isMariaDB, clause.kind == .unique else { return false }
    if clause.isHash { return clause.parts.contains { part in part.column.flatMap(column).map(Self.isLong) ?? false } }
    return clause.parts.contains { part in part.prefix == nil && part.column.flatMap(column).map(Self.isLong) ?? false }
  }

  private static func isLong(_ column: MySQLCatalogColumn) -> Bool {
    if column.dataType.hasSuffix("text") || column.dataType.hasSuffix("blob") { return true }
    let width = column.charset.map { MySQLCharset(charset: $0, collation: "").maximumBytes } ?? 1
    return column.dataType.hasPrefix("var") && (column.length ?? 0).multipliedReportingOverflow(by: width).partialValue > 3072
  }

  /// The name of an index that was given none: that of its first column, with a number where it is taken.
  private func freeName(_ column: String?) -> String {
    let base = column ?? "functional_index"
    func isTaken(_ name: String) -> Bool { name.isSameName(as: "PRIMARY") || indexes.contains { $0.name.isSameName(as: name) } }
    if !isTaken(base) { return base }
    return (2...99).lazy.map { "\(base)_\($0)" }.first { !isTaken($0) } ?? base
  }

  /// Says which columns the server itself tells rows apart by: those of the primary key, else of the first index that can.
  func markPrimary(_ columns: inout [DraftColumn]) {
    let primary = indexes.first(where: \.isPrimary)
    for index in columns.indices where primary?.columns.contains(columns[index].column.name) == true {
      columns[index].column.isNullable = false
    }
    let required = Set(columns.map(\.column).filter { !$0.isNullable }.map(\.name))
    let promoted = Set(columns.map(\.column).filter(\.isPrimary).map(\.name))
    let candidates = indexes.filter { $0.isUnique && !$0.hasExpression && !$0.hasPrefix && required.isSuperset(of: $0.columns) }
    let key = primary ?? candidates.first { Set($0.columns) == promoted } ?? candidates.first
    for index in columns.indices { columns[index].column.isPrimary = key?.columns.contains(columns[index].column.name) ?? false }
  }
}

extension String {
  /// Names of columns and indexes are compared without regard to case.
  func isSameName(as other: String) -> Bool {
    self == other || lowercased() == other.lowercased()
  }
}
