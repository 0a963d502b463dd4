/// A rule for all years, as POSIX writes it in TZ: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct YearlyRule: Sendable {
  private let standard: Int64
  private let summer: (offset: Int64, start: Moment, end: Moment)?

  /// A day of each year and a time of it, in seconds by the clock that is valid before.
  private struct Moment {
    enum Day {
      /// Day 1 to 365, of which February has always 28 days.
      case julian(Int)
      /// Day 0 to 365.
      case ordinal(Int)
      /// The weekday (0 is Sunday) of that week of the month; week 5 is the last.
      case week(month: Int, week: Int, weekday: Int)
    }

    let day: Day
    let seconds: Int64

    /// Seconds of the local clock since 1970.
    func local(_ year: Int) -> Int64 {
      let days: Int
      switch day {
      case .julian(let number): days = Calendar.days(year: year, month: 1, day: 1) + number - 1 + (Calendar.isLeap(year) && number >= 60 ? 1 : 0)
      case .ordinal(let number): days = Calendar.days(year: year, month: 1, day: 1) + number
      case .week(let month, let week, let weekday):
        let first = Calendar.days(year: year, month: month, day: 1)
        let firstWanted = first + (weekday - (Calendar.weekday(first) + 1) % 7 + 7) % 7
        let last = first + Calendar.daysInMonth(year, month) - 1
        var wanted = firstWanted + (week - 1) * 7
        while wanted > last { wanted -= 7 }
        days = wanted
      }
      return Int64(days) * 86_400 + seconds
    }
  }

  /// `nil` when `text` is no such rule.
  init?(_ text: String) {
    var rest = Substring(text)
    guard Self.skipName(&rest), let standard = Self.offset(&rest) else { return nil }
    self.standard = -standard
    if rest.isEmpty {
      summer = nil
      return
    }
    guard Self.skipName(&rest) else { return nil }
    var summerOffset = self.standard + 3600
    if rest.first != ",", let offset = Self.offset(&rest) { summerOffset = -offset }
    let parts = rest.split(separator: ",", omittingEmptySubsequences: true)
    guard parts.count == 2, let start = Self.moment(parts[0]), let end = Self.moment(parts[1]) else { return nil }
    summer = (summerOffset, start, end)
  }

  /// The offset from UTC, in seconds east of it.
  func offset(at seconds: Int64) -> Int64 {
    guard let summer else { return standard }
    let year = Calendar.date(days: Int(Calendar.floorQuotient(seconds + standard, 86_400))).year
    let start = summer.start.local(year) - standard
    let end = summer.end.local(year) - summer.offset
    let isSummer = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
    return isSummer ? summer.offset : standard
  }

  private static func skipName(_ rest: inout Substring) -> Bool {
    let start = rest.count
    if rest.first == "<" {
      guard let end = rest.firstIndex(of: ">") else { return false }
      rest = rest[rest.index(after: end)...]
    } else {
      rest = rest.drop { $0.isLetter }
    }
    return rest.count < start
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  private static func offset(_ rest: inout Substring) -> Int64? {
    var isNegative = false
    if let sign = rest.first, sign == "+" || sign == "-" {
      isNegative = sign == "-"
      rest.removeFirst()
    }
    let text = rest.prefix { $0.isNumber || $0 == ":" }
    rest = rest.dropFirst(text.count)
    var seconds: Int64 = 0
    var weight: Int64 = 3600
    for part in text.split(separator: ":") {
      guard let number = Int64(part), number < 1_000 else { return nil }
      seconds += number * weight
      weight /= 60
    }
    return text.isEmpty ? nil : isNegative ? -seconds : seconds
  }

  private static func moment(_ text: Substring) -> Moment? {
    let parts = text.split(separator: "/", maxSplits: 1)
    guard let day = parts.first else { return nil }
    var seconds: Int64 = 7200
    if parts.count > 1 {
      var rest = parts[1]
      guard let time = offset(&rest) else { return nil }
      seconds = time
    }
    if day.first == "M" {
      let numbers = day.dropFirst().split(separator: ".").compactMap { Int($0) }
      guard numbers.count == 3, (1...12).contains(numbers[0]), (1...5).contains(numbers[1]), (0...6).contains(numbers[2]) else { return nil }
      return Moment(day: .week(month: numbers[0], week: numbers[1], weekday: numbers[2]), seconds: seconds)
    }
    if day.first == "J" {
      guard let number = Int(day.dropFirst()), (1...365).contains(number) else { return nil }
      return Moment(day: .julian(number), seconds: seconds)
    }
    guard let number = Int(day), (0...365).contains(number) else { return nil }
    return Moment(day: .ordinal(number), seconds: seconds)
  }
}
