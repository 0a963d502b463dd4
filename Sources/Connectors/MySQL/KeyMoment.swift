/// A literal `'2024-02-29'` or `'2024-02-29 12:00:00.5'` as seconds, and back. `nil` for anything else.
struct KeyMoment {
  let seconds: Int
  private let hasTime: Bool

  init?(_ literal: String) {
    let text = Array(literal.utf8.dropFirst().dropLast())
    hasTime = text.count >= 19
    guard text.count >= 10 else { return nil }
    var bad: UInt64 = 0
    seconds = text.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return 0 }
      if bytes.count == 10 { return Int(TextTime.date(start, 10, &bad)) * 86_400 }
      guard bytes.count >= 19 else {
        bad = 1
        return 0
      }
      return Int(TextTime.timestamp(start, 19, precision: 0, perSecond: 1, unit: 1, &bad))
    }
    if bad != 0 { return nil }
  }

  /// The literal of another moment in the same form; the time is cut off where there was none.
  func literal(seconds: Int) -> String {
    let day = Int((Double(seconds) / 86_400).rounded(.down))
    let (year, month, dayOfMonth) = Self.civil(day)
    let date = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))"
    guard hasTime else { return "'\(date)'" }
    let clock = seconds - day * 86_400
    return "'\(date) \(Self.padded(clock / 3_600, 2)):\(Self.padded(clock / 60 % 60, 2)):\(Self.padded(clock % 60, 2))'"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// The Gregorian date of a day since 1970.
  private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}
