/// A date and a time of day as the server packs them; parts may be zero.
struct PackedMoment {
  var year = 0
  var month = 0
  var day = 0
  var hour = 0
  var minute = 0
  var second = 0
  /// Microseconds.
  var fraction = 0

  /// A zero year, month or day: no date of a calendar, though the servers store it.
  var isPartial: Bool { year == 0 || month == 0 || day == 0 }

  /// `2024-02-29`
  var date: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }

  /// `2024-02-29 23:59:59.123`
  func text(digits: Int) -> String { "\(date) \(Self.clock(hour, minute, second, fraction, digits: digits))" }

  static func clock(_ hour: Int, _ minute: Int, _ second: Int, _ microseconds: Int, digits: Int) -> String {
    let whole = "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
    return digits == 0 ? whole : whole + "." + padded(microseconds, 6).prefix(digits)
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let text = "\(number)"
    return text.count >= width ? text : String(repeating: "0", count: width - text.count) + text
  }
}

/// Reads packed dates and times. `bad` gets bits set for zero and partial dates, and for what is no date.
enum PackedTime {
  /// Three bytes: day, month and year from the lowest bit up. Days since 1970-01-01.
  @inline(__always)
  static func date(_ start: UnsafePointer<UInt8>, _ bad: inout UInt64) -> Int32 {
    let packed = Int(start[0]) | Int(start[1]) &<< 8 | Int(start[2]) &<< 16
    return days(packed &>> 9, packed &>> 5 & 15, packed & 31, &bad)
  }

  /// Five bytes and a fraction, in units of the column since 1970.
  @inline(__always)
  static func dateTime(_ start: UnsafePointer<UInt8>, _ column: borrowing BinlogColumn, _ bad: inout UInt64) -> Int64 {
    let packed = Int(start[0]) &<< 32 | Int(start[1]) &<< 24 | Int(start[2]) &<< 16 | Int(start[3]) &<< 8 | Int(start[4])
    // The topmost bit stands for a sign that no date has.
    if packed &>> 39 != 1 { bad |= 1 }
    let months = packed &>> 22 & 0x1_ffff
    let hour = packed &>> 12 & 31
    let minute = packed &>> 6 & 63
    let second = packed & 63
    let day = Int64(days(months / 13, months % 13, packed &>> 17 & 31, &bad))
    if hour > 23 || minute > 59 || second > 59 { bad |= 1 }
    let seconds = day &* 86_400 &+ Int64(hour &* 3_600 &+ minute &* 60 &+ second)
    return seconds &* column.perSecond &+ fraction(start + 5, column)
  }

  /// Four bytes of seconds since 1970 UTC and a fraction, in units of the column. No second at all is the zero date.
  @inline(__always)
  static func timestamp(_ start: UnsafePointer<UInt8>, _ column: borrowing BinlogColumn, _ bad: inout UInt64) -> Int64 {
    let seconds = UInt32(start[0]) &<< 24 | UInt32(start[1]) &<< 16 | UInt32(start[2]) &<< 8 | UInt32(start[3])
    if seconds == 0 { bad |= 1 }
    return Int64(seconds) &* column.perSecond &+ fraction(start + 4, column)
  }

  /// A fraction of a second in one byte for each two digits, in the column's unit.
  @inline(__always)
  private static func fraction(_ start: UnsafePointer<UInt8>, _ column: borrowing BinlogColumn) -> Int64 {
    let stored: Int64
    switch column.fraction {
    case 0: return 0
    case 1, 2: stored = Int64(start[0])
    case 3, 4: stored = Int64(start[0]) &<< 8 | Int64(start[1])
    default: return Int64(start[0]) &<< 16 | Int64(start[1]) &<< 8 | Int64(start[2])
    }
    return column.divisor == 1 ? stored &* Int64(column.multiplier) : stored / Int64(column.divisor)
  }

  @inline(__always)
  static func days(_ year: Int, _ month: Int, _ day: Int, _ bad: inout UInt64) -> Int32 {
    let isLeap = year & 3 == 0 && (year % 25 != 0 || year & 15 == 0)
    if year < 1 || month < 1 || month > 12 || day < 1 || day > monthLength(month, isLeap) {
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
    return 30 &+ ((month ^ (month &>> 3)) & 1)
  }
}
