/// Hashes that are no secrets.
enum Hashes {
  private static let crcTable: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ value >> 1 : value >> 1 }
  }

  static func crc32(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    crcTable.withUnsafeBufferPointer { table in
      var crc: UInt32 = 0xffff_ffff
      for byte in bytes { crc = table[Int(truncatingIfNeeded: (crc ^ UInt32(byte)) & 0xff)] ^ crc >> 8 }
      return ~crc
    }
  }

  static func fnv1a(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return hash
  }

  /// xxHash of 64 bits with seed 0.
  static func xxhash64(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
      0x9e37_79b1_85eb_ca87, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0x85eb_ca77_c2b2_ae63, 0x27d4_eb2f_1656_67c5
    )
    let raw = UnsafeRawBufferPointer(bytes)
    func round(_ accumulator: UInt64, _ input: UInt64) -> UInt64 {
      rotate(accumulator &+ input &* primes.1, 31) &* primes.0
    }
    var at = 0
    var hash: UInt64
    if raw.count >= 32 {
      var lanes = (primes.0 &+ primes.1, primes.1, UInt64(0), 0 &- primes.0)
      while at + 32 <= raw.count {
        lanes.0 = round(lanes.0, word(raw, at))
        lanes.1 = round(lanes.1, word(raw, at + 8))
        lanes.2 = round(lanes.2, word(raw, at + 16))
        lanes.3 = round(lanes.3, word(raw, at + 24))
        at += 32
      }
      hash = rotate(lanes.0, 1) &+ rotate(lanes.1, 7) &+ rotate(lanes.2, 12) &+ rotate(lanes.3, 18)
      for lane in [lanes.0, lanes.1, lanes.2, lanes.3] { hash = (hash ^ round(0, lane)) &* primes.0 &+ primes.3 }
    } else {
      hash = primes.4
    }
    hash = hash &+ UInt64(raw.count)
    while at + 8 <= raw.count {
      hash = rotate(hash ^ round(0, word(raw, at)), 27) &* primes.0 &+ primes.3
      at += 8
    }
    if at + 4 <= raw.count {
      hash = rotate(hash ^ UInt64(raw.loadUnaligned(fromByteOffset: at, as: UInt32.self).littleEndian) &* primes.0, 23) &* primes.1 &+ primes.2
      at += 4
    }
    while at < raw.count {
      hash = rotate(hash ^ UInt64(raw[at]) &* primes.4, 11) &* primes.0
      at += 1
    }
    hash = (hash ^ hash >> 33) &* primes.1
    hash = (hash ^ hash >> 29) &* primes.2
    return hash ^ hash >> 32
  }

  /// MurmurHash 3 of 32 bits with seed 0.
  static func murmur3(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let raw = UnsafeRawBufferPointer(bytes)
    func mixed(_ word: UInt32) -> UInt32 {
      let product = word &* 0xcc9e_2d51
      return (product << 15 | product >> 17) &* 0x1b87_3593
    }
    var hash: UInt32 = 0
    var at = 0
    while at + 4 <= raw.count {
      hash ^= mixed(raw.loadUnaligned(fromByteOffset: at, as: UInt32.self).littleEndian)
      hash = (hash << 13 | hash >> 19) &* 5 &+ 0xe654_6b64
      at += 4
    }
    if at < raw.count {
      var tail: UInt32 = 0
      for index in (at..<raw.count).reversed() { tail = tail << 8 | UInt32(raw[index]) }
      hash ^= mixed(tail)
    }
    hash ^= UInt32(truncatingIfNeeded: raw.count)
    hash = (hash ^ hash >> 16) &* 0x85eb_ca6b
    hash = (hash ^ hash >> 13) &* 0xc2b2_ae35
    return hash ^ hash >> 16
  }

  private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }

  private static func word(_ raw: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
    raw.loadUnaligned(fromByteOffset: at, as: UInt64.self).littleEndian
  }
}
