internal import SluiceCore

/// A new table as it will be made: the target's columns in Iceberg types, key, partitions and properties.
struct IcebergDesign: Sendable {
  /// Says who made a table, so that one without a snapshot has an owner, too.
  static let ownerProperty = IcebergAccount.writer
  static let commentProperty = "comment"

  let target: TargetTable
  let storage: [LakeType]
  let formatVersion: Int
  let properties: [String: String]

  init(_ target: TargetTable, options: IcebergOptions) {
    self.target = target
    formatVersion = options.formatVersion
    storage = target.columns.map { IcebergTypes.storage(of: $0.type, formatVersion: options.formatVersion) }
    var properties = options.tableProperties
    if !target.primaryKey.isEmpty {
      for change in ["delete", "update", "merge"] { properties["write.\(change).mode"] = "merge-on-read" }
      properties[IcebergSlots.property] = String(target.buckets ?? options.bucket ?? TableDesign.buckets(for: target.estimatedBytes))
    }
    if !target.comment.isEmpty { properties[Self.commentProperty] = target.comment }
    self.properties = properties.merging(target.options) { $1 }
  }

  func isNullable(_ index: Int) -> Bool {
    let column = target.columns[index]
    return column.isNullable && !target.primaryKey.contains(column.name)
  }

  /// Throws for a table that Iceberg cannot hold.
  func check() throws {
    for (name, what) in [(target.id.database, "database"), (target.id.name, "table")] where name.isEmpty {
      throw SluiceError(.specInvalid, "the \(what) has no name")
    }
    for name in target.primaryKey where target.columnIndex(name) == nil {
      throw SluiceError(.specInvalid, "the key names a column that the table does not have", at: .init(column: name))
    }
    for name in target.primaryKey {
      guard let index = target.columnIndex(name) else { continue }
      switch storage[index].storage {
      case .float32, .float64, .array, .map, .row:
        throw SluiceError(
          .targetConflict, "Iceberg allows no key of type \(storage[index].name)", at: .init(column: name),
          remedy: "leave the table out, or copy it into another format")
      default: break
      }
    }
    _ = try IcebergPartitionBy.spec(target, schema())
    for (name, value) in properties where name == "format-version" && Int(value) != formatVersion {
      throw SluiceError(.specInvalid, "the format version is said by sink.table.formatVersion", at: .init(path: "$.sink.table.options"))
    }
  }

  /// The first schema. Columns have the ids 1, 2, …; those inside of columns come after them.
  func schema() -> IcebergSchema {
    var last = target.columns.count
    let fields = target.columns.enumerated().map { index, column in
      IcebergField(
        id: index + 1, name: column.name, isRequired: !isNullable(index), type: IcebergTypes.type(of: storage[index].storage, lastID: &last),
        doc: column.comment.isEmpty ? nil : column.comment)
    }
    return IcebergSchema(id: 0, fields: fields, identifierFieldIDs: target.primaryKey.compactMap { target.columnIndex($0).map { $0 + 1 } })
  }

  func creation(_ writer: WriterIdentity) throws -> TableCreation {
    let schema = schema()
    var creation = TableCreation(formatVersion: formatVersion, schema: schema)
    creation.partitionSpec = try IcebergPartitionBy.spec(target, schema)
    if !schema.identifierFieldIDs.isEmpty {
      creation.sortOrder = SortOrder(id: 1, fields: schema.identifierFieldIDs.map { SortOrder.Field(sourceID: $0) })
    }
    creation.properties = properties.filter { $0.key != "format-version" }
    creation.properties[Self.ownerProperty] = writer.id
    return creation
  }

  /// What would be made, in the manner of Flink's SQL, with Iceberg's types.
  var statement: String {
    let shown = properties.filter { $0.key != Self.commentProperty }.merging(["format-version": String(formatVersion)]) { $1 }
    return CreateStatement(target: target, types: storage.map(\.name), isNullable: isNullable, options: shown).text
  }
}
