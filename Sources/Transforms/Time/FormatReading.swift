/// Reads a time from text in a format.
struct FormatReading {
  private let text: UnsafeBufferPointer<UInt8>
  private var at = 0
  private var year = 1970
  private var month = 1
  private var day = 1
  private var dayOfYear: Int?
  private var hour = 0
  private var minute = 0
  private var second = 0
  private var microsecond = 0
  private var isAfternoon: Bool?

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
  }

  /// Microseconds since 1970; the whole text must be what the format says.
  mutating func timestamp(_ parts: [TimeFormatFunctions.Part]) throws(RowFailure.Reason) -> Int64 {
    for part in parts {
      switch part {
      case .literal(let bytes):
        for byte in bytes {
          guard at < text.count, text[at] == byte else { throw .invalidText }
          at += 1
        }
      case .field(let letter): try read(letter)
      }
    }
    guard at == text.count else { throw .invalidText }
    if let isAfternoon {
      guard (1...12).contains(hour) else { throw .invalidText }
      hour = hour % 12 + (isAfternoon ? 12 : 0)
    }
    guard hour < 24, minute < 60, second < 60, Calendar.isValid(year: year, month: month, day: day) else { throw .invalidText }
    var days = Calendar.days(year: year, month: month, day: day)
    if let dayOfYear {
      guard (1...(Calendar.isLeap(year) ? 366 : 365)).contains(dayOfYear) else { throw .invalidText }
      days = Calendar.days(year: year, month: 1, day: 1) + dayOfYear - 1
    }
    return (Int64(days) * 86_400 + Int64((hour * 60 + minute) * 60 + second)) * 1_000_000 + Int64(microsecond)
  }

  private mutating func read(_ letter: Unicode.Scalar) throws(RowFailure.Reason) {
    switch letter {
    case "Y": year = try number(4).value
    case "y":
      let short = try number(2).value
      year = short < 70 ? 2000 + short : 1900 + short
    case "m", "c": month = try number(2).value
    case "M": month = try name(TimeFunctions.names.months, prefix: nil)
    case "b": month = try name(TimeFunctions.names.months, prefix: 3)
    case "d", "e": day = try number(2).value
    case "j": dayOfYear = try number(3).value
    case "H", "h", "I", "k", "l": hour = try number(2).value
    case "i": minute = try number(2).value
    case "S", "s": second = try number(2).value
    case "f":
      let (value, digits) = try number(6)
      microsecond = (digits..<6).reduce(value) { total, _ in total * 10 }
    case "p":
      guard at + 2 <= text.count, text[at + 1] | 32 == UInt8(ascii: "m") else { throw .invalidText }
      switch text[at] | 32 {
      case UInt8(ascii: "a"): isAfternoon = false
      case UInt8(ascii: "p"): isAfternoon = true
      default: throw .invalidText
      }
      at += 2
    default:
      hour = try number(2).value
      try colon()
      minute = try number(2).value
      try colon()
      second = try number(2).value
    }
  }

  private mutating func colon() throws(RowFailure.Reason) {
    guard at < text.count, text[at] == UInt8(ascii: ":") else { throw .invalidText }
    at += 1
  }

  private mutating func number(_ most: Int) throws(RowFailure.Reason) -> (value: Int, digits: Int) {
    var value = 0
    let start = at
    while at < text.count, at - start < most, text[at] &- 48 < 10 {
      value = value * 10 + Int(text[at] &- 48)
      at += 1
    }
    guard at > start else { throw .invalidText }
    return (value, at - start)
  }

  /// The position, from 1 on, of the name that stands here, in any case.
  private mutating func name(_ names: [String], prefix: Int?) throws(RowFailure.Reason) -> Int {
    for (index, full) in names.enumerated() {
      let wanted = Array((prefix.map { String(full.prefix($0)) } ?? full).lowercased().utf8)
      guard at + wanted.count <= text.count else { continue }
      if wanted.indices.allSatisfy({ text[at + $0] | 32 == wanted[$0] }) {
        at += wanted.count
        return index + 1
      }
    }
    throw .invalidText
  }
}
