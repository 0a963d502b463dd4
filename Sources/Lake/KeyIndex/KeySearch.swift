internal import Glibc

/// One pass through a key file, in ascending order of keys or rows. Blocks are read when they are needed: far ones one by one, near ones
/// many at a time.
final class KeySearch {
  private static let mostAhead = 64

  let keys: KeyFile
  private let file: ScratchFile?
  private let contentStart: Int
  /// The blocks in memory.
  private var held = 0..<0
  private var heldStart = 0
  private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var ahead = 1
  /// Where the content lies when it is in memory.
  private let memory: [UInt8]

  /// `nil` when the file is gone.
  init?(_ keys: KeyFile, dataFile: String) {
    self.keys = keys
    contentStart = KeyFile.contentStart(dataFile: dataFile)
    switch keys.content {
    case .memory(let bytes):
      memory = bytes
      file = nil
    case .file(let path):
      memory = []
      file = ScratchFile(reading: path)
      if file == nil { return nil }
    }
  }

  deinit {
    buffer.deallocate()
  }

  /// Looks for the keys of `wanted` at `places`, which ascend, and calls `found` with the place in the file of each that is there.
  /// Returns the places that were not found or not taken; `nil` when the file cannot be read.
  func find(_ wanted: EncodedKeys, at places: ArraySlice<Int32>, _ found: (Int) -> Bool) -> [Int32]? {
    var missed: [Int32] = []
    var block = 0
    for place in places {
      let key = wanted.start(Int(place))
      let length = wanted.length(Int(place))
      block = self.block(of: key, length, from: block)
      if block < 0 {
        block = 0
        missed.append(place)
        continue
      }
      guard let base = load(block) else { return nil }
      if let row = row(of: key, length, in: block, base), found(block * keys.blockRows + row) { continue }
      missed.append(place)
    }
    return missed
  }

  /// The keys of `rows`, which ascend; `nil` when the file cannot be read.
  func keys(of rows: [UInt32]) -> EncodedKeys? {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for row in keys.places(of: rows) where Int(row) < keys.rowCount {
      let block = Int(row) / keys.blockRows
      guard let base = load(block) else { return nil }
      let (start, length) = key(Int(row) % keys.blockRows, rows: keys.rows(ofBlock: block), base)
      bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: length))
      ends.append(bytes.count)
    }
    let found = EncodedKeys(width: keys.width, count: ends.count, byteCount: bytes.count)
    bytes.withUnsafeBytes { if let source = $0.baseAddress { found.base.copyMemory(from: source, byteCount: $0.count) } }
    for (index, end) in ends.enumerated() { found.setEnd(of: index, to: end) }
    return found
  }

  /// The last block, from `start` on, that starts with `key` or a lesser one; -1 when all are greater.
  private func block(of key: UnsafeRawPointer, _ length: Int, from start: Int) -> Int {
    let first = keys.firstKeys
    func starts(_ block: Int) -> Bool { first.compare(block, key, length) <= 0 }
    if !starts(start) { return -1 }
    var low = start
    var step = 1
    while low + step < keys.blockCount && starts(low + step) {
      low += step
      step *= 2
    }
    var end = min(low + step, keys.blockCount)
    while low + 1 < end {
      let middle = (low + end) / 2
      if starts(middle) { low = middle } else { end = middle }
    }
    return low
  }

  private func row(of key: UnsafeRawPointer, _ length: Int, in block: Int, _ base: UnsafeRawPointer) -> Int? {
    let rows = keys.rows(ofBlock: block)
    var low = 0
    var end = rows
    while low < end {
      let middle = (low + end) / 2
      let (start, found) = self.key(middle, rows: rows, base)
      let order = EncodedKeys.compare(start, found, key, length)
      if order == 0 { return middle }
      if order < 0 { low = middle + 1 } else { end = middle }
    }
    return nil
  }

  @inline(__always) private func key(_ row: Int, rows: Int, _ base: UnsafeRawPointer) -> (UnsafeRawPointer, Int) {
    if keys.width > 0 { return (base + row &* keys.width, keys.width) }
    let start = row == 0 ? 0 : Int(UInt32(littleEndian: base.loadUnaligned(fromByteOffset: 4 &* row &- 4, as: UInt32.self)))
    let end = Int(UInt32(littleEndian: base.loadUnaligned(fromByteOffset: 4 &* row, as: UInt32.self)))
    return (base + 4 &* rows + start, end - start)
  }

  private func load(_ block: Int) -> UnsafeRawPointer? {
    if !held.contains(block) {
      ahead = block == held.upperBound && !held.isEmpty ? min(ahead * 2, Self.mostAhead) : 1
      let last = min(block + ahead, keys.blockCount) - 1
      let place = keys.place(ofBlock: block).lowerBound..<keys.place(ofBlock: last).upperBound
      if buffer.count < place.count {
        buffer.deallocate()
        buffer = .allocate(byteCount: place.count, alignment: 16)
      }
      let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<place.count])
      if let file {
        guard file.read(at: contentStart + place.lowerBound, into: target) else { return nil }
      } else {
        memory.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[place])) }
      }
      held = block..<(last + 1)
      heldStart = place.lowerBound
    }
    return buffer.baseAddress.map { UnsafeRawPointer($0 + keys.place(ofBlock: block).lowerBound - heldStart) }
  }
}
