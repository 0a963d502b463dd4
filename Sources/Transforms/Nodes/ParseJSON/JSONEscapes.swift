/// The escapes in JSON texts.
enum JSONEscapes {
  /// Appends what the bytes between a text's quotes stand for. `false` when an escape stands for nothing: half of a surrogate pair.
  static func append(_ text: UnsafeBufferPointer<UInt8>, to result: inout [UInt8]) -> Bool {
    var at = 0
    while at < text.count {
      guard text[at] == 0x5c, at + 1 < text.count else {
        result.append(text[at])
        at += 1
        continue
      }
      at += 2
      switch text[at - 1] {
      case 0x62: result.append(0x08)
      case 0x66: result.append(0x0c)
      case 0x6e: result.append(0x0a)
      case 0x72: result.append(0x0d)
      case 0x74: result.append(0x09)
      case 0x75:
        guard let scalar = scalar(text, &at) else { return false }
        result += UTF8.encode(scalar).map(Array.init) ?? []
      default: result.append(text[at - 1])
      }
    }
    return true
  }

  static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
  }

  /// The scalar whose four digits begin at `at`, with the second half of a pair.
  private static func scalar(_ text: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> Unicode.Scalar? {
    guard let first = unit(text, &at) else { return nil }
    guard (0xd800..<0xdc00).contains(first) else { return Unicode.Scalar(first) }
    guard at + 1 < text.count, text[at] == 0x5c, text[at + 1] == 0x75 else { return nil }
    at += 2
    guard let second = unit(text, &at), (0xdc00..<0xe000).contains(second) else { return nil }
    return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
  }

  private static func unit(_ text: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> UInt32? {
    guard at + 4 <= text.count else { return nil }
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = digit(text[at]) else { return nil }
      unit = unit << 4 | digit
      at += 1
    }
    return unit
  }
}
