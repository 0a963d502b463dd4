internal import SluiceCore

/// Reads one value from text, in the spelling of `ValueText`, into a column of one row.
enum ConstantColumn {
  /// `nil` when `text` is no value of `type`; nested types have no text.
  static func parse(_ text: String, as type: DataType) -> Column? {
    var builder = ColumnBuilder(type: type, capacity: 1)
    return append(text, to: &builder) ? builder.finish() : nil
  }

  private static func append(_ text: String, to builder: inout ColumnBuilder) -> Bool {
    switch builder.type {
    case .boolean:
      guard let flag = ["true": true, "1": true, "false": false, "0": false][text] else { return false }
      builder.append(boolean: flag)
    case .int8: return append(Int8(text), to: &builder)
    case .int16: return append(Int16(text), to: &builder)
    case .int32: return append(Int32(text), to: &builder)
    case .int64: return append(Int64(text), to: &builder)
    case .float32: return append(Float(text), to: &builder)
    case .float64: return append(Double(text), to: &builder)
    case .decimal(let precision, let scale):
      guard let unscaled = unscaled(text, precision: precision, scale: scale) else { return false }
      builder.append(unscaled: unscaled)
    case .string: builder.append(text: text)
    case .binary:
      guard let bytes = bytes(text) else { return false }
      bytes.withUnsafeBufferPointer { bytes in
        if let base = bytes.baseAddress { builder.append(bytes: base, count: bytes.count) } else { builder.append(text: "") }
      }
    case .date: return append(days(text[...]).flatMap { Int32(exactly: $0) }, to: &builder)
    case .time: return append(clock(text[...], perSecond: 1_000_000), to: &builder)
    case .timestamp(let precision), .instant(let precision):
      return append(moment(text, perSecond: TimeUnit(precision: precision).perSecond), to: &builder)
    default: return false
    }
    return true
  }

  private static func append<Value: BitwiseCopyable>(_ value: Value?, to builder: inout ColumnBuilder) -> Bool {
    guard let value else { return false }
    builder.append(value)
    return true
  }

  /// Digits after the scale must be zeros.
  private static func unscaled(_ text: String, precision: Int, scale: Int) -> Int128? {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" || $0 == "+" }.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, text.count - (parts.map(\.count).reduce(0, +) + parts.count - 1) <= 1 else { return nil }
    let fraction = parts.count > 1 ? parts[1] : ""
    guard fraction.dropFirst(scale).allSatisfy({ $0 == "0" }) else { return nil }
    let kept = String(fraction.prefix(scale))
    let digits = whole + kept + String(repeating: "0", count: scale - kept.count)
    guard !(whole + fraction).isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), digits.drop(while: { $0 == "0" }).count <= precision else {
      return nil
    }
    return Int128(digits.isEmpty ? "0" : digits).map { isNegative ? -$0 : $0 }
  }

  private static func bytes(_ text: String) -> [UInt8]? {
    guard text.hasPrefix("0x"), text.utf8.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    var rest = text.dropFirst(2)
    while !rest.isEmpty {
      guard rest.prefix(2).allSatisfy(\.isHexDigit), let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return bytes
  }

  /// `2024-02-29T12:00:00.5`, with a blank for the `T`, with a `Z`, or a date alone.
  private static func moment(_ text: String, perSecond: Int64) -> Int64? {
    let text = text.hasSuffix("Z") ? text.dropLast() : text[...]
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
    guard let first = parts.first, let days = days(first) else { return nil }
    guard let sinceMidnight = parts.count > 1 ? clock(parts[1], perSecond: perSecond) : 0 else { return nil }
    // Nanoseconds do not reach as far as dates do.
    return Int64(exactly: Int128(days) * 86_400 * Int128(perSecond) + Int128(sinceMidnight))
  }

  /// Units since midnight; digits that the unit cannot hold must be zeros.
  private static func clock(_ text: Substring, perSecond: Int64) -> Int64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
    guard numbers.count == 3, let hours = numbers[0], let minutes = numbers[1], let seconds = numbers[2], (0..<24).contains(hours),
      (0..<60).contains(minutes), (0..<60).contains(seconds)
    else { return nil }
    let whole = (hours * 3600 + minutes * 60 + seconds) * perSecond
    guard parts.count > 1 else { return whole }
    let width = String(perSecond).count - 1
    let digits = parts[1]
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), digits.dropFirst(width).allSatisfy({ $0 == "0" }) else { return nil }
    let kept = digits.prefix(width)
    return Int64(kept + String(repeating: "0", count: width - kept.count)).map { whole + $0 }
  }

  /// Days since 1970-01-01 of `yyyy-MM-dd`.
  private static func days(_ text: Substring) -> Int64? {
    let numbers = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
    guard numbers.count == 3, let year = numbers[0], let month = numbers[1], let day = numbers[2], (0...9999).contains(year),
      (1...12).contains(month), (1...length(ofMonth: month, year)).contains(day)
    else { return nil }
    // Years begin in March, so that a leap day is the last of its year.
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let yearOfEra = shifted - era * 400
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func length(ofMonth month: Int64, _ year: Int64) -> Int64 {
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }
}
