/// The proleptic Gregorian calendar. Days count from 1970-01-01.
enum Calendar {
  struct Date: Equatable {
    var year: Int
    var month: Int
    var day: Int
  }

  static let unixDay = 719_468
  /// Years that dates may have, as in the sources: 0001 to 9999.
  static let firstDay = days(year: 1, month: 1, day: 1)
  static let lastDay = days(year: 9999, month: 12, day: 31)

  @inline(__always)
  static func date(days: Int) -> Date {
    // Days count from 0000-03-01, so that a leap day is the last of its year; eras are 400 years.
    let shifted = days &+ unixDay
    let era = (shifted >= 0 ? shifted : shifted &- 146_096) / 146_097
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
    let shiftedMonth = (5 &* dayOfYear &+ 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9
    return Date(year: yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0), month: month, day: dayOfYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1)
  }

  @inline(__always)
  static func days(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year &- 1 : year
    let era = (shifted >= 0 ? shifted : shifted &- 399) / 400
    let yearOfEra = shifted &- era &* 400
    let dayOfYear = (153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5 &+ day &- 1
    return era &* 146_097 &+ yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear &- unixDay
  }

  static func isLeap(_ year: Int) -> Bool { year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) }

  static func daysInMonth(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  static func isValid(year: Int, month: Int, day: Int) -> Bool {
    (1...9999).contains(year) && (1...12).contains(month) && day >= 1 && day <= daysInMonth(year, month)
  }

  /// 0 for Monday to 6 for Sunday.
  @inline(__always)
  static func weekday(_ days: Int) -> Int { floorRemainder(days &+ 3, 7) }

  /// Of 1 to 366.
  static func dayOfYear(_ days: Int) -> Int { days - Calendar.days(year: date(days: days).year, month: 1, day: 1) + 1 }

  /// The week of ISO 8601 and the year that it belongs to.
  static func isoWeek(_ days: Int) -> (year: Int, week: Int) {
    let thursday = days - weekday(days) + 3
    let year = date(days: thursday).year
    return (year, (thursday - Calendar.days(year: year, month: 1, day: 1)) / 7 + 1)
  }

  /// The day `months` later; the last of the month where it has no such day.
  static func adding(months: Int, to days: Int) -> Int? {
    let start = date(days: days)
    let (total, overflow) = (start.year * 12 + start.month - 1).addingReportingOverflow(months)
    guard !overflow, total >= 12, total < 120_000 else { return nil }
    let year = total / 12
    let month = total % 12 + 1
    return Calendar.days(year: year, month: month, day: min(start.day, daysInMonth(year, month)))
  }

  @inline(__always)
  static func floorQuotient<Value: FixedWidthInteger & SignedInteger>(_ value: Value, _ divisor: Value) -> Value {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient &- 1 : quotient
  }

  @inline(__always)
  static func floorRemainder<Value: FixedWidthInteger & SignedInteger>(_ value: Value, _ divisor: Value) -> Value {
    let remainder = value % divisor
    return remainder < 0 ? remainder &+ divisor : remainder
  }
}
