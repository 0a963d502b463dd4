extension KeyFile {
  private static let windowBytes = 1 << 20

  /// The key file at `path`, read whole once to check it; `nil` when it is missing, damaged, or about another data file than the one told.
  static func open(_ path: String, dataFile: String, dataFileSize: Int, rowCount: Int, width: Int) -> KeyFile? {
    guard let file = ScratchFile(reading: path) else { return nil }
    guard let head = readHead(file, dataFile: dataFile, dataFileSize: dataFileSize, rowCount: rowCount, width: width) else { return nil }
    let start = contentStart(dataFile: dataFile)
    var window = [UInt8](repeating: 0, count: min(windowBytes, head.contentBytes))
    /// The part of the content that the window holds, and what of it was looked at.
    var held = 0..<0
    var at = 0
    func load(_ bytes: Int) -> Bool {
      if at + bytes <= held.upperBound { return true }
      guard at + bytes <= head.contentBytes else { return false }
      if window.count < bytes { window = [UInt8](repeating: 0, count: bytes) }
      held = at..<min(at + window.count, head.contentBytes)
      return window.withUnsafeMutableBytes {
        file.read(at: start + held.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<held.count]))
      }
    }
    var checksum = KeyChecksum()
    var firstKeys: [UInt8] = []
    var firstEnds: [Int] = []
    var starts = [0]
    let perBlock = blockRows(width: width)
    var row = 0
    while row < rowCount {
      let rows = min(perBlock, rowCount - row)
      var bytes = rows * width
      var first = 0..<width
      if width == 0 {
        guard load(4 * rows) else { return nil }
        let ends = window.withUnsafeBytes { raw in
          (0..<rows).map { Int(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: at - held.lowerBound + 4 * $0, as: UInt32.self))) }
        }
        // Ends that do not ascend would send a search out of the block.
        guard zip(ends, ends.dropFirst()).allSatisfy({ $0 <= $1 }) else { return nil }
        first = (4 * rows)..<(4 * rows + ends[0])
        bytes = 4 * rows + ends[rows - 1]
      }
      guard load(bytes) else { return nil }
      let base = at - held.lowerBound
      window[base..<(base + bytes)].withUnsafeBytes { checksum.add($0) }
      firstKeys += window[(base + first.lowerBound)..<(base + first.upperBound)]
      firstEnds.append(firstKeys.count)
      at += bytes
      starts.append(at)
      row += rows
    }
    for number in [width, rowCount, dataFileSize, head.contentBytes] { checksum.add(number) }
    guard at == head.contentBytes, checksum.value == head.checksum else { return nil }
    let keys = EncodedKeys(width: width, count: firstEnds.count, byteCount: firstKeys.count)
    firstKeys.withUnsafeBytes { if let source = $0.baseAddress { keys.base.copyMemory(from: source, byteCount: $0.count) } }
    for (index, end) in firstEnds.enumerated() { keys.setEnd(of: index, to: end) }
    return KeyFile(rowCount: rowCount, width: width, content: .file(path), firstKeys: keys, starts: width == 0 ? starts : [])
  }

  private static func readHead(_ file: ScratchFile, dataFile: String, dataFileSize: Int, rowCount: Int, width: Int) -> Head? {
    var bytes = [UInt8](repeating: 0, count: contentStart(dataFile: dataFile))
    guard bytes.withUnsafeMutableBytes({ file.read(at: 0, into: $0) }) else { return nil }
    func number(_ index: Int) -> UInt64 {
      bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)) }
    }
    guard number(4) < 1 << 40 else { return nil }
    let head = Head(
      width: width, rowCount: rowCount, dataFile: dataFile, dataFileSize: dataFileSize, contentBytes: Int(number(4)), checksum: number(5))
    return head.bytes == bytes ? head : nil
  }
}
