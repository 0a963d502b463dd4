internal import SluiceCore

/// Opens and makes the key files of a table's data files. Confined to one thread.
final class KeyFiles<Files: TableFiles> {
  private static var suffix: String { ".keys" }
  private static var batchRows: Int { 8192 }
  /// Keys of fewer bytes are read from their data file when they are needed again: files of small commits are many, and short-lived.
  private static var smallBytes: Int { 1 << 10 }
  /// Seconds: what is younger may belong to a commit that is under way.
  private static var sweepAge: Int { 3600 }

  let codec: KeyCodec
  private let files: Files
  /// The table's own folder below the one for all; `nil`: keys stay in memory.
  private let folder: String?

  init(_ files: Files, scratch: String?) throws {
    self.files = files
    folder = scratch.map { "\($0)/\(files.table.database)/\(files.table.name)" }
    codec = try KeyCodec(files.keyTypes)
  }

  func path(of dataFile: String) -> String? { folder.map { "\($0)/\(dataFile)\(Self.suffix)" } }

  func makeWriter(for dataFile: String) -> KeyFileWriter {
    KeyFileWriter(width: codec.width, dataFile: dataFile, path: path(of: dataFile), smallBytes: Self.smallBytes)
  }

  /// The keys of a data file: as they lie in the folder, or read from the data file when there they are missing or wrong.
  func open(_ file: Files.File) throws -> KeyFile {
    if files.isSorted(file), let path = path(of: file.name),
      let found = KeyFile.open(path, dataFile: file.name, dataFileSize: file.byteCount, rowCount: file.rowCount, width: codec.width)
    {
      return found
    }
    return try make(file)
  }

  /// Reads the keys from the data file.
  func make(_ file: Files.File) throws -> KeyFile {
    guard files.isSorted(file) else { return try sorted(file) }
    let writer = makeWriter(for: file.name)
    let stream = try files.open(file, columns: files.keys, withSystemColumns: false, batchRows: Self.batchRows, dead: nil)
    while let batch = try stream.next() {
      let keys = try codec.encode(batch)
      try writer.append(keys, 0..<keys.count)
    }
    let keys = try writer.finish(dataFileSize: file.byteCount)
    guard keys.rowCount == file.rowCount else {
      throw SluiceError(.targetDamaged, "a data file holds another number of rows than the table says", at: .init(path: file.name))
    }
    return keys
  }

  /// The keys of a file whose rows lie in any order, in memory.
  private func sorted(_ file: Files.File) throws -> KeyFile {
    let stream = try files.open(file, columns: files.keys, withSystemColumns: false, batchRows: Self.batchRows, dead: nil)
    var batches: [Batch] = []
    while let batch = try stream.next() { batches.append(batch) }
    let writer = KeyFileWriter(width: codec.width, dataFile: file.name, path: nil)
    guard !batches.isEmpty else { return try writer.finish(dataFileSize: file.byteCount) }
    let all = try codec.encode(Batch.concatenating(batches))
    var order: [Int32] = []
    var twins: [UInt32: [UInt32]] = [:]
    for row in KeySort.order(of: all) {
      if let last = order.last, all.compare(Int(last), all.start(Int(row)), all.length(Int(row))) == 0 {
        order.removeLast()
        let before = UInt32(bitPattern: last)
        twins[UInt32(bitPattern: row)] = (twins.removeValue(forKey: before) ?? []) + [before]
      }
      order.append(row)
    }
    try writer.append(all.taking(order), 0..<order.count)
    return try writer.finish(dataFileSize: file.byteCount, unsorted: UnsortedRows(rows: order.map { UInt32(bitPattern: $0) }, twins: twins))
  }

  /// Removes what a crash left: old key files of data files that are not among `live`.
  func sweep(live: Set<String>) {
    guard let folder else { return }
    for name in ScratchFile.names(in: folder, olderThan: Self.sweepAge)
    where !(name.hasSuffix(Self.suffix) && live.contains(String(name.dropLast(Self.suffix.count)))) {
      ScratchFile.remove("\(folder)/\(name)")
    }
  }

  /// `TableFiles.keyBounds`.
  func bounds(of file: Files.File) throws -> (minimum: [UInt8], maximum: [UInt8]) { try files.keyBounds(of: file, codec) }

  /// Whether the rows of a file lie in the order of their keys.
  func isSorted(_ file: Files.File) -> Bool { files.isSorted(file) }

  /// The data file is gone for good.
  func remove(_ dataFile: String) {
    if let path = path(of: dataFile) { ScratchFile.remove(path) }
  }
}
