/// Reads dates and times of the proleptic Gregorian calendar, as `CalendarText` writes them. What is no date is `nil`.
enum CalendarReader {
  /// Days since 1970-01-01 of `2024-02-29`.
  static func date(_ text: some StringProtocol) -> Int64? {
    let isNegative = text.hasPrefix("-")
    let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count >= 4, parts[1].count == 2, parts[2].count == 2 else { return nil }
    guard var year = number(parts[0]), let month = number(parts[1]), let day = number(parts[2]), year <= 999_999 else { return nil }
    if isNegative { year = -year }
    guard (1...12).contains(month), (1...daysIn(month, of: year)).contains(day) else { return nil }
    // Years begin in March here, so that a leap day is the last of its year; eras are 400 years.
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Units since midnight of `23:59:59.123`, with at most `digits` fractional digits.
  static func time(_ text: some StringProtocol, perSecond: Int64, digits: Int) -> Int64? {
    let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ $0.count == 2 }) else { return nil }
    guard let hour = number(parts[0]), let minute = number(parts[1]), let second = number(parts[2]) else { return nil }
    guard hour < 24, minute < 60, second < 60 else { return nil }
    var units = (hour * 3600 + minute * 60 + second) * perSecond
    guard halves.count > 1 else { return units }
    guard !halves[1].isEmpty, halves[1].count <= digits, let fraction = number(halves[1]) else { return nil }
    var unit = perSecond
    for _ in halves[1] { unit /= 10 }
    units += fraction * unit
    return units
  }

  /// Units since 1970 of `2024-02-29T23:59:59.123`, or with a space in the place of the T.
  static func timestamp(_ text: String, precision: Int) -> Int64? {
    guard let middle = text.firstIndex(where: { $0 == "T" || $0 == " " }), let days = date(text[..<middle]) else { return nil }
    let perSecond = TimeUnit(precision: precision).perSecond
    guard let units = time(text[text.index(after: middle)...], perSecond: perSecond, digits: precision) else { return nil }
    let (start, isTooLarge) = days.multipliedReportingOverflow(by: perSecond * 86_400)
    let (sum, isOver) = start.addingReportingOverflow(units)
    return isTooLarge || isOver ? nil : sum
  }

  private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  /// Digits and nothing else, at most nine of them.
  private static func number(_ text: some StringProtocol) -> Int64? {
    guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    return Int64(text)
  }
}
