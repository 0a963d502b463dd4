internal import SluiceCore

/// Runs of bits, least significant first, as validity and boolean buffers hold them.
enum BitRun {
  /// `count` bits from bit `start` on, moved to the front of a buffer of their own.
  static func copy(_ bits: Buffer, from start: Int, count: Int) -> Buffer {
    let byteCount = (count + 7) / 8
    let copied = Buffer.allocated(byteCount: byteCount)
    let target = copied.base.assumingMemoryBound(to: UInt8.self)
    let source = UnsafePointer(bits.base.assumingMemoryBound(to: UInt8.self)) + start / 8
    let shift = UInt8(start % 8)
    // No byte behind the last wanted bit is touched: it may lie outside the buffer.
    let sourceBytes = (start % 8 + count + 7) / 8
    for index in 0..<byteCount {
      let low = source[index] >> shift
      let high = shift > 0 && index + 1 < sourceBytes ? source[index + 1] << (8 - shift) : 0
      target[index] = low | high
    }
    return copied
  }

  /// How many of `count` bits from bit `start` on are not set.
  static func unsetCount(_ bits: UnsafeRawPointer, from start: Int, count: Int) -> Int {
    var unset = 0
    var bit = start
    let end = start + count
    while bit < end {
      if bit & 7 == 0 && end - bit >= 8 {
        unset += 8 - bits.load(fromByteOffset: bit >> 3, as: UInt8.self).nonzeroBitCount
        bit += 8
      } else {
        if bits.load(fromByteOffset: bit >> 3, as: UInt8.self) & (1 << UInt8(bit & 7)) == 0 { unset += 1 }
        bit += 1
      }
    }
    return unset
  }
}

extension Buffer {
  /// A buffer to be filled through `base` before it is shared; the first bytes of an empty one read as zero.
  static func allocated(byteCount: Int) -> Buffer {
    let base = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 16), alignment: 16)
    if byteCount < 16 { base.initializeMemory(as: UInt8.self, repeating: 0, count: 16) }
    return Buffer(adopting: base, byteCount: byteCount)
  }
}
