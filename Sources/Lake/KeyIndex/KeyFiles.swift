internal import SluiceCore

/// Opens and makes the key files of a table's data files. Confined to one thread.
final class KeyFiles {
  static let suffix = ".keys"
  private static let batchRows = 8192
  /// Keys of fewer bytes are read from their data file when they are needed again: files of small commits are many, and short-lived.
  private static let smallBytes = 1 << 10
  /// Seconds: what is younger may belong to a commit that is under way.
  private static let sweepAge = 3600

  let codec: KeyCodec
  private let layout: DataFileLayout
  private let source: DataFileSource
  /// The table's own folder below the one for all; `nil`: keys stay in memory.
  private let folder: String?

  init(_ context: RunContext, schema: TableSchema, scratch: String?) throws {
    layout = context.layout
    folder = scratch.map { "\($0)/\(context.table.database)/\(context.table.name)" }
    codec = try KeyCodec(layout.keyTypes)
    source = try DataFileSource(schema: schema, files: context.files)
  }

  func path(of dataFile: String) -> String? { folder.map { "\($0)/\(dataFile)\(Self.suffix)" } }

  func makeWriter(for dataFile: String) -> KeyFileWriter {
    KeyFileWriter(width: codec.width, dataFile: dataFile, path: path(of: dataFile), smallBytes: Self.smallBytes)
  }

  /// The keys of a data file: as they lie in the folder, or read from the data file when there they are missing or wrong.
  func open(_ entry: ManifestEntry) throws -> KeyFile {
    let file = entry.file
    if let path = path(of: file.fileName),
      let found = KeyFile.open(path, dataFile: file.fileName, dataFileSize: file.fileSize, rowCount: file.rowCount, width: codec.width)
    {
      return found
    }
    return try make(entry)
  }

  /// Reads the keys from the data file.
  func make(_ entry: ManifestEntry) throws -> KeyFile {
    let writer = makeWriter(for: entry.file.fileName)
    let stream = try source.open(entry, columns: layout.keys, withSystemColumns: false, batchRows: Self.batchRows)
    while let batch = try stream.next() {
      let keys = try codec.encode(batch)
      try writer.append(keys, 0..<keys.count)
    }
    let keys = try writer.finish(dataFileSize: entry.file.fileSize)
    guard keys.rowCount == entry.file.rowCount else {
      throw SluiceError(.targetDamaged, "a data file holds another number of rows than the table says", at: .init(path: entry.file.fileName))
    }
    return keys
  }

  /// Removes what a crash left: old key files of data files that are not among `live`.
  func sweep(live: Set<String>) {
    guard let folder else { return }
    for name in ScratchFile.names(in: folder, olderThan: Self.sweepAge)
    where !(name.hasSuffix(Self.suffix) && live.contains(String(name.dropLast(Self.suffix.count)))) {
      ScratchFile.remove("\(folder)/\(name)")
    }
  }

  /// The data file is gone for good.
  func remove(_ dataFile: String) {
    if let path = path(of: dataFile) { ScratchFile.remove(path) }
  }
}
