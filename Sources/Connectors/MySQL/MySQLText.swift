internal import SluiceCore

/// SQL spelling: identifiers and literals that mean the same under every character set and SQL mode.
enum MySQLText {
  static func quoted(_ identifier: String) -> String {
    "`" + identifier.replacing("`", with: "``") + "`"
  }

  static func quoted(_ table: TableID) -> String {
    "\(quoted(table.database)).\(quoted(table.name))"
  }

  static func literal(_ text: String) -> String {
    "_utf8mb4 " + hex(text.utf8)
  }

  /// A literal of exactly these bytes.
  static func hex(_ bytes: some Collection<UInt8>) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(bytes.count * 2 + 3)
    digits += [UInt8(ascii: "x"), UInt8(ascii: "'")]
    for byte in bytes {
      digits.append(Self.digits[Int(byte >> 4)])
      digits.append(Self.digits[Int(byte & 15)])
    }
    digits.append(UInt8(ascii: "'"))
    return String(decoding: digits, as: UTF8.self)
  }

  /// The bytes of `x'…'`, with or without a character set before it; `nil` for another kind of literal.
  static func bytes(ofHex literal: String) -> [UInt8]? {
    guard literal.hasSuffix("'"), let start = literal.firstRange(of: "x'") else { return nil }
    let digits = literal[start.upperBound...].dropLast().utf8.map { digit -> UInt8 in
      digit <= UInt8(ascii: "9") ? digit &- UInt8(ascii: "0") : (digit | 0x20) &- UInt8(ascii: "a") &+ 10
    }
    guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 < 16 }) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
