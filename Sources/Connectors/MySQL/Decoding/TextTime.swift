/// Dates and times as the server prints them, in the proleptic Gregorian calendar. Zero and partial dates are `bad`.
enum TextTime {
  /// `2024-02-29` as days since 1970-01-01.
  @inline(__always)
  static func date(_ start: UnsafePointer<UInt8>, _ count: Int, _ bad: inout UInt64) -> Int32 {
    guard count == 10 else {
      bad |= 1
      return 0
    }
    return days(start, &bad)
  }

  /// `2024-02-29 23:59:59.123456` with `precision` fractional digits, in units of 1/`perSecond` since 1970.
  ///
  /// `perSecond` has at least as many zeros as `precision` says.
  @inline(__always)
  static func timestamp(
    _ start: UnsafePointer<UInt8>, _ count: Int, precision: Int, perSecond: Int64, unit: Int64, _ bad: inout UInt64
  ) -> Int64 {
    guard count == (precision == 0 ? 19 : 20 &+ precision) else {
      bad |= 1
      return 0
    }
    let days = Int64(days(start, &bad))
    let clock = UnsafeRawPointer(start + 11).loadUnaligned(as: UInt64.self)
    // HH:MM:SS: two digits, a colon, and so on from the lowest byte up.
    bad |= UInt64(start[10] ^ UInt8(ascii: " ")) | ((clock ^ 0x0000_3a00_003a_0000) & 0x0000_ff00_00ff_0000)
    var badDigits: UInt64 = 0
    let hour = pair(clock, &badDigits)
    let minute = pair(clock &>> 24, &badDigits)
    let second = pair(clock &>> 48, &badDigits)
    bad |= badDigits
    if hour > 23 || minute > 59 || second > 59 { bad |= 1 }
    var value = (days &* 86_400 &+ Int64(hour &* 3_600 &+ minute &* 60 &+ second)) &* perSecond
    if precision > 0 {
      if start[19] != UInt8(ascii: ".") { bad |= 1 }
      value &+= Int64(truncatingIfNeeded: TextDigits.upToEight(start + 20, precision, &bad)) &* unit
    }
    return value
  }

  @inline(__always)
  private static func days(_ start: UnsafePointer<UInt8>, _ bad: inout UInt64) -> Int32 {
    let word = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self)
    // YYYY-MM-: the dashes are bytes 4 and 7.
    bad |= (word ^ 0x2d00_002d_0000_0000) & 0xff00_00ff_0000_0000
    let year = Int(truncatingIfNeeded: pair(word, &bad) &* 100 &+ pair(word &>> 16, &bad))
    let month = Int(truncatingIfNeeded: pair(word &>> 40, &bad))
    let day = Int(truncatingIfNeeded: pair(UInt64(UnsafeRawPointer(start + 8).loadUnaligned(as: UInt16.self)), &bad))
    let isLeap = year & 3 == 0 && (year % 25 != 0 || year & 15 == 0)
    if year < 1 || month &- 1 > 11 || month < 1 || day < 1 || day > monthLength(month, isLeap) {
      bad |= 1
      return 0
    }
    // Years start in March, so that the leap day is their last.
    let shifted = month > 2 ? year : year &- 1
    let monthFromMarch = month > 2 ? month &- 3 : month &+ 9
    let century = shifted / 100
    let dayOfYear = (153 &* monthFromMarch &+ 2) / 5 &+ day &- 1
    return Int32(truncatingIfNeeded: 365 &* shifted &+ shifted / 4 &- century &+ century / 4 &+ dayOfYear &- 719_468)
  }

  @inline(__always)
  private static func monthLength(_ month: Int, _ isLeap: Bool) -> Int {
    if month == 2 { return isLeap ? 29 : 28 }
    // 30 + 1 for the odd months up to July and the even ones after.
    return 30 &+ ((month ^ (month &>> 3)) & 1)
  }

  /// The number of the two digits in the lowest bytes.
  @inline(__always)
  private static func pair(_ word: UInt64, _ bad: inout UInt64) -> UInt64 {
    let tens = (word & 0xff) &- 0x30
    let ones = ((word &>> 8) & 0xff) &- 0x30
    if tens > 9 || ones > 9 { bad |= 1 }
    return tens &* 10 &+ ones
  }
}
