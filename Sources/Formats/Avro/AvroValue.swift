/// A value of an Avro file. A union's value is the value of its branch.
public indirect enum AvroValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case int(Int32)
  case long(Int64)
  case float(Float)
  case double(Double)
  case bytes([UInt8])
  case string(String)
  case array([AvroValue])
  case map([String: AvroValue])
  case record([Member])
  case fixed([UInt8])
  /// A symbol of an enumeration.
  case enumeration(String)

  /// A named value of a record.
  public struct Member: Hashable, Sendable {
    public let name: String
    public let value: AvroValue

    public init(_ name: String, _ value: AvroValue) {
      self.name = name
      self.value = value
    }
  }

  /// A record of the members in that order: `.record(["_VERSION": .int(2)])`.
  public static func record(_ members: KeyValuePairs<String, AvroValue>) -> AvroValue {
    .record(members.map { Member($0.key, $0.value) })
  }

  /// The member `name` of a record, or the entry of a map; `nil` for other values and absent names. O(members).
  public subscript(name: String) -> AvroValue? {
    switch self {
    case .record(let members): members.first { $0.name == name }?.value
    case .map(let entries): entries[name]
    default: nil
    }
  }

  /// An int or long.
  public var integer: Int? {
    switch self {
    case .int(let value): Int(value)
    case .long(let value): Int(value)
    default: nil
    }
  }

  /// A string or symbol.
  public var string: String? {
    switch self {
    case .string(let text), .enumeration(let text): text
    default: nil
    }
  }

  /// Bytes or a fixed value.
  public var bytes: [UInt8]? {
    switch self {
    case .bytes(let bytes), .fixed(let bytes): bytes
    default: nil
    }
  }

  public var boolean: Bool? {
    if case .boolean(let value) = self { value } else { nil }
  }

  /// A float or double.
  public var number: Double? {
    switch self {
    case .float(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  public var array: [AvroValue]? {
    if case .array(let items) = self { items } else { nil }
  }

  public var members: [Member]? {
    if case .record(let members) = self { members } else { nil }
  }

  public var isNull: Bool { self == .null }
}
