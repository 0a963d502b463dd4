extension DataType {
  /// The narrowest type that holds every value of both, and to which `Column.widen` turns either; `nil` when there is none.
  public static func widest(_ left: DataType, _ right: DataType) -> DataType? {
    if left == right { return left }
    if let joined = joined(left.signedEquivalent, right.signedEquivalent) { return joined }
    return nil
  }

  /// Whether `Column.widen` turns every value of this type into one of `other` without bending it.
  public func canWiden(to other: DataType) -> Bool {
    self == other || Column.canConvert(self, to: other) || Self.joined(signedEquivalent, other) == other
  }

  private static func joined(_ left: DataType, _ right: DataType) -> DataType? {
    if left == right { return left }
    if let a = left.integerDigits, let b = right.integerDigits { return a < b ? right : left }
    switch (left, right) {
    case (.decimal(let p, let s), .decimal(let q, let t)):
      let scale = max(s, t)
      let precision = max(p - s, q - t) + scale
      return precision <= 38 ? .decimal(precision: precision, scale: scale) : nil
    case (.decimal(let p, let s), _) where right.integerDigits != nil: return decimal(p, s, right)
    case (_, .decimal(let p, let s)) where left.integerDigits != nil: return decimal(p, s, left)
    case (.float32, .float64), (.float64, .float32): return .float64
    case (.float64, _) where (right.integerDigits ?? 99) <= 10: return .float64
    case (_, .float64) where (left.integerDigits ?? 99) <= 10: return .float64
    case (.time(let p), .time(let q)): return .time(precision: max(p, q))
    case (.timestamp(let p), .timestamp(let q)): return .timestamp(precision: max(p, q))
    case (.instant(let p), .instant(let q)): return .instant(precision: max(p, q))
    case (.date, .timestamp), (.timestamp, .date): return left == .date ? right : left
    case (.json, .string), (.string, .json): return .string
    case (.string, _) where right.hasPlainText: return .string
    case (_, .string) where left.hasPlainText: return .string
    default: return nil
    }
  }

  private static func decimal(_ precision: Int, _ scale: Int, _ integer: DataType) -> DataType? {
    let whole = max(precision - scale, integer.integerDigits ?? 0)
    return whole + scale <= 38 ? .decimal(precision: whole + scale, scale: scale) : nil
  }

  /// An unsigned integer as the signed type or decimal that lakes keep it in.
  private var signedEquivalent: DataType {
    switch self {
    case .uint8: .int16
    case .uint16: .int32
    case .uint32: .int64
    case .uint64: .decimal(precision: 20, scale: 0)
    default: self
    }
  }

  /// Digits of the longest value of a signed integer type.
  private var integerDigits: Int? {
    switch self {
    case .int8: 3
    case .int16: 5
    case .int32: 10
    case .int64: 19
    default: nil
    }
  }

  /// Whether a value and its text stand for each other, so that lakes read the one as the other.
  private var hasPlainText: Bool { integerDigits != nil || self == .date }
}
