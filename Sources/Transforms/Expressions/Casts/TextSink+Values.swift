/// How values are written as text.
extension TextSink {
  @inline(__always)
  mutating func append(integer value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(magnitude: value.magnitude, width: 1)
  }

  /// `value` with zeros in front up to `width` digits.
  @inline(__always)
  mutating func append(magnitude value: UInt64, width: Int) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 40) { digits in
      var at = 40
      var rest = value
      repeat {
        at &-= 1
        let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
        digits[at] = UInt8(truncatingIfNeeded: remainder) &+ 48
        rest = quotient
      } while rest > 0
      while 40 &- at < width, at > 0 {
        at &-= 1
        digits[at] = 48
      }
      append(UnsafeBufferPointer(rebasing: digits[at..<40]))
    }
  }

  mutating func append(unscaled value: Int128, scale: Int) {
    if value < 0 { append(UInt8(ascii: "-")) }
    let magnitude = value.magnitude
    if scale == 0 { return append(wide: magnitude) }
    let (whole, fraction) = magnitude.quotientAndRemainder(dividingBy: Decimal128.power(scale).magnitude)
    append(wide: whole)
    append(UInt8(ascii: "."))
    if scale <= 19 {
      append(magnitude: UInt64(truncatingIfNeeded: fraction), width: scale)
    } else {
      let (high, low) = fraction.quotientAndRemainder(dividingBy: 10_000_000_000_000_000_000)
      append(magnitude: UInt64(truncatingIfNeeded: high), width: scale - 19)
      append(magnitude: UInt64(truncatingIfNeeded: low), width: 19)
    }
  }

  private mutating func append(wide value: UInt128) {
    if value <= UInt128(UInt64.max) { return append(magnitude: UInt64(truncatingIfNeeded: value), width: 1) }
    let (high, low) = value.quotientAndRemainder(dividingBy: 10_000_000_000_000_000_000)
    append(wide: high)
    append(magnitude: UInt64(truncatingIfNeeded: low), width: 19)
  }

  /// The shortest digits that read back as the same number.
  mutating func append(float value: Double) { append(value.description) }
  mutating func append(float value: Float) { append(value.description) }

  mutating func append(days: Int) {
    let date = Calendar.date(days: days)
    if date.year < 0 { append(UInt8(ascii: "-")) }
    append(magnitude: UInt64(date.year.magnitude), width: 4)
    append(UInt8(ascii: "-"))
    append(magnitude: UInt64(date.month), width: 2)
    append(UInt8(ascii: "-"))
    append(magnitude: UInt64(date.day), width: 2)
  }

  /// `23:59:59.123` of units since midnight.
  mutating func append(time units: Int64, perSecond: Int64, digits: Int) {
    let seconds = units / perSecond
    append(magnitude: (seconds / 3600).magnitude, width: 2)
    append(UInt8(ascii: ":"))
    append(magnitude: (seconds / 60 % 60).magnitude, width: 2)
    append(UInt8(ascii: ":"))
    append(magnitude: (seconds % 60).magnitude, width: 2)
    guard digits > 0 else { return }
    append(UInt8(ascii: "."))
    // Nine digits, of which the first ones are shown.
    let nanoseconds = (units - seconds * perSecond) * (1_000_000_000 / perSecond)
    append(magnitude: (nanoseconds / Int64(truncatingIfNeeded: Decimal128.power(9 - digits))).magnitude, width: digits)
  }

  /// `2024-02-29 23:59:59.123`.
  mutating func append(timestamp units: Int64, perSecond: Int64, digits: Int) {
    let day = Calendar.floorQuotient(units, perSecond * 86_400)
    append(days: Int(day))
    append(UInt8(ascii: " "))
    append(time: units - day * perSecond * 86_400, perSecond: perSecond, digits: digits)
  }

  /// Two lower case digits a byte.
  mutating func append(hex bytes: UnsafeBufferPointer<UInt8>, upperCase: Bool = false) {
    let letter: UInt8 = upperCase ? 55 : 87
    for byte in bytes {
      append(byte >> 4 < 10 ? byte >> 4 + 48 : byte >> 4 + letter)
      append(byte & 15 < 10 ? byte & 15 + 48 : byte & 15 + letter)
    }
  }
}
