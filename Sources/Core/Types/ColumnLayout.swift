/// How the values of a type lie in memory; the same as Apache Arrow's layout of that type.
public enum ColumnLayout: Hashable, Sendable {
  /// One bit a value, least significant first.
  case bits
  /// `width` bytes a value, little endian.
  case fixed(width: Int)
  /// 32-bit offsets into one run of bytes.
  case bytes
  /// 32-bit offsets into one child column; a map is a list of rows of key and value.
  case list
  /// One child column a field.
  case row
}

extension DataType {
  /// How a `Column` of this type lies in memory.
  ///
  /// Decimals up to 18 digits are `Int64`, wider ones `Int128`, both unscaled. Timestamps count
  /// milliseconds, microseconds or nanoseconds as `timeUnit` says.
  public var layout: ColumnLayout {
    switch self {
    case .boolean: .bits
    case .int8, .uint8: .fixed(width: 1)
    case .int16, .uint16: .fixed(width: 2)
    case .int32, .uint32, .float32, .date: .fixed(width: 4)
    case .int64, .uint64, .float64, .time, .timestamp, .instant: .fixed(width: 8)
    case .decimal(let precision, _): .fixed(width: precision <= 18 ? 8 : 16)
    case .string, .binary, .json: .bytes
    case .array, .map: .list
    case .row: .row
    }
  }

  /// The types of the child columns of a `Column` of this type.
  public var childTypes: [DataType] {
    switch self {
    case .array(let element): [element]
    case .map(let key, let value):
      [
        .row([
          Field(name: "key", type: key, isNullable: false), Field(name: "value", type: value, isNullable: true),
        ])
      ]
    case .row(let fields): fields.map(\.type)
    default: []
    }
  }

  /// The unit in which a time, timestamp or instant counts; `nil` for other types.
  public var timeUnit: TimeUnit? {
    switch self {
    case .time: .microseconds
    case .timestamp(let precision), .instant(let precision): TimeUnit(precision: precision)
    default: nil
    }
  }
}

/// The unit of a stored time.
public enum TimeUnit: Int64, Sendable {
  case milliseconds = 1_000
  case microseconds = 1_000_000
  case nanoseconds = 1_000_000_000

  /// The coarsest unit that holds `precision` fractional digits.
  public init(precision: Int) {
    self = precision <= 3 ? .milliseconds : precision <= 6 ? .microseconds : .nanoseconds
  }

  /// Units in a second.
  @inlinable public var perSecond: Int64 { rawValue }
}
