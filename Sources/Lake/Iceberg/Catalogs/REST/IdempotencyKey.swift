internal import Foundation

/// A key that lets a server see that two requests are one: a UUID of version 7 (RFC 9562), which begins with the time.
enum IdempotencyKey {
  static func make() -> String {
    let milliseconds = UInt64(max(0, Date().timeIntervalSince1970 * 1_000))
    let time = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * $0)) }
    var random = (0..<10).map { _ in UInt8.random(in: 0...255) }
    random[0] = random[0] & 0x0F | 0x70
    random[2] = random[2] & 0x3F | 0x80
    let digits = (time + random).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    var text = digits[...]
    return [8, 4, 4, 4, 12].map { count in
      defer { text = text.dropFirst(count) }
      return String(text.prefix(count))
    }.joined(separator: "-")
  }
}
