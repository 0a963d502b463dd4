internal import Glibc

/// Numbers as the server prints them. `bad` gets bits set for anything else and for what does not fit.
enum TextNumber {
  @inline(__always)
  static func signed(_ start: UnsafePointer<UInt8>, _ count: Int, _ bad: inout UInt64) -> Int64 {
    let isNegative = count > 0 && start[0] == UInt8(ascii: "-")
    let skip = isNegative ? 1 : 0
    let magnitude = TextDigits.unsigned(start + skip, count &- skip, &bad)
    if isNegative {
      if magnitude > 1 &<< 63 { bad |= 1 }
      return Int64(truncatingIfNeeded: 0 &- magnitude)
    }
    if magnitude > UInt64(Int64.max) { bad |= 1 }
    return Int64(truncatingIfNeeded: magnitude)
  }

  /// A decimal with exactly `scale` digits after the point and at most 18 in all, unscaled. `unit` is 10 to the power of `scale`.
  @inline(__always)
  static func decimal64(_ start: UnsafePointer<UInt8>, _ count: Int, scale: Int, unit: Int64, _ bad: inout UInt64) -> Int64 {
    if scale == 0 { return signed(start, count, &bad) }
    let isNegative = count > 0 && start[0] == UInt8(ascii: "-")
    let skip = isNegative ? 1 : 0
    let digits = start + skip
    let whole = count &- skip &- scale &- 1
    guard whole > 0, digits[whole] == UInt8(ascii: "."), whole &+ scale <= 18 || (whole == 1 && digits[0] == UInt8(ascii: "0")) else {
      bad |= 1
      return 0
    }
    let head = TextDigits.unsigned(digits, whole, &bad)
    let tail = TextDigits.unsigned(digits + (whole &+ 1), scale, &bad)
    let magnitude = Int64(truncatingIfNeeded: head) &* unit &+ Int64(truncatingIfNeeded: tail)
    return isNegative ? 0 &- magnitude : magnitude
  }

  /// A decimal with exactly `scale` digits after the point and at most 38 in all, unscaled.
  static func decimal128(_ start: UnsafePointer<UInt8>, _ count: Int, scale: Int, _ bad: inout UInt64) -> Int128 {
    var digits = start
    var whole = count
    let isNegative = count > 0 && start[0] == UInt8(ascii: "-")
    if isNegative {
      digits += 1
      whole -= 1
    }
    if scale > 0 { whole -= scale + 1 }
    guard whole > 0, scale == 0 || digits[whole] == UInt8(ascii: ".") else {
      bad |= 1
      return 0
    }
    let fraction = digits + (whole + 1)
    while whole > 1, digits[0] == UInt8(ascii: "0") {
      digits += 1
      whole -= 1
    }
    guard whole + scale <= 38 || (whole + scale == 39 && digits[0] == UInt8(ascii: "0")) else {
      bad |= 1
      return 0
    }
    var value: Int128 = 0
    accumulate(digits, whole, into: &value, &bad)
    accumulate(fraction, scale, into: &value, &bad)
    return isNegative ? -value : value
  }

  private static func accumulate(_ start: UnsafePointer<UInt8>, _ count: Int, into value: inout Int128, _ bad: inout UInt64) {
    var place = 0
    while place < count {
      let length = min(16, count - place)
      value = value &* Int128(powersOfTen(length)) &+ Int128(TextDigits.upToSixteen(start + place, length, &bad))
      place += length
    }
  }

  /// A double as the server prints it: the shortest text that reads back the same.
  static func double(_ start: UnsafePointer<UInt8>, _ count: Int, _ bad: inout UInt64) -> Double {
    var place = 0
    let isNegative = count > 0 && start[0] == UInt8(ascii: "-")
    if isNegative { place = 1 }
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    var isPastPoint = false
    while place < count {
      let digit = start[place] &- UInt8(ascii: "0")
      if digit < 10 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        digits += 1
        if isPastPoint { exponent -= 1 }
      } else if start[place] == UInt8(ascii: "."), !isPastPoint {
        isPastPoint = true
      } else {
        break
      }
      place += 1
    }
    guard digits > 0 else {
      bad |= 1
      return 0
    }
    if place < count {
      guard start[place] | 0x20 == UInt8(ascii: "e"), place + 1 < count else {
        bad |= 1
        return 0
      }
      place += 1
      var length = count - place
      if start[place] == UInt8(ascii: "+") {
        place += 1
        length -= 1
      }
      exponent += Int(truncatingIfNeeded: signed(start + place, length, &bad))
    }
    // Both operands are exact doubles, so the result is rounded once.
    if digits <= 19, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      let value = Double(mantissa)
      let scaled = exponent < 0 ? value / exactPower(-exponent) : value * exactPower(exponent)
      return isNegative ? -scaled : scaled
    }
    return slowDouble(start, count, &bad)
  }

  private static func slowDouble(_ start: UnsafePointer<UInt8>, _ count: Int, _ bad: inout UInt64) -> Double {
    guard count < 400 else {
      bad |= 1
      return 0
    }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { text in
      for index in 0..<count { text[index] = CChar(bitPattern: start[index]) }
      text[count] = 0
      guard let base = text.baseAddress else { return 0 }
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(base, &end)
      if end != base + count || !value.isFinite { bad |= 1 }
      return value
    }
  }

  private static func powersOfTen(_ exponent: Int) -> UInt64 { powers[exponent] }

  private static func exactPower(_ exponent: Int) -> Double { doublePowers[exponent] }

  private static let powers: [UInt64] = (0...16).map { (0..<$0).reduce(1) { power, _ in power * 10 } }
  private static let doublePowers: [Double] = (0...22).map { (0..<$0).reduce(1) { power, _ in power * 10 } }
}
