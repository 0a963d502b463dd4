/// Exact arithmetic of unscaled decimals of up to 38 digits. Rounding is half away from zero.
enum Decimal128 {
  static let powers: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 0..<38 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()

  /// 10 to the power of `exponent`, 0...38.
  static func power(_ exponent: Int) -> Int128 { powers[exponent] }

  /// `value` with `to` instead of `from` digits after the point.
  @inline(__always)
  static func rescale(_ value: Int128, from: Int, to: Int) throws(RowFailure.Reason) -> Int128 {
    if from == to { return value }
    if to > from {
      guard to - from <= 38 else {
        if value == 0 { return 0 }
        throw .outOfRange
      }
      let (result, overflow) = value.multipliedReportingOverflow(by: powers[to - from])
      if overflow { throw .outOfRange }
      return result
    }
    return from - to > 38 ? 0 : divideRounding(value, by: powers[from - to])
  }

  /// The quotient of a value and a positive divisor, rounded.
  @inline(__always)
  static func divideRounding(_ value: Int128, by divisor: Int128) -> Int128 {
    if let narrowValue = Int64(exactly: value), let narrowDivisor = Int64(exactly: divisor) {
      let (quotient, remainder) = narrowValue.quotientAndRemainder(dividingBy: narrowDivisor)
      let isUp = remainder.magnitude >= narrowDivisor.magnitude &- remainder.magnitude
      return Int128(quotient) + (isUp ? (narrowValue < 0 ? -1 : 1) : 0)
    }
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    let isUp = remainder.magnitude >= divisor.magnitude - remainder.magnitude
    return isUp ? quotient + (value < 0 ? -1 : 1) : quotient
  }

  /// `left * right` with `drop` digits less after the point, exact up to 256 bits in between.
  @inline(__always)
  static func multiply(_ left: Int128, _ right: Int128, drop: Int) throws(RowFailure.Reason) -> Int128 {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    if !overflow { return drop == 0 ? product : divideRounding(product, by: powers[drop]) }
    if drop == 0 { throw .outOfRange }
    return try divideWide(left.magnitude.multipliedFullWidth(by: right.magnitude), by: powers[drop].magnitude, isNegative: (left < 0) != (right < 0))
  }

  /// `left * 10^scale / right`, rounded.
  @inline(__always)
  static func divide(_ left: Int128, scaledBy scale: Int, _ right: Int128) throws(RowFailure.Reason) -> Int128 {
    if right == 0 { throw .divisionByZero }
    let wide = left.magnitude.multipliedFullWidth(by: powers[min(scale, 38)].magnitude)
    return try divideWide(wide, by: right.magnitude, isNegative: (left < 0) != (right < 0))
  }

  private static func divideWide(
    _ value: (high: UInt128, low: UInt128), by divisor: UInt128, isNegative: Bool
  ) throws(RowFailure.Reason) -> Int128 {
    guard value.high < divisor else { throw .outOfRange }
    var (quotient, remainder) = value.high == 0 ? value.low.quotientAndRemainder(dividingBy: divisor) : divisor.dividingFullWidth(value)
    if remainder >= divisor - remainder { quotient &+= 1 }
    guard quotient <= UInt128(Int128.max) else { throw .outOfRange }
    return isNegative ? -Int128(quotient) : Int128(quotient)
  }

  /// Negative, zero or positive as the left value is smaller, equal or larger; at most one of the two scales is the smaller one.
  static func compare(_ left: Int128, _ leftScale: Int, _ right: Int128, _ rightScale: Int) -> Int {
    let scale = max(leftScale, rightScale)
    let (a, aOverflow) = left.multipliedReportingOverflow(by: powers[scale - leftScale])
    let (b, bOverflow) = right.multipliedReportingOverflow(by: powers[scale - rightScale])
    if aOverflow { return left < 0 ? -1 : 1 }
    if bOverflow { return right < 0 ? 1 : -1 }
    return a < b ? -1 : a > b ? 1 : 0
  }
}
