import SluiceCore

/// What the dialect asks of types.
extension DataType {
  var isInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: true
    default: false
    }
  }

  var isDecimal: Bool { if case .decimal = self { true } else { false } }
  var isExact: Bool { isInteger || isDecimal }
  var isFloat: Bool { self == .float32 || self == .float64 }
  var isNumeric: Bool { isExact || isFloat }
  var isText: Bool { self == .string || self == .json }
  var isTimestamp: Bool { if case .timestamp = self { true } else { false } }
  var isInstant: Bool { if case .instant = self { true } else { false } }
  var isTime: Bool { if case .time = self { true } else { false } }
  var isMoment: Bool { isTimestamp || isInstant }

  var isNested: Bool {
    switch self {
    case .array, .map, .row: true
    default: false
    }
  }

  /// Digits and digits after the point that hold each value of an exact type.
  var digits: (precision: Int, scale: Int)? {
    switch self {
    case .int8, .uint8: (3, 0)
    case .int16, .uint16: (5, 0)
    case .int32, .uint32: (10, 0)
    case .int64: (19, 0)
    case .uint64: (20, 0)
    case .decimal(let precision, let scale): (precision, scale)
    default: nil
    }
  }

  /// Fractional digits of a second.
  var secondDigits: Int? {
    switch self {
    case .time(let precision), .timestamp(let precision), .instant(let precision): precision
    default: nil
    }
  }

  /// Units of the stored number in a second.
  var unitsPerSecond: Int64 { timeUnit?.perSecond ?? 1 }

  /// The type that holds the values of both without a loss, except that a decimal beside a floating point number becomes one; `nil` when there is none.
  func common(with other: DataType) -> DataType? {
    if self == other { return self }
    if isText, other.isText { return .string }
    if isFloat, other.isNumeric { return .float64 }
    if isNumeric, other.isFloat { return .float64 }
    if isInteger, other.isInteger, self != .uint64, other != .uint64 { return .int64 }
    if let left = digits, let right = other.digits {
      let scale = max(left.scale, right.scale)
      return .decimal(precision: min(38, max(left.precision - left.scale, right.precision - right.scale) + scale), scale: scale)
    }
    switch (self, other) {
    case (.date, .timestamp): return other
    case (.timestamp, .date): return self
    case (.timestamp(let left), .timestamp(let right)): return .timestamp(precision: max(left, right))
    case (.instant(let left), .instant(let right)): return .instant(precision: max(left, right))
    case (.time(let left), .time(let right)): return .time(precision: max(left, right))
    default: return nil
    }
  }
}
