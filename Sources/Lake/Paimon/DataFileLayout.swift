internal import SluiceCore
internal import SluiceFormats

/// How the data files of a table under one schema look (Paimon specification, data file).
struct DataFileLayout: Sendable {
  static let sequenceName = "_SEQUENCE_NUMBER"
  static let kindName = "_VALUE_KIND"
  static let keyPrefix = "_KEY_"

  let schemaID: Int64
  /// The table's columns in order.
  let types: [DataType]
  /// Positions of the trimmed key columns; empty for an append table.
  let keys: [Int]
  /// The columns of a file, keys' copies and system columns included.
  let fields: [ParquetField]
  let options: ParquetWriteOptions
  /// Whether key columns are written a second time in front.
  let hasKeyCopies: Bool

  var isKeyed: Bool { !keys.isEmpty }
  var keyTypes: [DataType] { keys.map { types[$0] } }

  init(_ schema: TableSchema) throws {
    schemaID = schema.id
    types = try schema.dataTypes()
    keys = try schema.indexes(of: schema.trimmedKeys)
    hasKeyCopies = !schema.isThin && !keys.isEmpty
    var fields: [ParquetField] = []
    if !keys.isEmpty {
      if hasKeyCopies {
        for key in keys {
          let field = schema.fields[key]
          fields.append(ParquetField(name: Self.keyPrefix + field.name, type: types[key], isNullable: false, id: 1_073_741_823 + Int32(field.id)))
        }
      }
      fields.append(ParquetField(name: Self.sequenceName, type: .int64, isNullable: false, id: 2_147_483_646))
      fields.append(ParquetField(name: Self.kindName, type: .int8, isNullable: false, id: 2_147_483_645))
    }
    for (field, type) in zip(schema.fields, types) {
      fields.append(ParquetField(name: field.name, type: type, isNullable: field.type.isNullable, id: Int32(field.id)))
    }
    self.fields = fields
    options = Self.writeOptions(schema)
  }

  private static func writeOptions(_ schema: TableSchema) -> ParquetWriteOptions {
    var options = ParquetWriteOptions()
    switch schema.options["file.compression"]?.lowercased() {
    case "none"?, "uncompressed"?: options.compression = .none
    case "snappy"?: options.compression = .snappy
    case "lz4"?, "lz4_raw"?: options.compression = .lz4
    default: options.compression = .zstd(level: schema.options["file.compression.zstd-level"].flatMap { Int($0) } ?? 1)
    }
    return options
  }
}
