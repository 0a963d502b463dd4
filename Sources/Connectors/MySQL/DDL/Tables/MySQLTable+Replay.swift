internal import SluiceCore

extension MySQLTable {
  /// The table after a statement about it, and the changes that a copy needs, in order. `nil` when the table is gone.
  ///
  /// What has been done already (a column that is there, one that is not) changes nothing: discovery may have seen the table after the
  /// statement. CREATE makes nothing of a table that exists, unless it replaces it: then the caller makes the new one with `init(creating:)`.
  /// Throws `source-schema-changed` when the statement does not fit the table, `source-type-unsupported` for a type that cannot be copied:
  /// reading the catalog helps against the first.
  func applying(_ statement: TableStatement, dialect: MySQLDialect) throws -> (table: MySQLTable?, changes: [SchemaChange]) {
    switch statement {
    case .create(let creation): return creation.replaces ? (nil, [.dropTable(definition.id)]) : (self, [])
    case .drop: return (nil, [.dropTable(definition.id)])
    case .truncate: return (self, [.truncateTable(definition.id)])
    case .rename(_, let new, _): return (try renamed(to: new), [.renameTable(definition.id, to: new)])
    case .alter(_, let actions, _): return try altered(actions, dialect)
    }
  }

  /// The same table under another name.
  func renamed(to id: TableID) throws -> MySQLTable {
    try MySQLTable(
      id, columns: columns, indexes: indexes, comment: definition.comment, charset: charset, isVersioned: isVersioned,
      rows: definition.estimatedRows, bytes: definition.estimatedBytes, options: options)
  }

  private func altered(_ actions: [AlterAction], _ dialect: MySQLDialect) throws -> (table: MySQLTable?, changes: [SchemaChange]) {
    let draft: TableDraft
    do {
      draft = try TableDraft(self, actions, dialect: dialect)
    } catch {
      throw SluiceError(.sourceSchemaChanged, "a statement does not fit the table: \(error.reason)", at: .init(table: definition.id))
    }
    let table = try MySQLTable(
      draft.id, columns: draft.columns.map(\.column), indexes: draft.indexes.indexes, comment: draft.comment, charset: draft.charset,
      isVersioned: draft.isVersioned, rows: definition.estimatedRows, bytes: definition.estimatedBytes, options: options)
    var changes = Self.changes(from: self, to: table, origins: draft.columns.map(\.origin))
    changes += draft.replaced.map { .replaceRows(definition.id, reason: $0) }
    if draft.id != definition.id { changes.append(.renameTable(definition.id, to: draft.id)) }
    return (table, changes)
  }

  /// The changes that make one definition of a table the other, as far as the definitions tell.
  ///
  /// Columns are known by their names. A column that was renamed looks like one that was dropped beside one that was added; only where the
  /// tables have equally many columns, and each that is unknown stands where one of the same type stood, are those taken for renamed.
  /// The names of the tables are not compared: all changes are about `old`.
  static func difference(from old: MySQLTable, to new: MySQLTable) -> [SchemaChange] {
    var origins = new.columns.map { column in old.columns.firstIndex { $0.name == column.name } }
    let known = Set(origins.compactMap { $0 })
    let isRename =
      old.columns.count == new.columns.count
      && origins.indices.allSatisfy { place in
        guard origins[place] == nil else { return origins[place] == place }
        return !known.contains(place) && old.columns[place].columnType == new.columns[place].columnType
      }
    if isRename { origins = origins.indices.map { $0 } }
    return changes(from: old, to: new, origins: origins)
  }

  private static func changes(from old: MySQLTable, to new: MySQLTable, origins: [Int?]) -> [SchemaChange] {
    let id = old.definition.id
    var changes = ColumnDelta.changes(of: id, from: old.definition.columns, to: new.definition.columns, origins: origins)
    let newNames = Dictionary(
      zip(new.columns, origins).compactMap { column, origin in origin.map { (old.columns[$0].name, column.name) } },
      uniquingKeysWith: { first, _ in first })
    let carried = old.definition.primaryKey.map { newNames[$0] }
    if carried != new.definition.primaryKey.map({ Optional($0) }) { changes.append(.changePrimaryKey(id, new.definition.primaryKey)) }
    if old.definition.comment != new.definition.comment { changes.append(.commentTable(id, new.definition.comment)) }
    return changes
  }
}
