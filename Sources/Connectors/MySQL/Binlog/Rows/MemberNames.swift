/// The members of an ENUM or SET, as UTF-8.
struct MemberNames {
  /// By number less one.
  let names: [[UInt8]]

  init(_ names: [[UInt8]]) {
    self.names = names
  }

  /// Members from `enum('a','b''c')`; `nil` where the server shows a character that it cannot as `?`.
  init?(columnType: String) {
    guard let open = columnType.utf8.firstIndex(of: UInt8(ascii: "(")), columnType.utf8.last == UInt8(ascii: ")") else { return nil }
    let bytes = Array(columnType.utf8[columnType.utf8.index(after: open)...].dropLast())
    var names: [[UInt8]] = []
    var place = 0
    while place < bytes.count {
      guard bytes[place] == UInt8(ascii: "'") else { return nil }
      place += 1
      var name: [UInt8] = []
      while true {
        guard place < bytes.count else { return nil }
        let byte = bytes[place]
        let next = place + 1 < bytes.count ? bytes[place + 1] : 0
        if byte == UInt8(ascii: "'") {
          place += 1
          guard next == byte else { break }
          name.append(byte)
        } else if byte == UInt8(ascii: "\\"), let plain = Self.escapes[next] {
          name.append(plain)
          place += 1
        } else {
          name.append(byte)
        }
        place += 1
      }
      names.append(name)
      if place < bytes.count {
        guard bytes[place] == UInt8(ascii: ",") else { return nil }
        place += 1
      }
    }
    if names.contains(where: { $0.contains(UInt8(ascii: "?")) }) { return nil }
    self.names = names
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "0"): 0, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "Z"): 26, UInt8(ascii: "\\"): UInt8(ascii: "\\"),
  ]

  /// Number 0 stands for a value that is no member, and reads as an empty text.
  func member(_ number: Int) -> [UInt8]? {
    if number == 0 { return [] }
    return number > 0 && number <= names.count ? names[number - 1] : nil
  }

  /// Appends the members whose bits are set, with commas; whether there are no other bits.
  func appendSet(_ bits: UInt64, to text: inout [UInt8]) -> Bool {
    guard names.count >= 64 || bits >> UInt64(names.count) == 0 else { return false }
    var isFirst = true
    for (index, name) in names.enumerated() where bits & (1 << UInt64(index)) != 0 {
      if !isFirst { text.append(UInt8(ascii: ",")) }
      isFirst = false
      text += name
    }
    return true
  }
}
