/// The logical type of a column, independent of source and lake.
///
/// Sources describe what they read with it, lake formats say how they store each case
/// (`LakeFormat.storage(of:)`), and `layout` says how a `Column` holds the values in memory.
/// A value without a lossless case (a decimal of more than 38 digits, a negative TIME) is a `string`.
public indirect enum DataType: Hashable, Sendable, Codable {
  case boolean
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case float32, float64
  /// Exact decimal, `precision` 1...38 digits of which `scale` stand after the point.
  case decimal(precision: Int, scale: Int)
  /// UTF-8 text of any length.
  case string
  case binary
  /// Days since 1970-01-01 in the proleptic Gregorian calendar.
  case date
  /// Time of day with `precision` fractional digits (0...6), microseconds since midnight.
  case time(precision: Int)
  /// Wall-clock date and time without a zone; `precision` fractional digits (0...9).
  case timestamp(precision: Int)
  /// A point in time (UTC); `precision` fractional digits (0...9).
  case instant(precision: Int)
  /// JSON text as the source renders it.
  case json
  case array(DataType)
  case map(key: DataType, value: DataType)
  case row([Field])

  /// A named member of a `row`.
  public struct Field: Hashable, Sendable, Codable {
    public let name: String
    public let type: DataType
    public let isNullable: Bool

    public init(name: String, type: DataType, isNullable: Bool) {
      self.name = name
      self.type = type
      self.isNullable = isNullable
    }
  }
}

extension DataType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .boolean: "boolean"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .uint8: "uint8"
    case .uint16: "uint16"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .float32: "float32"
    case .float64: "float64"
    case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
    case .string: "string"
    case .binary: "binary"
    case .date: "date"
    case .time(let precision): "time(\(precision))"
    case .timestamp(let precision): "timestamp(\(precision))"
    case .instant(let precision): "instant(\(precision))"
    case .json: "json"
    case .array(let element): "array<\(element)>"
    case .map(let key, let value): "map<\(key), \(value)>"
    case .row(let fields):
      "row<" + fields.map { "\($0.name) \($0.type)\($0.isNullable ? "" : " not null")" }.joined(separator: ", ") + ">"
    }
  }
}
