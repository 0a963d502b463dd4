/// Decimal digits as text to numbers, eight at a time. Input that is no number sets bits in `bad` and yields any value.
enum TextDigits {
  /// One to eight digits.
  @inline(__always)
  static func upToEight(_ start: UnsafePointer<UInt8>, _ count: Int, _ bad: inout UInt64) -> UInt64 {
    let raw = UnsafeRawPointer(start)
    let bits = UInt64(truncatingIfNeeded: count &* 8)
    var word: UInt64
    if count == 8 {
      word = raw.loadUnaligned(as: UInt64.self)
    } else {
      if count >= 4 {
        let low = UInt64(raw.loadUnaligned(as: UInt32.self))
        let high = UInt64(raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
        word = low | high &<< (bits &- 32)
      } else {
        let middle = count &>> 1
        word = UInt64(start[0]) | UInt64(start[middle]) &<< UInt64(middle &* 8) | UInt64(start[count &- 1]) &<< (bits &- 8)
      }
      word = word &<< (64 &- bits) | zeros &>> bits
    }
    return eight(word, &bad)
  }

  /// Eight digits, the first in the lowest byte.
  @inline(__always)
  static func eight(_ word: UInt64, _ bad: inout UInt64) -> UInt64 {
    let highNibbles: UInt64 = 0xf0f0_f0f0_f0f0_f0f0
    bad |= (word & highNibbles) ^ zeros
    bad |= ((word &+ 0x0606_0606_0606_0606) & highNibbles) ^ zeros
    let pairs = ((word & 0x0f0f_0f0f_0f0f_0f0f) &* 2_561) &>> 8
    let fours = ((pairs & 0x00ff_00ff_00ff_00ff) &* 6_553_601) &>> 16
    return ((fours & 0x0000_ffff_0000_ffff) &* 42_949_672_960_001) &>> 32
  }

  /// One to sixteen digits.
  @inline(__always)
  static func upToSixteen(_ start: UnsafePointer<UInt8>, _ count: Int, _ bad: inout UInt64) -> UInt64 {
    if count <= 8 { return upToEight(start, count, &bad) }
    let head = upToEight(start, count &- 8, &bad)
    return head &* 100_000_000 &+ upToEight(start + (count &- 8), 8, &bad)
  }

  /// Digits of any number whose value fits 64 bits; leading zeros do not count.
  @inline(__always)
  static func unsigned(_ start: UnsafePointer<UInt8>, _ count: Int, _ bad: inout UInt64) -> UInt64 {
    if count &- 1 < 16, count > 0 { return upToSixteen(start, count, &bad) }
    return long(start, count, &bad)
  }

  @inline(never)
  private static func long(_ start: UnsafePointer<UInt8>, _ count: Int, _ bad: inout UInt64) -> UInt64 {
    var start = start
    var count = count
    while count > 16, start[0] == UInt8(ascii: "0") {
      start += 1
      count -= 1
    }
    guard count >= 1, count <= 20 else {
      bad |= 1
      return 0
    }
    if count <= 16 { return upToSixteen(start, count, &bad) }
    let head = upToEight(start, count - 16, &bad)
    let tail = upToSixteen(start + (count - 16), 16, &bad)
    let (product, isProductTooLarge) = head.multipliedReportingOverflow(by: 10_000_000_000_000_000)
    let (sum, isSumTooLarge) = product.addingReportingOverflow(tail)
    if isProductTooLarge || isSumTooLarge { bad |= 1 }
    return sum
  }

  @inline(__always) private static var zeros: UInt64 { 0x3030_3030_3030_3030 }
}
