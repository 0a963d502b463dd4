/// Doubles as the server prints them in JSON.
enum JSONNumber {
  /// Appends the shortest digits that read back the same: plain between 1e-15 and 1e15, and above that where they have a fraction, else
  /// with an exponent; never like an integer. `value` is finite.
  static func append(_ value: Double, to text: inout [UInt8]) {
    let (digits, point) = shortest(value.magnitude)
    if value.sign == .minus { text.append(UInt8(ascii: "-")) }
    if point < -14 || (point > 15 && digits.count <= point) {
      text.append(digits[0])
      if digits.count > 1 {
        text.append(UInt8(ascii: "."))
        text += digits[1...]
      }
      text += Array("e\(point - 1)".utf8)
    } else if point <= 0 {
      text += Array("0.".utf8) + [UInt8](repeating: UInt8(ascii: "0"), count: -point) + digits
    } else if point < digits.count {
      text += digits[..<point]
      text.append(UInt8(ascii: "."))
      text += digits[point...]
    } else {
      text += digits + [UInt8](repeating: UInt8(ascii: "0"), count: point - digits.count)
      text += Array(".0".utf8)
    }
  }

  /// Digits without zeros at either end, and where the point stands before or behind them: 0.`digits` times ten to `point`.
  private static func shortest(_ value: Double) -> (digits: [UInt8], point: Int) {
    guard value > 0 else { return ([UInt8(ascii: "0")], 1) }
    let spelled = Array(value.description.utf8)
    let mark = spelled.firstIndex(of: UInt8(ascii: "e")) ?? spelled.count
    let exponent = mark < spelled.count ? Int(String(decoding: spelled[(mark + 1)...], as: UTF8.self)) ?? 0 : 0
    let mantissa = spelled[..<mark]
    let dot = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.count
    let all = mantissa.filter { $0 != UInt8(ascii: ".") }
    let leading = all.prefix { $0 == UInt8(ascii: "0") }.count
    let trailing = all.reversed().prefix { $0 == UInt8(ascii: "0") }.count
    return (Array(all[leading..<(all.count - trailing)]), dot - leading + exponent)
  }
}
