/// The indexes of a table that is being changed.
struct IndexSet {
  private(set) var indexes: [MySQLIndex]
  /// Indexes that the table had before; the server keeps them before those that come, in an order that the catalog does not tell.
  private var older: Set<String>
  private let hadPrimary: Bool
  private let dialect: MySQLDialect

  /// Of a table that has these; empty for a table that is made.
  init(following indexes: [MySQLIndex], dialect: MySQLDialect) {
    self.indexes = indexes
    self.dialect = dialect
    older = Set(indexes.map(\.name))
    hadPrimary = indexes.contains(where: \.isPrimary)
  }

  /// Drops columns from the indexes and renames the others; `follower` answers `nil` for a column that is gone.
  mutating func follow(from old: [MySQLCatalogColumn], _ follower: (String) -> DraftColumn?) {
    let before = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    indexes = indexes.compactMap { index in
      var index = index
      let (columns, prefixes, descending) = (index.columns, index.prefixes, index.descending)
      (index.columns, index.prefixes, index.descending) = ([], [:], [])
      for column in columns {
        guard let draft = follower(column) else { continue }
        index.columns.append(draft.column.name)
        if descending.contains(column) { index.descending.insert(draft.column.name) }
        // A new column in the place of another is covered as far as the old one reached.
        let reach = prefixes[column] ?? (draft.origin == nil && index.isUnique ? before[column].flatMap(PrefixLength.whole) : nil)
        if let reach, PrefixLength.isPrefix(reach, of: draft.column) { index.prefixes[draft.column.name] = reach }
      }
      return !columns.isEmpty && index.columns.isEmpty && !index.hasExpression ? nil : index
    }
  }

  mutating func drop(_ name: String) {
    indexes.removeAll { $0.name.isSameName(as: name) }
    older = older.filter { !$0.isSameName(as: name) }
  }

  mutating func rename(_ old: String, to new: String) {
    change(old) { $0.name = new }
    older = Set(older.map { $0.isSameName(as: old) ? new : $0 })
  }

  mutating func hide(_ name: String, _ isHidden: Bool) {
    change(name) { $0.isVisible = !isHidden || !$0.isUnique }
  }

  private mutating func change(_ name: String, _ body: (inout MySQLIndex) -> Void) {
    guard let place = indexes.firstIndex(where: { $0.name.isSameName(as: name) }) else { return }
    body(&indexes[place])
  }

  /// Adds what a clause says. One that is there already stays as it is.
  mutating func add(_ clause: IndexClause, columns: [DraftColumn]) {
    func column(_ name: String) -> MySQLCatalogColumn? { columns.first { $0.column.name.isSameName(as: name) }?.column }
    let names = clause.parts.compactMap { part in part.column.map { column($0)?.name ?? $0 } }
    if clause.kind == .foreign, indexes.contains(where: { $0.columns.starts(with: names) }) { return }

    var index = MySQLIndex(name: clause.kind == .primary ? "PRIMARY" : clause.name ?? freeName(names.first), columns: names)
    index.isUnique = clause.kind == .primary || clause.kind == .unique
    index.hasExpression = clause.parts.contains { $0.column == nil }
    if index.isUnique { describe(&index, clause, column) }
    if indexes.contains(where: { $0.name.isSameName(as: index.name) }) { return }
    indexes.append(index)
  }

  private func describe(_ index: inout MySQLIndex, _ clause: IndexClause, _ column: (String) -> MySQLCatalogColumn?) {
    index.descending = Set(clause.parts.filter { !$0.isAscending }.compactMap { part in part.column.map { column($0)?.name ?? $0 } })
    index.isVisible = !clause.isHidden
    index.isTree = !isHashed(clause, column)
    for part in clause.parts {
      guard let prefix = part.prefix, let column = part.column.flatMap(column), PrefixLength.isPrefix(prefix, of: column) else { continue }
      index.prefixes[column.name] = prefix
    }
  }

  /// MariaDB keeps unique indexes over long values as hashes, and others on request.
  private func isHashed(_ clause: IndexClause, _ column: (String) -> MySQLCatalogColumn?) -> Bool {
    guard dialect.server.isMariaDB, clause.kind == .unique else { return false }
    return clause.isHash || clause.parts.contains { part in part.prefix == nil && part.column.flatMap(column).map(Self.isLong) ?? false }
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

  /// Says which columns the server itself tells rows apart by: those of the primary key, else of the first unique index that can. Where
  /// several of the older ones could take the place of a dropped primary key, the catalog has to say.
  func markPrimary(_ columns: inout [DraftColumn]) throws(ReplayProblem) {
    let primary = indexes.first(where: \.isPrimary)
    for index in columns.indices where primary?.columns.contains(columns[index].column.name) == true {
      columns[index].column.isNullable = false
    }
    var key = primary
    if primary == nil { key = try promoted(columns.map(\.column)) }
    for index in columns.indices { columns[index].column.isPrimary = key?.columns.contains(columns[index].column.name) ?? false }
  }

  private func promoted(_ columns: [MySQLCatalogColumn]) throws(ReplayProblem) -> MySQLIndex? {
    let required = Set(columns.filter { !$0.isNullable }.map(\.name))
    let candidates = indexes.filter { $0.isUnique && $0.isTree && !$0.hasExpression && !$0.hasPrefix && required.isSuperset(of: $0.columns) }
    let old = candidates.filter { older.contains($0.name) }
    if !hadPrimary {
      let before = Set(columns.filter(\.isPrimary).map(\.name))
      if let same = old.first(where: { Set($0.columns) == before }) { return same }
    }
    guard old.count <= 1 else { throw ReplayProblem(reason: "several unique indexes could be the key") }
    return old.first ?? candidates.first
  }
}

extension String {
  /// Names of columns and indexes are compared without regard to case.
  func isSameName(as other: String) -> Bool {
    self == other || lowercased() == other.lowercased()
  }
}
