/// Characters of UTF-8 text, which are Unicode scalars here.
enum ScalarText {
  @inline(__always) static func isStart(_ byte: UInt8) -> Bool { byte & 0xc0 != 0x80 }

  @inline(__always) static func isASCII(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var index = 0
    var bits: UInt64 = 0
    let raw = UnsafeRawPointer(text)
    while index &+ 8 <= count {
      bits |= raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      index &+= 8
    }
    var rest: UInt8 = 0
    while index < count {
      rest |= text[index]
      index &+= 1
    }
    return bits & 0x8080_8080_8080_8080 == 0 && rest < 0x80
  }

  static func count(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
    var scalars = 0
    for index in 0..<count where isStart(text[index]) { scalars += 1 }
    return scalars
  }

  /// A digit, a letter, or anything beyond ASCII: what may tell something, unlike punctuation and space.
  @inline(__always) static func tells(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a)
  }
}
