/// Reads packed decimals. `bad` gets bits set for bytes that are none.
enum PackedDecimal {
  /// A decimal of at most 18 digits, unscaled.
  @inline(__always)
  static func decimal64(_ start: UnsafePointer<UInt8>, _ layout: borrowing DecimalLayout, _ bad: inout UInt64) -> Int64 {
    let isPositive = start[0] & 0x80 != 0
    let mask: UInt32 = isPositive ? 0 : 0xffff_ffff
    var at = start
    var value: Int64 = 0
    // The inverted first bit belongs to whichever group comes first.
    var sign: UInt8 = 0x80
    let head = Int(layout.headBytes)
    if head > 0 {
      value = Int64(group(at, head, &sign, mask))
      if value >= power(layout.headDigits) { bad |= 1 }
      at += head
    }
    for _ in 0..<(layout.wholeGroups &+ layout.fractionGroups) {
      let next = Int64(group(at, 4, &sign, mask))
      if next > 999_999_999 { bad |= 1 }
      value = value &* 1_000_000_000 &+ next
      at += 4
    }
    let tail = Int(layout.tailBytes)
    if tail > 0 {
      let next = Int64(group(at, tail, &sign, mask))
      let unit = power(layout.tailDigits)
      if next >= unit { bad |= 1 }
      value = value &* unit &+ next
    }
    return isPositive ? value : 0 &- value
  }

  /// A decimal of at most 38 digits, unscaled.
  static func decimal128(_ start: UnsafePointer<UInt8>, _ layout: DecimalLayout, _ bad: inout UInt64) -> Int128 {
    var value: Int128 = 0
    let isPositive = forEachGroup(start, layout, &bad) { group, digits in value = value &* Int128(power(digits)) &+ Int128(group) }
    return isPositive ? value : 0 &- value
  }

  /// The decimal as the server prints it: no leading zeros but one before the point, all digits of the scale.
  static func appendText(_ start: UnsafePointer<UInt8>, _ layout: DecimalLayout, to text: inout [UInt8], _ bad: inout UInt64) {
    var digits: [UInt8] = []
    digits.reserveCapacity(82)
    let isPositive = forEachGroup(start, layout, &bad) { group, count in
      var divisor = power(count) / 10
      while divisor > 0 {
        digits.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: Int64(group) / divisor % 10))
        divisor /= 10
      }
    }
    if !isPositive { text.append(UInt8(ascii: "-")) }
    let scale = Int(layout.scale)
    let whole = digits.dropLast(scale).drop { $0 == UInt8(ascii: "0") }
    if whole.isEmpty { text.append(UInt8(ascii: "0")) } else { text += whole }
    if scale > 0 {
      text.append(UInt8(ascii: "."))
      text += digits.suffix(scale)
    }
  }

  /// Calls `visit` with each group of digits from the most significant on; whether the number is not negative.
  private static func forEachGroup(
    _ start: UnsafePointer<UInt8>, _ layout: DecimalLayout, _ bad: inout UInt64, _ visit: (UInt32, UInt8) -> Void
  ) -> Bool {
    let isPositive = start[0] & 0x80 != 0
    let mask: UInt32 = isPositive ? 0 : 0xffff_ffff
    var at = start
    var sign: UInt8 = 0x80
    func take(_ bytes: UInt8, _ digits: UInt8) {
      guard bytes > 0 else { return }
      let value = group(at, Int(bytes), &sign, mask)
      if Int64(value) >= power(digits) { bad |= 1 }
      visit(value, digits)
      at += Int(bytes)
    }
    take(layout.headBytes, layout.headDigits)
    for _ in 0..<(layout.wholeGroups &+ layout.fractionGroups) { take(4, 9) }
    take(layout.tailBytes, layout.tailDigits)
    return isPositive
  }

  /// One to four bytes, with the sign's bit set right in the first group.
  @inline(__always)
  private static func group(_ at: UnsafePointer<UInt8>, _ count: Int, _ sign: inout UInt8, _ mask: UInt32) -> UInt32 {
    var value = UInt32(at[0] ^ sign)
    sign = 0
    for index in 1..<max(count, 1) { value = value &<< 8 | UInt32(at[index]) }
    let used: UInt32 = count == 4 ? 0xffff_ffff : (1 &<< UInt32(truncatingIfNeeded: count &* 8)) &- 1
    return (value ^ mask) & used
  }

  /// 10 to the power of at most nine.
  @inline(__always)
  private static func power(_ digits: UInt8) -> Int64 {
    switch digits {
    case 1: 10
    case 2: 100
    case 3: 1_000
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    case 7: 10_000_000
    case 8: 100_000_000
    case 9: 1_000_000_000
    default: 1
    }
  }
}
