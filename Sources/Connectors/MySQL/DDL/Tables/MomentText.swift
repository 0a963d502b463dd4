/// Dates and times in all the ways in which the servers take them, as they show them. What is no date, or rounds into the next second, is `nil`.
enum MomentText {
  static func date(_ text: String) -> String? {
    fields(text).map { "\(padded($0.numbers[0], 4))-\(padded($0.numbers[1], 2))-\(padded($0.numbers[2], 2))" }
  }

  static func dateTime(_ text: String, fraction: Int) -> String? {
    guard let fields = fields(text), let date = date(text), let tail = tail(fields.fraction, fraction) else { return nil }
    let numbers = fields.numbers
    return "\(date) \(padded(numbers[3], 2)):\(padded(numbers[4], 2)):\(padded(numbers[5], 2))\(tail)"
  }

  /// `[-][days ]hours:minutes[:seconds]` or `hhmmss`.
  static func time(_ text: String, fraction: Int) -> String? {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative { rest.removeFirst() }
    let parts = rest.split(separator: ".", maxSplits: 1)
    guard var clock = parts.first, let tail = tail(parts.count > 1 ? String(parts[1]) : "", fraction) else { return nil }
    var hours = 0
    if let blank = clock.firstIndex(of: " ") {
      guard let days = Int(clock[..<blank]), (0...34).contains(days) else { return nil }
      hours = days * 24
      clock = clock[blank...].dropFirst()
    }
    let groups = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard groups.allSatisfy({ $0 != nil }), groups.count <= 3 else { return nil }
    var numbers = groups.compactMap { $0 }
    if numbers.count == 1, let packed = numbers.first {
      numbers = hours > 0 ? [packed, 0, 0] : [packed / 10_000, packed / 100 % 100, packed % 100]
    }
    if numbers.count == 2 { numbers.append(0) }
    guard (0...838).contains(numbers[0]), (0...59).contains(numbers[1]), (0...59).contains(numbers[2]) else { return nil }
    hours += numbers[0]
    let isZero = hours == 0 && numbers[1] == 0 && numbers[2] == 0 && tail.allSatisfy { $0 == "." || $0 == "0" }
    return "\(isNegative && !isZero ? "-" : "")\(padded(hours, 2)):\(padded(numbers[1], 2)):\(padded(numbers[2], 2))\(tail)"
  }

  /// Year, month, day, hour, minute and second, and the digits of the fraction.
  private static func fields(_ text: String) -> (numbers: [Int], fraction: String)? {
    var groups = text.split { !($0.isASCII && $0.isNumber) }.map(String.init)
    var fraction = ""
    if let point = text.lastIndex(of: "."), groups.count == 7 || groups.count == 2, !text[point...].dropFirst().isEmpty {
      fraction = groups.removeLast()
    }
    if groups.count == 2, let day = groups.first, day.count >= 6 { groups = [day + groups[1]] }
    if groups.count == 1, let packed = groups.first { groups = unpacked(packed) }
    guard groups.count >= 3, groups.count <= 6 else { return nil }
    var numbers = groups.compactMap { Int($0) }
    guard numbers.count == groups.count else { return nil }
    let hasShortYear = groups[0].count <= 2
    numbers += [Int](repeating: 0, count: 6 - numbers.count)
    if hasShortYear, numbers.contains(where: { $0 != 0 }) { numbers[0] += numbers[0] < 70 ? 2000 : 1900 }
    let limits = [9999, 12, 31, 23, 59, 59]
    guard zip(numbers, limits).allSatisfy({ (0...$1).contains($0) }) else { return nil }
    return (numbers, fraction)
  }

  /// `20240229`, `240229`, with or without a time behind it; `0` is the zero date.
  private static func unpacked(_ packed: String) -> [String] {
    if packed.allSatisfy({ $0 == "0" }) { return ["0000", "00", "00"] }
    var digits = packed
    if digits.count < 6 || digits.count == 7 || digits.count == 11 || digits.count == 13 { digits = "0" + digits }
    let yearDigits = digits.count == 8 || digits.count == 14 ? 4 : 2
    var groups = [String(digits.prefix(yearDigits))]
    var rest = digits.dropFirst(yearDigits)
    while !rest.isEmpty {
      groups.append(String(rest.prefix(2)))
      rest = rest.dropFirst(2)
    }
    return groups
  }

  /// The fraction with exactly that many digits, and the point.
  private static func tail(_ digits: String, _ wanted: Int) -> String? {
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    var kept = String(digits.prefix(wanted))
    if let next = digits.dropFirst(wanted).first, next >= "5" {
      // Carrying over into the seconds is left to the server.
      guard wanted > 0, let number = Int(kept), "\(number + 1)".count <= wanted else { return nil }
      kept = padded(number + 1, wanted)
    }
    guard wanted > 0 else { return "" }
    return "." + kept + String(repeating: "0", count: wanted - kept.count)
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let text = "\(value)"
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
