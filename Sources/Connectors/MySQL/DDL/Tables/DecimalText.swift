/// A decimal number of any length as text.
struct DecimalText: Hashable, Sendable {
  let text: String
  private let isNegative: Bool
  /// The digits without the point, and how many of them stand after it; may be negative.
  private let digits: [UInt8]
  private let scale: Int

  /// `-12.5e3`; `nil` for what is no number, and for exponents beyond those of a double.
  init?(_ text: String) {
    var rest = Substring(text.trimmingPrefix { $0 == " " })
    isNegative = rest.first == "-"
    if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
    var digits: [UInt8] = []
    var scale = 0
    var hasPoint = false
    while let byte = rest.utf8.first, byte == UInt8(ascii: ".") && !hasPoint || byte >= 48 && byte <= 57 {
      if byte == UInt8(ascii: ".") {
        hasPoint = true
      } else {
        digits.append(byte - 48)
        if hasPoint { scale += 1 }
      }
      rest.removeFirst()
    }
    guard !digits.isEmpty else { return nil }
    if rest.first == "e" || rest.first == "E" {
      guard let exponent = Int(rest.dropFirst()), abs(exponent) <= 400 else { return nil }
      scale -= exponent
    } else if !rest.allSatisfy({ $0 == " " }) {
      return nil
    }
    self.digits = digits
    self.scale = scale
    self.text = text
  }

  /// With exactly that many digits after the point, halves away from zero.
  func rounded(toScale wanted: Int) -> String? {
    guard (0...60).contains(wanted) else { return nil }
    var kept = digits
    if scale > wanted {
      let cut = scale - wanted
      if cut > kept.count { kept = [UInt8](repeating: 0, count: cut - kept.count) + kept }
      let next = kept[kept.count - cut]
      kept.removeLast(cut)
      if next >= 5 { Self.increment(&kept) }
    } else {
      kept += [UInt8](repeating: 0, count: wanted - scale)
    }
    kept = Array(kept.drop { $0 == 0 })
    if kept.count <= wanted { kept = [UInt8](repeating: 0, count: wanted + 1 - kept.count) + kept }
    let isZero = kept.allSatisfy { $0 == 0 }
    let all = String(decoding: kept.map { $0 + 48 }, as: UTF8.self)
    let sign = isNegative && !isZero ? "-" : ""
    return wanted == 0 ? sign + all : sign + all.dropLast(wanted) + "." + all.suffix(wanted)
  }

  private static func increment(_ digits: inout [UInt8]) {
    for place in digits.indices.reversed() {
      if digits[place] < 9 {
        digits[place] += 1
        return
      }
      digits[place] = 0
    }
    digits.insert(1, at: 0)
  }
}
