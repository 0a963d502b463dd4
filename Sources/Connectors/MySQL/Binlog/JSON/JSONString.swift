/// Strings as the server prints them in JSON.
enum JSONString {
  /// Appends the UTF-8 in double quotes, with only what must be escaped escaped.
  static func append(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    var plain = 0
    for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
      text += bytes[plain..<index]
      appendEscape(byte, to: &text)
      plain = index + 1
    }
    text += bytes[plain...]
    text.append(UInt8(ascii: "\""))
  }

  private static func appendEscape(_ byte: UInt8, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\\"))
    switch byte {
    case 8: text.append(UInt8(ascii: "b"))
    case 9: text.append(UInt8(ascii: "t"))
    case 10: text.append(UInt8(ascii: "n"))
    case 12: text.append(UInt8(ascii: "f"))
    case 13: text.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
    default:
      text += Array("u00".utf8)
      for nibble in [byte >> 4, byte & 15] { text.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10) }
    }
  }
}
