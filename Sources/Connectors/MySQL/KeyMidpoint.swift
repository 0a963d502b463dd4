/// Guesses a literal about halfway between two literals of a key part. A guess need not be a value that exists,
/// nor lie between the two under the column's collation: whoever asks looks it up on the server.
enum KeyMidpoint {
  static func between(_ low: String, _ high: String, form: MySQLKey.Form) -> String? {
    switch form {
    case .number, .ordinal, .bits: number(low, high)
    case .quoted: quoted(low, high)
    case .bytes: bytes(low, high, alphabet: 0...255)
    case .text, .encoded: bytes(low, high, alphabet: 0x20...0x7e)
    }
  }

  private static func number(_ low: String, _ high: String) -> String? {
    if let low = Int128(low), let high = Int128(high) {
      let middle = low + (high - low) / 2
      return middle <= low ? nil : String(middle)
    }
    guard let low = Double(low), let high = Double(high) else { return nil }
    let middle = low + (high - low) / 2
    return middle > low && middle < high ? String(middle) : nil
  }

  /// Dates and times: the digits count as one number, rounded to a day that every month has.
  private static func quoted(_ low: String, _ high: String) -> String? {
    guard let low = KeyMoment(low), let high = KeyMoment(high) else { return nil }
    let middle = low.seconds + (high.seconds - low.seconds) / 2
    return middle > low.seconds && middle < high.seconds ? low.literal(seconds: middle) : nil
  }

  /// Text and binary strings as numbers whose digits are bytes, after what both have in common.
  private static func bytes(_ low: String, _ high: String, alphabet: ClosedRange<Int>) -> String? {
    guard let lowBytes = MySQLText.bytes(ofHex: low), let highBytes = MySQLText.bytes(ofHex: high),
      let start = low.firstRange(of: "x'")
    else { return nil }
    let shared = zip(lowBytes, highBytes).prefix { $0 == $1 }.count
    var middle = Array(lowBytes.prefix(shared))
    guard middle.allSatisfy({ alphabet.contains(Int($0)) }) else { return nil }
    func number(_ bytes: [UInt8]) -> Int {
      (0..<6).reduce(0) { number, index in
        let place = shared + index
        let digit = place < bytes.count ? min(max(Int(bytes[place]), alphabet.lowerBound), alphabet.upperBound) - alphabet.lowerBound : 0
        return number * alphabet.count + digit
      }
    }
    let (from, to) = (number(lowBytes), number(highBytes))
    guard abs(to - from) > 1 else { return nil }
    var rest = from + (to - from) / 2
    var digits: [UInt8] = []
    for _ in 0..<6 {
      digits.append(UInt8(alphabet.lowerBound + rest % alphabet.count))
      rest /= alphabet.count
    }
    middle += digits.reversed()
    return low[..<start.lowerBound] + MySQLText.hex(middle)
  }
}
