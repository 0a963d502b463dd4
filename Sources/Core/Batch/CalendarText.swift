/// Renders dates and times of the proleptic Gregorian calendar.
enum CalendarText {
  /// `2024-02-29` of days since 1970-01-01.
  static func date(days: Int64) -> String {
    // Days are counted from 0000-03-01, so that a leap day is the last of its year; eras are 400 years.
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year < 0 ? "-" : "") + "\(padded(abs(year), 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// `23:59:59.123` of units since midnight, with `digits` fractional digits.
  static func time(_ units: Int64, perSecond: Int64, digits: Int) -> String {
    let seconds = floorDivide(units, perSecond)
    let clock = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    guard digits > 0 else { return clock }
    var fraction = "\(units - seconds * perSecond)"
    let width = "\(perSecond)".count - 1
    fraction = String(repeating: "0", count: width - fraction.count) + fraction
    let tail = fraction.count >= digits ? String(fraction.prefix(digits)) : fraction + String(repeating: "0", count: digits - fraction.count)
    return "\(clock).\(tail)"
  }

  /// `2024-02-29T23:59:59.123` of a stored timestamp of that precision.
  static func timestamp(_ units: Int64, precision: Int) -> String {
    let perSecond = TimeUnit(precision: precision).perSecond
    let days = floorDivide(units, perSecond * 86_400)
    return date(days: days) + "T" + time(units - days * perSecond * 86_400, perSecond: perSecond, digits: precision)
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let text = "\(value)"
    return text.count >= width ? text : String(repeating: "0", count: width - text.count) + text
  }
}
