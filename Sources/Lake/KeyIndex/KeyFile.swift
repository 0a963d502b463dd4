internal import Glibc

/// The keys of one data file in ascending order, which is the file's unless `unsorted` says otherwise: the place of a key is its row. Immutable.
///
/// In memory lies the first key of each block; the blocks themselves lie in a file, or in memory where there is no folder for them.
final class KeyFile {
  enum Content {
    case memory([UInt8])
    case file(String)
  }

  /// The head of a key file: what it belongs to, and a checksum of all of it.
  struct Head: Equatable {
    static let byteCount = 56
    private static let magic: UInt64 = 0x3130_5359_454b_4c53  // "SLKEYS01"

    let width: Int
    let rowCount: Int
    let dataFile: String
    let dataFileSize: Int
    let contentBytes: Int
    let checksum: UInt64

    var bytes: [UInt8] {
      var bytes: [UInt8] = []
      let numbers = [
        Self.magic, UInt64(width), UInt64(rowCount), UInt64(dataFileSize), UInt64(contentBytes), checksum, UInt64(dataFile.utf8.count),
      ]
      for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
      return bytes + Array(dataFile.utf8)
    }
  }

  /// Rows of a block of keys of different length.
  static let varyingBlockRows = 128

  let rowCount: Int
  let width: Int
  let content: Content
  /// The first key of each block.
  let firstKeys: EncodedKeys
  /// Where blocks start in the content, and where the last one ends; empty for a fixed width.
  private let starts: [Int]

  /// Of a file that is not sorted by its keys.
  private let unsorted: UnsortedRows?

  init(rowCount: Int, width: Int, content: Content, firstKeys: EncodedKeys, starts: [Int], unsorted: UnsortedRows? = nil) {
    self.unsorted = unsorted
    self.rowCount = rowCount
    self.width = width
    self.content = content
    self.firstKeys = firstKeys
    self.starts = starts
  }

  /// Rows in every block but the last.
  static func blockRows(width: Int) -> Int { width > 0 ? max(1, 4096 / width) : varyingBlockRows }

  var blockRows: Int { Self.blockRows(width: width) }
  var blockCount: Int { firstKeys.count }
  /// Bytes of memory.
  var heldBytes: Int {
    let kept = if case .memory(let bytes) = content { bytes.count } else { 0 }
    return (unsorted?.heldBytes ?? 0) + firstKeys.byteCount + starts.count * 8 + firstKeys.count * 4 + kept
  }

  /// Calls `body` with each row of the key at `place`: one, unless another engine wrote a key twice.
  @inline(__always) func forEachRow(at place: Int, _ body: (Int) -> Void) {
    guard let unsorted else { return body(place) }
    for row in unsorted.all(at: place) { body(Int(row)) }
  }

  /// The places of the keys of `wanted` rows, ascending.
  func places(of wanted: [UInt32]) -> [UInt32] {
    unsorted?.places(of: wanted) ?? wanted
  }

  func rows(ofBlock block: Int) -> Int { min(blockRows, rowCount - block * blockRows) }

  /// Where a block lies in the content.
  func place(ofBlock block: Int) -> Range<Int> {
    if width == 0 { return starts[block]..<starts[block + 1] }
    return (block * blockRows * width)..<((block * blockRows + rows(ofBlock: block)) * width)
  }

  /// Where the content starts in a file.
  static func contentStart(dataFile: String) -> Int { Head.byteCount + dataFile.utf8.count }
}

/// A running checksum of keys, block by block. It finds damage, not malice.
struct KeyChecksum {
  private(set) var value: UInt64 = 0x9e37_79b9_7f4a_7c15

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var state = value ^ UInt64(bytes.count)
    var at = 0
    while at &+ 8 <= bytes.count {
      state = (state ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) &* 0xbf58_476d_1ce4_e5b9
      state ^= state >> 29
      at &+= 8
    }
    while at < bytes.count {
      state = (state ^ UInt64(bytes[at])) &* 0x94d0_49bb_1331_11eb
      at &+= 1
    }
    value = state ^ state >> 31
  }

  mutating func add(_ number: Int) {
    withUnsafeBytes(of: UInt64(number).littleEndian) { add($0) }
  }
}
