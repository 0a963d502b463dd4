/// Checks on text.
enum TextBytes {
  /// Whether the bytes are UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
  @inline(__always)
  static func isUTF8(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let raw = UnsafeRawPointer(start)
    let high: UInt64 = 0x8080_8080_8080_8080
    if count >= 8 {
      var seen = raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
      var place = 0
      while place &+ 8 < count {
        seen |= raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        place &+= 8
      }
      if seen & high == 0 { return true }
    } else {
      var seen: UInt8 = 0
      for index in 0..<count { seen |= start[index] }
      if seen < 0x80 { return true }
    }
    return isMultibyteUTF8(start, count)
  }

  @inline(never)
  private static func isMultibyteUTF8(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var place = 0
    while place < count {
      let lead = start[place]
      if lead < 0x80 {
        place &+= 1
        continue
      }
      let length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
      guard lead >= 0xc2, lead <= 0xf4, place &+ length <= count else { return false }
      let second = start[place &+ 1]
      let lowest: UInt8 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80
      let highest: UInt8 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf
      guard second >= lowest, second <= highest else { return false }
      if length > 2, start[place &+ 2] & 0xc0 != 0x80 { return false }
      if length > 3, start[place &+ 3] & 0xc0 != 0x80 { return false }
      place &+= length
    }
    return true
  }

  /// A number from big-endian bytes, at most eight of them.
  @inline(__always)
  static func bigEndian(_ start: UnsafePointer<UInt8>, _ count: Int, _ bad: inout UInt64) -> UInt64 {
    if count > 8 || count == 0 { bad |= 1 }
    var value: UInt64 = 0
    for index in 0..<min(count, 8) { value = value &<< 8 | UInt64(start[index]) }
    return value
  }
}
