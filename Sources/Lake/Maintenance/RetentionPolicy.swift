/// Which snapshots of a table are kept.
struct RetentionPolicy: Sendable {
  let minimum: Int
  let maximum: Int
  /// Milliseconds; `nil` keeps snapshots of any age.
  let age: Int64?

  init(minimum: Int, maximum: Int, age: Int64?) {
    self.minimum = max(1, minimum)
    self.maximum = max(self.minimum, maximum)
    self.age = age
  }

  /// The number of the oldest snapshot to be kept, given the oldest and the newest there is.
  func firstKept(earliest: Int64, latest: Int64, now: Int64, time: (Int64) throws -> Int64?) rethrows -> Int64 {
    let newest = latest - Int64(minimum) + 1
    if newest <= earliest { return earliest }
    var first = maximum < latest - earliest + 1 ? latest - Int64(maximum) + 1 : earliest
    guard let age else { return first }
    while first < newest, let made = try time(first), made < now - age { first += 1 }
    return first
  }

  /// `1 h`, `90min`, `2 days`: a number and a unit, milliseconds without one.
  static func milliseconds(_ text: String) -> Int64? {
    let digits = text.drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }
    let unit = text.drop { $0 == " " }.dropFirst(digits.count).filter { $0 != " " }.lowercased()
    guard let number = Int64(digits), let factor = units.first(where: { $0.names.contains(unit) })?.factor else { return nil }
    let (product, isTooLarge) = number.multipliedReportingOverflow(by: factor)
    return isTooLarge ? nil : product
  }

  private static let units: [(names: Set<String>, factor: Int64)] = [
    (["", "ms", "milli", "millis", "millisecond", "milliseconds"], 1), (["s", "sec", "secs", "second", "seconds"], 1000),
    (["m", "min", "minute", "minutes"], 60_000), (["h", "hour", "hours"], 3_600_000), (["d", "day", "days"], 86_400_000),
  ]
}
