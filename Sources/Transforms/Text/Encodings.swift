/// Base 64 and percent encoding.
enum Encodings {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xff, count: 256)
    for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
    return values
  }()

  static func appendBase64(_ bytes: UnsafeBufferPointer<UInt8>, _ sink: inout TextSink) {
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var group: UInt32 = 0
      for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
      for index in 0..<4 { sink.append(index <= count ? alphabet[Int(group >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "=")) }
    }
  }

  static func appendDecodedBase64(_ text: UnsafeBufferPointer<UInt8>, _ sink: inout TextSink) throws(RowFailure.Reason) {
    var group: UInt32 = 0
    var count = 0
    var end = text.count
    while end > 0, text[end - 1] == UInt8(ascii: "=") || text[end - 1] <= 32 { end -= 1 }
    for byte in text[..<end] where byte != 10 && byte != 13 && byte != 32 && byte != 9 {
      let value = values[Int(byte)]
      guard value != 0xff else { throw .invalidText }
      group = group << 6 | UInt32(value)
      count += 1
      if count == 4 {
        for shift in [16, 8, 0] as [UInt32] { sink.append(UInt8(truncatingIfNeeded: group >> shift)) }
        group = 0
        count = 0
      }
    }
    switch count {
    case 0: break
    case 2: sink.append(UInt8(truncatingIfNeeded: group >> 4))
    case 3:
      sink.append(UInt8(truncatingIfNeeded: group >> 10))
      sink.append(UInt8(truncatingIfNeeded: group >> 2))
    default: throw .invalidText
    }
  }

  static func appendURL(_ text: UnsafeBufferPointer<UInt8>, _ sink: inout TextSink) {
    for byte in text {
      let isPlain = byte &- 48 < 10 || (byte | 32) &- 97 < 26 || byte == 45 || byte == 46 || byte == 95 || byte == 126
      if isPlain {
        sink.append(byte)
      } else {
        sink.append(UInt8(ascii: "%"))
        withUnsafeBytes(of: byte) {
          sink.append(hex: UnsafeBufferPointer(start: $0.baseAddress?.assumingMemoryBound(to: UInt8.self), count: 1), upperCase: true)
        }
      }
    }
  }

  static func appendDecodedURL(_ text: UnsafeBufferPointer<UInt8>, _ sink: inout TextSink) throws(RowFailure.Reason) {
    var at = 0
    var decoded: [UInt8] = []
    while at < text.count {
      if text[at] == UInt8(ascii: "%") {
        guard at + 2 < text.count, let high = JSONScanner.hexDigit(text[at + 1]), let low = JSONScanner.hexDigit(text[at + 2]) else {
          throw .invalidText
        }
        decoded.append(UInt8(high << 4 | low))
        at += 3
      } else {
        decoded.append(text[at])
        at += 1
      }
    }
    guard decoded.withUnsafeBufferPointer({ UTF8Text.isValid($0) }) else { throw .invalidText }
    sink.append(decoded)
  }
}
