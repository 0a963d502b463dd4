internal import SluiceCore
internal import SluiceFormats

/// The Avro schemas of manifests and manifest lists (Paimon specification, manifest), and reading fields of their records.
enum MetadataAvro {
  /// Read once: a commit writes several such files.
  static var manifest: AvroSchema { get throws { try manifestSchema.get() } }
  static var manifestList: AvroSchema { get throws { try manifestListSchema.get() } }

  private static let manifestSchema = Result { try AvroSchema(manifestText) }
  private static let manifestListSchema = Result { try AvroSchema(manifestListText) }

  private static let manifestText = """
    {"type": "record", "name": "record", "namespace": "org.apache.paimon.avro.generated", "fields": [
      \(field("_VERSION", "int")), \(field("_KIND", "int")), \(field("_PARTITION", "bytes")), \(field("_BUCKET", "int")),
      \(field("_TOTAL_BUCKETS", "int")), {"name": "_FILE", "type": {"type": "record", "name": "record__FILE", "fields": [
        \(field("_FILE_NAME", "string")), \(field("_FILE_SIZE", "long")), \(field("_ROW_COUNT", "long")), \(field("_MIN_KEY", "bytes")),
        \(field("_MAX_KEY", "bytes")), \(stats("_KEY_STATS", "record__FILE__KEY_STATS")), \(stats("_VALUE_STATS", "record__FILE__VALUE_STATS")),
        \(field("_MIN_SEQUENCE_NUMBER", "long")), \(field("_MAX_SEQUENCE_NUMBER", "long")), \(field("_SCHEMA_ID", "long")),
        \(field("_LEVEL", "int")), {"name": "_EXTRA_FILES", "type": {"type": "array", "items": "string"}},
        \(optional("_CREATION_TIME", #"{"type": "long", "logicalType": "timestamp-millis"}"#)), \(optional("_DELETE_ROW_COUNT", #""long""#)),
        \(optional("_EMBEDDED_FILE_INDEX", #""bytes""#)), \(optional("_FILE_SOURCE", #""int""#)),
        \(optional("_VALUE_STATS_COLS", #"{"type": "array", "items": "string"}"#)), \(optional("_EXTERNAL_PATH", #""string""#)),
        \(optional("_FIRST_ROW_ID", #""long""#)), \(optional("_WRITE_COLS", #"{"type": "array", "items": "string"}"#))
      ]}}
    ]}
    """

  private static let manifestListText = """
    {"type": "record", "name": "record", "namespace": "org.apache.paimon.avro.generated", "fields": [
      \(field("_VERSION", "int")), \(field("_FILE_NAME", "string")), \(field("_FILE_SIZE", "long")), \(field("_NUM_ADDED_FILES", "long")),
      \(field("_NUM_DELETED_FILES", "long")), \(stats("_PARTITION_STATS", "record__PARTITION_STATS")), \(field("_SCHEMA_ID", "long")),
      \(optional("_MIN_BUCKET", #""int""#)), \(optional("_MAX_BUCKET", #""int""#)), \(optional("_MIN_LEVEL", #""int""#)),
      \(optional("_MAX_LEVEL", #""int""#))
    ]}
    """

  private static func field(_ name: String, _ type: String) -> String { #"{"name": "\#(name)", "type": "\#(type)"}"# }

  private static func optional(_ name: String, _ type: String) -> String {
    #"{"name": "\#(name)", "type": ["null", \#(type)], "default": null}"#
  }

  private static func stats(_ name: String, _ record: String) -> String {
    let nulls = optional("_NULL_COUNTS", #"{"type": "array", "items": ["null", "long"]}"#)
    return #"{"name": "\#(name)", "type": {"type": "record", "name": "\#(record)", "fields": ["#
      + field("_MIN_VALUES", "bytes") + ", " + field("_MAX_VALUES", "bytes") + ", " + nulls + "]}}"
  }

  static func value(_ bounds: ColumnBounds) -> AvroValue {
    let nulls = bounds.nullCounts.map { AvroValue.array($0.map(long)) } ?? .null
    return .record(["_MIN_VALUES": .bytes(bounds.minimum.bytes), "_MAX_VALUES": .bytes(bounds.maximum.bytes), "_NULL_COUNTS": nulls])
  }

  static func int(_ value: Int32?) -> AvroValue { value.map { .int($0) } ?? .null }
  static func long(_ value: Int64?) -> AvroValue { value.map { .long($0) } ?? .null }
  static func bytes(_ value: [UInt8]?) -> AvroValue { value.map { .bytes($0) } ?? .null }
  static func text(_ value: String?) -> AvroValue { value.map { .string($0) } ?? .null }
  static func texts(_ values: [String]?) -> AvroValue { values.map { .array($0.map { .string($0) }) } ?? .null }
}

/// Reads the members of one record; what is missing or of another type is `target-damaged`.
struct MetadataRecord {
  let value: AvroValue

  func integer(_ name: String) throws -> Int {
    guard let number = value[name]?.integer else { throw missing(name) }
    return number
  }

  func int32(_ name: String) throws -> Int32 {
    guard let number = Int32(exactly: try integer(name)) else { throw missing(name) }
    return number
  }

  func text(_ name: String) throws -> String {
    guard let text = value[name]?.string else { throw missing(name) }
    return text
  }

  func row(_ name: String) throws -> BinaryRow {
    guard let bytes = value[name]?.bytes else { throw missing(name) }
    return BinaryRow(bytes: bytes)
  }

  func record(_ name: String) throws -> MetadataRecord {
    guard let member = value[name], member.members != nil else { throw missing(name) }
    return MetadataRecord(value: member)
  }

  func bounds(_ name: String) throws -> ColumnBounds {
    let stats = try record(name)
    let nulls = stats.value["_NULL_COUNTS"]?.array?.map { $0.integer.map { Int64($0) } }
    return ColumnBounds(minimum: try stats.row("_MIN_VALUES"), maximum: try stats.row("_MAX_VALUES"), nullCounts: nulls)
  }

  func optionalInteger(_ name: String) -> Int? { value[name]?.integer }
  func optionalInt32(_ name: String) -> Int32? { value[name]?.integer.flatMap { Int32(exactly: $0) } }
  func optionalTexts(_ name: String) -> [String]? { value[name]?.array?.compactMap(\.string) }

  private func missing(_ name: String) -> SluiceError {
    SluiceError(.targetDamaged, "a manifest's record has no valid \(name)")
  }
}
