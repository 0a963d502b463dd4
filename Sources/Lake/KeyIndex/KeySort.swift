/// Sorts encoded keys: by eight bytes after those that all keys share, digit by digit, and by the rest where that is not enough.
enum KeySort {
  private struct Entry {
    var prefix: UInt64
    var row: Int32
  }

  /// The numbers of the keys in ascending order; equal keys keep their order.
  static func order(of keys: EncodedKeys) -> [Int32] {
    if keys.count < 2 { return keys.count == 0 ? [] : [0] }
    let shared = sharedBytes(keys)
    var entries = (0..<keys.count).map {
      Entry(prefix: prefix(keys.start($0) + shared, keys.length($0) - shared), row: Int32(truncatingIfNeeded: $0))
    }
    sortByPrefix(&entries)
    let isWhole = keys.width > 0 && keys.width - shared <= 8
    if !isWhole { sortEqualPrefixes(&entries, keys) }
    return entries.map(\.row)
  }

  /// The number of bytes with which all keys start.
  private static func sharedBytes(_ keys: EncodedKeys) -> Int {
    let first = keys.start(0)
    var shared = keys.length(0)
    for index in 1..<keys.count where shared > 0 {
      let other = keys.start(index)
      shared = min(shared, keys.length(index))
      var at = 0
      while at < shared, first.load(fromByteOffset: at, as: UInt8.self) == other.load(fromByteOffset: at, as: UInt8.self) { at += 1 }
      shared = at
    }
    return shared
  }

  @inline(__always) private static func prefix(_ start: UnsafeRawPointer, _ count: Int) -> UInt64 {
    if count >= 8 { return UInt64(bigEndian: start.loadUnaligned(as: UInt64.self)) }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(start.load(fromByteOffset: index, as: UInt8.self)) << UInt64(56 - 8 * index) }
    return value
  }

  /// Keeps the order of equal prefixes. Digits that all entries share are left out.
  private static func sortByPrefix(_ entries: inout [Entry]) {
    let differing = entries.reduce(UInt64(0)) { $0 | ($1.prefix ^ entries[0].prefix) }
    var other = entries
    for shift in stride(from: UInt64(0), to: 64, by: 8) where differing >> shift & 0xff != 0 {
      var places = [Int](repeating: 0, count: 257)
      for entry in entries { places[Int(entry.prefix >> shift & 0xff) + 1] += 1 }
      for digit in 1...256 { places[digit] += places[digit - 1] }
      places.withUnsafeMutableBufferPointer { places in
        entries.withUnsafeBufferPointer { from in
          other.withUnsafeMutableBufferPointer { to in
            for entry in from {
              let digit = Int(entry.prefix >> shift & 0xff)
              to[places[digit]] = entry
              places[digit] &+= 1
            }
          }
        }
      }
      swap(&entries, &other)
    }
  }

  private static func sortEqualPrefixes(_ entries: inout [Entry], _ keys: EncodedKeys) {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].prefix == entries[start].prefix { end += 1 }
      if end - start > 1 {
        entries[start..<end].sort { left, right in
          let result = keys.compare(Int(left.row), keys.start(Int(right.row)), keys.length(Int(right.row)))
          return result != 0 ? result < 0 : left.row < right.row
        }
      }
      start = end
    }
  }
}
