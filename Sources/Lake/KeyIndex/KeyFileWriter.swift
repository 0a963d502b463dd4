internal import SluiceCore

/// Writes the keys of one data file, in the file's order.
final class KeyFileWriter {
  private static let flushBytes = 256 << 10

  private let width: Int
  private let dataFile: String
  /// Where the finished file lies; `nil` for memory.
  private let path: String?
  /// Fewer bytes than this are not worth a file.
  private let smallBytes: Int
  private var file: ScratchFile?
  private let contentStart: Int
  private var checksum = KeyChecksum()
  private var rowCount = 0
  /// Finished blocks that are not in the file yet.
  private var finished: [UInt8] = []
  private var flushed = 0
  /// The open block: its keys, and for keys of different length their ends.
  private var block: [UInt8] = []
  private var blockRows = 0
  private var ends: [UInt32] = []
  private var firstKeys: [UInt8] = []
  private var firstEnds: [Int] = []
  private var starts = [0]
  private var lastKey: [UInt8] = []

  /// `path` is `nil` for keys that stay in memory, as those of less than `smallBytes` do in any case.
  init(width: Int, dataFile: String, path: String?, smallBytes: Int = 0) {
    self.width = width
    self.dataFile = dataFile
    self.path = path
    self.smallBytes = smallBytes
    contentStart = KeyFile.contentStart(dataFile: dataFile)
  }

  deinit {
    if let file { ScratchFile.remove(file.path) }
  }

  /// Appends keys `range` of `keys`. Throws `target-damaged` when they do not ascend.
  func append(_ keys: EncodedKeys, _ range: Range<Int>) throws {
    if range.isEmpty { return }
    if rowCount > 0, keys.compare(range.lowerBound, lastKey) <= 0 { throw unordered }
    for index in range {
      if index > range.lowerBound, keys.compare(index, keys.start(index - 1), keys.length(index - 1)) <= 0 { throw unordered }
      let key = UnsafeRawBufferPointer(start: keys.start(index), count: keys.length(index))
      if blockRows == 0 {
        firstKeys.append(contentsOf: key)
        firstEnds.append(firstKeys.count)
      }
      block.append(contentsOf: key)
      if width == 0 { ends.append(UInt32(block.count)) }
      blockRows += 1
      rowCount += 1
      if blockRows == KeyFile.blockRows(width: width) { try endBlock() }
    }
    let last = range.upperBound - 1
    lastKey = [UInt8](UnsafeRawBufferPointer(start: keys.start(last), count: keys.length(last)))
  }

  /// The finished keys of the data file, which has that size; `unsorted` says their rows where those are not 0, 1, 2 …, of keys in memory only.
  func finish(dataFileSize: Int, unsorted: UnsortedRows? = nil) throws -> KeyFile {
    if blockRows > 0 { try endBlock() }
    let contentBytes = flushed + finished.count
    checksum.add(width)
    checksum.add(rowCount)
    checksum.add(dataFileSize)
    checksum.add(contentBytes)
    let head = KeyFile.Head(
      width: width, rowCount: rowCount, dataFile: dataFile, dataFileSize: dataFileSize, contentBytes: contentBytes, checksum: checksum.value)
    let content: KeyFile.Content
    if let path, contentBytes >= smallBytes {
      let file = try flush(path)
      try head.bytes.withUnsafeBytes { try file.write($0, at: 0) }
      try file.rename(to: path)
      self.file = nil
      content = .file(path)
    } else {
      content = .memory(finished)
    }
    return KeyFile(
      rowCount: rowCount, width: width, content: content, firstKeys: makeFirstKeys(), starts: width == 0 ? starts : [], unsorted: unsorted)
  }

  /// A block of keys of different length starts with their ends, each 4 bytes.
  private func endBlock() throws {
    let start = finished.count
    for end in ends { withUnsafeBytes(of: end.littleEndian) { finished.append(contentsOf: $0) } }
    finished.append(contentsOf: block)
    finished[start...].withUnsafeBytes { checksum.add($0) }
    starts.append(flushed + finished.count)
    block.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    blockRows = 0
    if let path, finished.count >= Self.flushBytes { _ = try flush(path) }
  }

  /// Writes finished blocks to the file, which gets its name when all are there.
  private func flush(_ path: String) throws -> ScratchFile {
    let file = try self.file ?? ScratchFile(writing: "\(path).\(FileNames.token()).tmp")
    self.file = file
    try finished.withUnsafeBytes { try file.write($0, at: contentStart + flushed) }
    flushed += finished.count
    finished.removeAll(keepingCapacity: true)
    return file
  }

  private func makeFirstKeys() -> EncodedKeys {
    let keys = EncodedKeys(width: width, count: firstEnds.count, byteCount: firstKeys.count)
    firstKeys.withUnsafeBytes { bytes in
      if let source = bytes.baseAddress { keys.base.copyMemory(from: source, byteCount: bytes.count) }
    }
    for (index, end) in firstEnds.enumerated() { keys.setEnd(of: index, to: end) }
    return keys
  }

  private var unordered: SluiceError {
    SluiceError(.targetDamaged, "the rows of a data file are not in the order of its key", at: .init(path: dataFile))
  }
}
