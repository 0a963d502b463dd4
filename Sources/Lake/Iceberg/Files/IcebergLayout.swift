internal import SluiceCore
internal import SluiceFormats

/// How the data files of a table under one schema look.
struct IcebergLayout: Sendable {
  static let rowID = 2_147_483_540
  static let lastUpdated = 2_147_483_539
  /// Of rows that wait for a table to be aligned: what is in no table.
  static let sequenceName = "_sluice_sequence"
  static let kindName = "_sluice_kind"

  let schema: IcebergSchema
  /// The table's columns in order.
  let types: [DataType]
  /// Positions of the key columns; empty for a table without a key.
  let keys: [Int]
  let options: ParquetWriteOptions
  /// Whether rows have ids that survive a rewrite.
  let hasLineage: Bool

  init(_ schema: IcebergSchema, _ metadata: TableMetadata) throws {
    self.schema = schema
    types = try schema.fields.map { field in
      guard let type = IcebergTypes.dataType(of: field.type) else {
        throw SluiceError(.targetDamaged, "the type \(field.type.text) is not supported", at: .init(column: field.name))
      }
      return type
    }
    keys = try IcebergSlots(metadata, schema).keyFieldIDs.map { id in
      guard let index = schema.fields.firstIndex(where: { $0.id == id }) else {
        throw SluiceError(.targetDamaged, "schema \(schema.id) names a key column that it does not have")
      }
      return index
    }
    hasLineage = metadata.formatVersion >= 3
    options = Self.writeOptions(metadata.properties)
  }

  var keyTypes: [DataType] { keys.map { types[$0] } }

  /// The columns of a new data file.
  var fields: [ParquetField] {
    zip(schema.fields, types).map { field, type in
      ParquetField(
        name: field.name, type: type, isNullable: !field.isRequired, id: Int32(truncatingIfNeeded: field.id),
        innerIDs: field.type.fieldIDs.map { Int32(truncatingIfNeeded: $0) })
    }
  }

  /// Those of a file into which rows of others move: each row's id, and when it was written last.
  var movedFields: [ParquetField] {
    hasLineage
      ? fields + [
        ParquetField(name: "_row_id", type: .int64, isNullable: true, id: Int32(Self.rowID)),
        ParquetField(name: "_last_updated_sequence_number", type: .int64, isNullable: true, id: Int32(Self.lastUpdated)),
      ] : fields
  }

  /// Those of a file of changes that wait.
  var waitingFields: [ParquetField] {
    [
      ParquetField(name: Self.sequenceName, type: .int64, isNullable: false), ParquetField(name: Self.kindName, type: .int8, isNullable: false),
    ] + fields
  }

  private static func writeOptions(_ properties: [String: String]) -> ParquetWriteOptions {
    var options = ParquetWriteOptions()
    switch properties["write.parquet.compression-codec"]?.lowercased() {
    case "none"?, "uncompressed"?: options.compression = .none
    case "snappy"?: options.compression = .snappy
    case "lz4"?, "lz4_raw"?: options.compression = .lz4
    default: options.compression = .zstd(level: properties["write.parquet.compression-level"].flatMap { Int($0) } ?? 1)
    }
    return options
  }
}
