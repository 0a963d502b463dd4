internal import SluiceCore

/// A table with all that reading it takes: the catalog's columns, their mappings, the key with its index.
struct MySQLTable: Sendable {
  let definition: TableDefinition
  let columns: [MySQLCatalogColumn]
  let mappings: [MySQLMapping]
  /// All indexes, sorted (`MySQLIndex.sorted`).
  let indexes: [MySQLIndex]
  /// The index whose columns identify a row; `nil` without a usable one.
  let key: MySQLIndex?
  /// What text columns are made with that name no character set of their own; `nil` when it is not known.
  let charset: MySQLCharset?
  /// MariaDB keeps old versions of the rows, which the log tells, too.
  let isVersioned: Bool
  let options: MySQLOptions

  init(
    _ id: TableID, columns: [MySQLCatalogColumn], indexes: [MySQLIndex], comment: String, charset: MySQLCharset? = nil, isVersioned: Bool = false,
    rows: Int = 0, bytes: Int = 0, options: MySQLOptions
  ) throws {
    self.columns = columns
    self.options = options
    self.charset = charset
    self.isVersioned = isVersioned
    self.indexes = MySQLIndex.sorted(indexes)
    mappings = try columns.map { try MySQLMapping.of($0, table: id, options: options) }
    key = MySQLIndex.identifying(among: self.indexes, columns: columns)
    let keyNames = Set(key?.columns ?? [])
    definition = TableDefinition(
      id: id,
      columns: zip(columns, mappings).map { column, mapping in
        let mayBeNulled = options.zeroDatesAreNull && mapping.decoding.isMoment && !keyNames.contains(column.name)
        return ColumnDefinition(
          name: column.name, type: mapping.type, nativeType: column.columnType, isNullable: column.isNullable || mayBeNulled,
          defaultValue: column.defaultValue, comment: column.comment, note: mapping.note, attributes: TableMemory.attributes(of: column))
      },
      primaryKey: key?.columns ?? [], comment: comment, estimatedRows: rows, estimatedBytes: bytes,
      attributes: TableMemory.attributes(charset: charset, isVersioned: isVersioned, indexes: self.indexes))
  }

  /// Throws `source-schema-changed`, naming the first difference, unless rows of this table fit `planned`.
  func check(against planned: TableDefinition) throws {
    func changed(_ message: String, _ column: String? = nil) -> SluiceError {
      SluiceError(.sourceSchemaChanged, message, at: .init(table: planned.id, column: column))
    }
    for column in planned.columns {
      guard let now = definition.columns.first(where: { $0.name == column.name }) else { throw changed("the column was dropped", column.name) }
      if now.nativeType != column.nativeType || now.type != column.type {
        throw changed("the type was \(column.nativeType) and is now \(now.nativeType)", column.name)
      }
      if now.isNullable && !column.isNullable { throw changed("the column was not nullable and is now", column.name) }
    }
    if let added = definition.columns.first(where: { planned.columnIndex($0.name) == nil }) { throw changed("the column was added", added.name) }
    if definition.columns.map(\.name) != planned.columns.map(\.name) { throw changed("the columns are in another order") }
    if definition.primaryKey != planned.primaryKey {
      throw changed("the key was (\(planned.primaryKey.joined(separator: ", "))) and is now (\(definition.primaryKey.joined(separator: ", ")))")
    }
  }
}

extension MySQLTable: Equatable {
  /// Mappings and definition follow from what is compared.
  static func == (left: MySQLTable, right: MySQLTable) -> Bool {
    left.definition == right.definition && left.columns == right.columns && left.indexes == right.indexes && left.charset == right.charset
      && left.isVersioned == right.isVersioned
  }
}
