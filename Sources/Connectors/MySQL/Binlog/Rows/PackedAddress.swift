/// UUIDs and internet addresses of MariaDB, whose final zeros are not packed.
enum PackedAddress {
  /// The value as the server prints it; `nil` for bytes that are none.
  static func text(_ start: UnsafePointer<UInt8>, _ size: Int, _ kind: BinlogColumn.Operation) -> String? {
    let width = kind == .inet4 ? 4 : 16
    guard size <= width else { return nil }
    let bytes = (0..<width).map { $0 < size ? start[$0] : 0 }
    switch kind {
    case .uuid: return "\(ServerUUID(isReordered(bytes) ? standardOrder(bytes) : bytes))"
    case .inet4: return bytes.map(String.init).joined(separator: ".")
    default: return inet6(bytes)
    }
  }

  /// Tables from before 10.11.5 keep UUIDs of time and hash with their last part first. The servers take no UUID of which both readings
  /// have the variant's bit: in the standard order it is in the ninth byte, in the other one in the seventh.
  private static func isReordered(_ stored: [UInt8]) -> Bool { stored[6] >= 0x80 && stored[8] < 0x80 }

  private static func standardOrder(_ stored: [UInt8]) -> [UInt8] {
    Array(stored[12..<16] + stored[10..<12] + stored[8..<10] + stored[6..<8] + stored[0..<6])
  }

  /// Groups in hexadecimal, the longest run of zero groups shortened; the last 32 bits of mapped and compatible addresses as IPv4.
  private static func inet6(_ bytes: [UInt8]) -> String {
    let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
    var best = 0..<0
    var place = 0
    while place < 8 {
      var end = place
      while end < 8, groups[end] == 0 { end += 1 }
      if end - place > best.count { best = place..<end }
      place = max(end, place + 1)
    }
    var text = ""
    var index = 0
    while index < 8 {
      if best.count > 0, index == best.lowerBound {
        text += "::"
        index = best.upperBound
        continue
      }
      if !text.isEmpty, !text.hasSuffix(":") { text += ":" }
      // The server shows the tail of addresses that carry an IPv4 one in its form.
      if index == 6, best.lowerBound == 0, best.count == 6 || (best.count == 5 && groups[5] == 0xffff) {
        return text + bytes[12...].map(String.init).joined(separator: ".")
      }
      text += String(groups[index], radix: 16)
      index += 1
    }
    return text
  }
}
