/// Writes characters as UTF-8 into memory that is large enough.
struct UTF8Writer {
  private let start: UnsafeMutablePointer<UInt8>
  private(set) var count = 0

  init(_ start: UnsafeMutablePointer<UInt8>) {
    self.start = start
  }

  @inline(__always)
  mutating func append(byte: UInt8) {
    start[count] = byte
    count &+= 1
  }

  /// What is no character becomes `?`.
  @inline(__always)
  mutating func append(_ character: UInt32) {
    if character < 0x80 {
      append(byte: UInt8(truncatingIfNeeded: character))
    } else if character < 0x800 {
      append(byte: 0xc0 | UInt8(truncatingIfNeeded: character >> 6))
      append(byte: 0x80 | UInt8(truncatingIfNeeded: character & 0x3f))
    } else if character < 0x1_0000 {
      if character & 0xf800 == 0xd800 { return append(byte: 0x3f) }
      append(byte: 0xe0 | UInt8(truncatingIfNeeded: character >> 12))
      append(byte: 0x80 | UInt8(truncatingIfNeeded: character >> 6 & 0x3f))
      append(byte: 0x80 | UInt8(truncatingIfNeeded: character & 0x3f))
    } else if character < 0x11_0000 {
      append(byte: 0xf0 | UInt8(truncatingIfNeeded: character >> 18))
      append(byte: 0x80 | UInt8(truncatingIfNeeded: character >> 12 & 0x3f))
      append(byte: 0x80 | UInt8(truncatingIfNeeded: character >> 6 & 0x3f))
      append(byte: 0x80 | UInt8(truncatingIfNeeded: character & 0x3f))
    } else {
      append(byte: 0x3f)
    }
  }
}
