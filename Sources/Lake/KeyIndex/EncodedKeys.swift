internal import Glibc

/// Keys as `KeyCodec` writes them, side by side. Filled by one thread, then not changed any more.
final class EncodedKeys {
  /// Bytes of every key; 0 when keys differ in length.
  let width: Int
  let count: Int
  let base: UnsafeMutableRawPointer
  /// Where keys start, and where the last one ends; `nil` for a fixed width.
  private let offsets: UnsafeMutablePointer<UInt32>?

  init(width: Int, count: Int, byteCount: Int) {
    self.width = width
    self.count = count
    base = .allocate(byteCount: max(byteCount, 1), alignment: 16)
    offsets = width > 0 ? nil : .allocate(capacity: count + 1)
    offsets?.initialize(repeating: 0, count: count + 1)
  }

  deinit {
    base.deallocate()
    offsets?.deallocate()
  }

  func setEnd(of index: Int, to end: Int) {
    offsets?[index + 1] = UInt32(truncatingIfNeeded: end)
  }

  @inline(__always) func start(_ index: Int) -> UnsafeRawPointer {
    UnsafeRawPointer(base + (offsets.map { Int($0[index]) } ?? index &* width))
  }

  @inline(__always) func length(_ index: Int) -> Int {
    offsets.map { Int($0[index + 1] - $0[index]) } ?? width
  }

  var byteCount: Int { offsets.map { Int($0[count]) } ?? width * count }

  /// The keys at `indexes`, in that order.
  func taking(_ indexes: [Int32]) -> EncodedKeys {
    let total = width > 0 ? width * indexes.count : indexes.reduce(0) { $0 + length(Int($1)) }
    let taken = EncodedKeys(width: width, count: indexes.count, byteCount: total)
    var at = 0
    for (place, index) in indexes.enumerated() {
      let bytes = length(Int(index))
      (taken.base + at).copyMemory(from: start(Int(index)), byteCount: bytes)
      at += bytes
      taken.setEnd(of: place, to: at)
    }
    return taken
  }

  /// Negative, zero or positive as key `index` comes before, equals or comes after `other`.
  @inline(__always) func compare(_ index: Int, _ other: UnsafeRawPointer, _ otherLength: Int) -> Int {
    Self.compare(start(index), length(index), other, otherLength)
  }

  @inline(__always) static func compare(_ left: UnsafeRawPointer, _ leftLength: Int, _ right: UnsafeRawPointer, _ rightLength: Int) -> Int {
    if leftLength == 8 && rightLength == 8 {
      let first = UInt64(bigEndian: left.loadUnaligned(as: UInt64.self))
      let second = UInt64(bigEndian: right.loadUnaligned(as: UInt64.self))
      return first == second ? 0 : first < second ? -1 : 1
    }
    let result = memcmp(left, right, min(leftLength, rightLength))
    return result != 0 ? Int(result) : leftLength - rightLength
  }

  /// As `compare`, of no more bytes of the key than `other` has.
  func comparePrefix(_ index: Int, _ other: [UInt8]) -> Int {
    other.withUnsafeBytes {
      Self.compare(start(index), min(length(index), $0.count), $0.baseAddress ?? UnsafeRawPointer(base), $0.count)
    }
  }

  func compare(_ index: Int, _ other: [UInt8]) -> Int {
    // An empty array may have no address; of no bytes any will do.
    other.withUnsafeBytes { compare(index, $0.baseAddress ?? UnsafeRawPointer(base), $0.count) }
  }
}
