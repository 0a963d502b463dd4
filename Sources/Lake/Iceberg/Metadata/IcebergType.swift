internal import SluiceCore

/// A type of an Iceberg schema (Iceberg specification, schemas and data types).
indirect enum IcebergType: Hashable, Sendable {
  case boolean
  case int, long
  case float, double
  case decimal(precision: Int, scale: Int)
  case date
  /// Microseconds since midnight.
  case time
  /// Microseconds without a zone, and as a point in time.
  case timestamp, timestamptz
  /// Nanoseconds; format version 3.
  case timestampNanos, timestamptzNanos
  case string, uuid, binary
  case fixed(Int)
  /// A column that is null in all rows; format version 3.
  case unknown
  /// A type that Sluice keeps in schemas and does not read: `variant`, `geometry(…)`.
  case other(String)
  case list(elementID: Int, element: IcebergType, isElementRequired: Bool)
  case map(keyID: Int, key: IcebergType, valueID: Int, value: IcebergType, isValueRequired: Bool)
  case row([IcebergField])

  var isPrimitive: Bool {
    switch self {
    case .list, .map, .row: false
    default: true
    }
  }

  /// The format version from which on a table may have it.
  var leastFormatVersion: Int {
    switch self {
    case .timestampNanos, .timestamptzNanos, .unknown, .other: 3
    case .list(_, let element, _): element.leastFormatVersion
    case .map(_, let key, _, let value, _): max(key.leastFormatVersion, value.leastFormatVersion)
    case .row(let fields): fields.map(\.type.leastFormatVersion).max() ?? 2
    default: 2
    }
  }

  /// The ids of the fields inside, in order.
  var fieldIDs: [Int] {
    switch self {
    case .list(let id, let element, _): [id] + element.fieldIDs
    case .map(let keyID, let key, let valueID, let value, _): [keyID, valueID] + key.fieldIDs + value.fieldIDs
    case .row(let fields): fields.flatMap { [$0.id] + $0.type.fieldIDs }
    default: []
    }
  }
}

extension IcebergType {
  /// The spelling of a primitive type; a nested one as people write it.
  var text: String {
    switch self {
    case .boolean: "boolean"
    case .int: "int"
    case .long: "long"
    case .float: "float"
    case .double: "double"
    case .decimal(let precision, let scale): "decimal(\(precision), \(scale))"
    case .date: "date"
    case .time: "time"
    case .timestamp: "timestamp"
    case .timestamptz: "timestamptz"
    case .timestampNanos: "timestamp_ns"
    case .timestamptzNanos: "timestamptz_ns"
    case .string: "string"
    case .uuid: "uuid"
    case .binary: "binary"
    case .fixed(let length): "fixed[\(length)]"
    case .unknown: "unknown"
    case .other(let text): text
    case .list(_, let element, _): "list<\(element.text)>"
    case .map(_, let key, _, let value, _): "map<\(key.text), \(value.text)>"
    case .row(let fields): "struct<" + fields.map { "\($0.name): \($0.type.text)" }.joined(separator: ", ") + ">"
    }
  }

  var json: SpecValue {
    switch self {
    case .list(let id, let element, let isRequired):
      .members(["type": .string("list"), "element-id": .integer(id), "element": element.json, "element-required": .boolean(isRequired)])
    case .map(let keyID, let key, let valueID, let value, let isRequired):
      .members([
        "type": .string("map"), "key-id": .integer(keyID), "key": key.json, "value-id": .integer(valueID), "value": value.json,
        "value-required": .boolean(isRequired),
      ])
    case .row(let fields): .members(["type": .string("struct"), "fields": .array(fields.map(\.json))])
    default: .string(text)
    }
  }

  init(json: SpecValue) throws {
    if case .string(let text) = json {
      self = try Self.primitive(text)
      return
    }
    let object = try MetadataJSON(json, "type")
    switch try object.string("type") {
    case "list":
      self = .list(
        elementID: try object.integer("element-id"), element: try IcebergType(json: object["element"] ?? .null),
        isElementRequired: try object.boolean("element-required"))
    case "map":
      self = .map(
        keyID: try object.integer("key-id"), key: try IcebergType(json: object["key"] ?? .null), valueID: try object.integer("value-id"),
        value: try IcebergType(json: object["value"] ?? .null), isValueRequired: try object.boolean("value-required"))
    case "struct": self = .row(try object.array("fields").map { try IcebergField(json: $0) })
    case let name: throw SluiceError(.targetDamaged, "Iceberg metadata: the nested type \(name) is unknown")
    }
  }

  private static let plain: [String: IcebergType] = [
    "boolean": .boolean, "int": .int, "long": .long, "float": .float, "double": .double, "date": .date, "time": .time, "timestamp": .timestamp,
    "timestamptz": .timestamptz, "timestamp_ns": .timestampNanos, "timestamptz_ns": .timestamptzNanos, "string": .string, "uuid": .uuid,
    "binary": .binary, "unknown": .unknown,
  ]

  private static func primitive(_ text: String) throws -> IcebergType {
    if let type = plain[text] { return type }
    let parts = text.split { "(),[] ".contains($0) }
    let numbers = parts.dropFirst().map { Int($0) }
    switch (parts.first, numbers.count) {
    case ("decimal", 2):
      guard let precision = numbers[0], let scale = numbers[1], (1...38).contains(precision), (0...precision).contains(scale) else { break }
      return .decimal(precision: precision, scale: scale)
    case ("fixed", 1):
      guard let length = numbers[0], length >= 0 else { break }
      return .fixed(length)
    case ("variant", _), ("geometry", _), ("geography", _): return .other(text)
    default: break
    }
    throw SluiceError(.targetDamaged, "Iceberg metadata: the type \(text) is unknown")
  }
}
