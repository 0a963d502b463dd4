/// The 32-bit hash that spreads rows over buckets: Murmur3 over little-endian words, seed 42 (Paimon's MurmurHashUtils).
enum Murmur {
  static let seed: UInt32 = 42

  /// The state after one more word.
  @inline(__always) static func mix(_ state: UInt32, _ word: UInt32) -> UInt32 {
    var scrambled = word &* 0xcc9e_2d51
    scrambled = (scrambled << 15 | scrambled >> 17) &* 0x1b87_3593
    let mixed = state ^ scrambled
    return (mixed << 13 | mixed >> 19) &* 5 &+ 0xe654_6b64
  }

  /// The hash of `byteCount` bytes whose words were mixed into `state`.
  @inline(__always) static func finish(_ state: UInt32, byteCount: Int) -> Int32 {
    var hash = state ^ UInt32(truncatingIfNeeded: byteCount)
    hash = (hash ^ hash >> 16) &* 0x85eb_ca6b
    hash = (hash ^ hash >> 13) &* 0xc2b2_ae35
    return Int32(bitPattern: hash ^ hash >> 16)
  }

  /// The hash of `bytes`, whose count is a multiple of 4.
  @inline(__always) static func hash(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    var state = seed
    var at = 0
    while at &+ 4 <= bytes.count {
      state = mix(state, UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
      at &+= 4
    }
    return finish(state, byteCount: bytes.count)
  }

  /// The bucket of a hash: the magnitude of Java's remainder.
  @inline(__always) static func bucket(_ hash: Int32, of count: Int32) -> Int32 {
    abs(hash % count)
  }
}
