/// How the values of one result column are decoded: small and plain, because the inner loop walks an array of them.
package struct ValueDecoder: Sendable {
  package enum Kind: UInt8, Sendable {
    case boolean, bitBoolean, bitSigned, bitUnsigned
    case int8, int16, int32, int64, uint8, uint16, uint32, uint64
    case float32, float64, decimal64, decimal128
    case date, milliseconds, microseconds
    /// Text that the server makes from numbers.
    case ascii
    case text, binary

    /// Whether zero and partial dates come up.
    var isMoment: Bool { self == .date || self == .milliseconds || self == .microseconds }
  }

  let kind: Kind
  /// Zero and partial dates are null.
  let isZeroNull: Bool
  /// Digits after the point, or fractional digits of a second.
  let scale: Int
  /// What the last fractional digit counts: in a time's unit of storage; of a decimal, as a part of one.
  let unit: Int64

  package init(_ kind: Kind, scale: Int = 0, isZeroNull: Bool = false) {
    self.kind = kind
    self.scale = scale
    self.isZeroNull = isZeroNull
    switch kind {
    case .milliseconds: unit = Self.power(3 - scale)
    case .microseconds: unit = Self.power(6 - scale)
    case .decimal64: unit = Self.power(scale)
    default: unit = 1
    }
  }

  private static func power(_ exponent: Int) -> Int64 {
    (0..<max(0, exponent)).reduce(1) { power, _ in power * 10 }
  }

  /// The reason for which a value was refused, as a word to count by.
  func code(_ value: String) -> String {
    switch kind {
    case .date, .milliseconds, .microseconds: Self.isZero(value) ? "zero-date" : "invalid-date"
    case .text: "encoding"
    case .boolean, .bitBoolean: "boolean"
    default: "range"
    }
  }

  private static func isZero(_ value: String) -> Bool { value.hasPrefix("0000-") || value.contains("-00") }

  /// Why a value was refused.
  func reason(_ value: String) -> String {
    switch kind {
    case .date, .milliseconds, .microseconds:
      Self.isZero(value)
        ? "a zero or partial date; `source.zeroDates: null` would make it null" : "no valid date"
    case .text: "no valid UTF-8"
    case .boolean: "neither 0 nor 1 (`source.tinyint1` is boolean)"
    default: "no value of the column's type"
    }
  }
}
