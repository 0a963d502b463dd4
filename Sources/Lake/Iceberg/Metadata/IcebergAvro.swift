internal import SluiceCore
internal import SluiceFormats

/// The Avro schemas of manifests and manifest lists (Iceberg specification, manifests). Field ids are part of them.
enum IcebergAvro {
  /// The schema of a manifest of files that are partitioned by `spec`, whose values have the types `types`.
  static func manifest(_ spec: PartitionSpec, types: [IcebergType], formatVersion: Int) throws -> AvroSchema {
    let partition = try zip(spec.fields, types).map { field, type in
      guard let avro = partitionType(type, id: field.id) else {
        throw SluiceError(.defect, "a partition value of type \(type.text)")
      }
      let name = fieldName(field.name)
      let original: SpecValue? = name == field.name ? nil : .string(field.name)
      return optional(name, field.id, avro, originalName: original)
    }
    var file: [SpecValue] = [
      required("content", 134, "int"), required("file_path", 100, "string"), required("file_format", 101, "string"),
      required("partition", 102, record("r102", partition)), required("record_count", 103, "long"), required("file_size_in_bytes", 104, "long"),
      optional("column_sizes", 108, map(117, 118, "long")), optional("value_counts", 109, map(119, 120, "long")),
      optional("null_value_counts", 110, map(121, 122, "long")), optional("nan_value_counts", 137, map(138, 139, "long")),
      optional("lower_bounds", 125, map(126, 127, "bytes")), optional("upper_bounds", 128, map(129, 130, "bytes")),
      optional("key_metadata", 131, .string("bytes")), optional("split_offsets", 132, list(133, "long")),
      optional("equality_ids", 135, list(136, "int")), optional("sort_order_id", 140, .string("int")),
    ]
    if formatVersion >= 3 { file.append(optional("first_row_id", 142, .string("long"))) }
    file.append(optional("referenced_data_file", 143, .string("string")))
    if formatVersion >= 3 {
      file += [optional("content_offset", 144, .string("long")), optional("content_size_in_bytes", 145, .string("long"))]
    }
    let entry = record(
      "manifest_entry",
      [
        required("status", 0, "int"), optional("snapshot_id", 1, .string("long")), optional("sequence_number", 3, .string("long")),
        optional("file_sequence_number", 4, .string("long")), required("data_file", 2, record("r2", file)),
      ])
    return try AvroSchema(JSONText.compact(entry))
  }

  static func manifestList(formatVersion: Int) throws -> AvroSchema {
    let summary = record(
      "r508",
      [
        required("contains_null", 509, "boolean"), optional("contains_nan", 518, .string("boolean")), optional("lower_bound", 510, .string("bytes")),
        optional("upper_bound", 511, .string("bytes")),
      ])
    var fields: [SpecValue] = [
      required("manifest_path", 500, "string"), required("manifest_length", 501, "long"), required("partition_spec_id", 502, "int"),
      required("content", 517, "int"), required("sequence_number", 515, "long"), required("min_sequence_number", 516, "long"),
      required("added_snapshot_id", 503, "long"), required("added_files_count", 504, "int"), required("existing_files_count", 505, "int"),
      required("deleted_files_count", 506, "int"), required("added_rows_count", 512, "long"), required("existing_rows_count", 513, "long"),
      required("deleted_rows_count", 514, "long"),
      optional("partitions", 507, .members(["type": .string("array"), "items": summary, "element-id": .integer(508)])),
      optional("key_metadata", 519, .string("bytes")),
    ]
    if formatVersion >= 3 { fields.append(optional("first_row_id", 520, .string("long"))) }
    return try AvroSchema(JSONText.compact(record("manifest_file", fields)))
  }

  /// A name that Avro allows, the way Java writers make it.
  static func fieldName(_ name: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      let isLetter = scalar.isASCII && scalar.properties.isAlphabetic || scalar == "_"
      let isDigit = ("0"..."9").contains(scalar)
      if isLetter || isDigit && !text.isEmpty {
        text.unicodeScalars.append(scalar)
      } else if isDigit {
        text += "_\(scalar)"
      } else {
        text += "_x" + String(scalar.value, radix: 16, uppercase: true)
      }
    }
    return text
  }

  private static func partitionType(_ type: IcebergType, id: Int) -> SpecValue? {
    func logical(_ type: String, _ logical: String, _ more: SpecValue.Member...) -> SpecValue {
      .members(["type": .string(type), "logicalType": .string(logical)], others: more)
    }
    switch type {
    case .boolean: return .string("boolean")
    case .int: return .string("int")
    case .long: return .string("long")
    case .float: return .string("float")
    case .double: return .string("double")
    case .date: return logical("int", "date")
    case .time: return logical("long", "time-micros")
    case .timestamp, .timestamptz: return logical("long", "timestamp-micros", .init("adjust-to-utc", .boolean(type == .timestamptz)))
    case .timestampNanos, .timestamptzNanos:
      return logical("long", "timestamp-nanos", .init("adjust-to-utc", .boolean(type == .timestamptzNanos)))
    case .string: return .string("string")
    case .binary: return .string("bytes")
    case .uuid: return logical("fixed", "uuid", .init("name", .string("uuid_fixed_\(id)")), .init("size", .integer(16)))
    case .fixed(let length): return .members(["type": .string("fixed"), "name": .string("fixed_\(id)"), "size": .integer(length)])
    case .decimal(let precision, let scale):
      return logical(
        "fixed", "decimal", .init("name", .string("decimal_\(id)")), .init("size", .integer(decimalBytes(precision))),
        .init("precision", .integer(precision)), .init("scale", .integer(scale)))
    case .unknown: return .string("null")
    case .other, .list, .map, .row: return nil
    }
  }

  /// The bytes that hold any decimal of that many digits.
  static func decimalBytes(_ precision: Int) -> Int {
    var limit = Int128(1)
    for _ in 0..<precision { limit *= 10 }
    return SingleValue.unscaled(limit - 1).count
  }

  private static func record(_ name: String, _ fields: [SpecValue]) -> SpecValue {
    .members(["type": .string("record"), "name": .string(name), "fields": .array(fields)])
  }

  private static func required(_ name: String, _ id: Int, _ type: String) -> SpecValue { required(name, id, .string(type)) }

  private static func required(_ name: String, _ id: Int, _ type: SpecValue) -> SpecValue {
    .members(["name": .string(name), "type": type, "field-id": .integer(id)])
  }

  private static func optional(_ name: String, _ id: Int, _ type: SpecValue, originalName: SpecValue? = nil) -> SpecValue {
    let union: SpecValue = type == .string("null") ? .array([type]) : .array([.string("null"), type])
    return .members([
      "name": .string(name), "type": union, "default": .null, "field-id": .integer(id), "iceberg-field-name": originalName,
    ])
  }

  private static func list(_ id: Int, _ type: String) -> SpecValue {
    .members(["type": .string("array"), "items": .string(type), "element-id": .integer(id)])
  }

  /// Maps with whole numbers as keys are lists of pairs.
  private static func map(_ key: Int, _ value: Int, _ type: String) -> SpecValue {
    .members([
      "type": .string("array"), "logicalType": .string("map"),
      "items": record("k\(key)_v\(value)", [required("key", key, "int"), required("value", value, type)]),
    ])
  }
}
