internal import SluiceCore

/// The data files of one Paimon table under one schema. Confined to one thread.
final class PaimonFiles: TableFiles {
  let table: TableID
  let layout: DataFileLayout
  let files: MetadataFiles
  let totalBuckets: Int32
  let targetFileSize: Int
  let topLevel: Int32
  let keyCheck: KeyCheck
  let mergedColumns: [Int]
  private let schema: TableSchema
  private let partitions: PartitionPath
  private var names: FileNames
  private var source: DataFileSource?

  /// Without a `writer` for reading only.
  init(
    table: TableID, schema: TableSchema, files: MetadataFiles, writer: WriterIdentity? = nil,
    options: TableWriterOptions = TableWriterOptions(label: "", targetFileSize: 0)
  ) throws {
    self.table = table
    self.files = files
    self.schema = schema
    mergedColumns = Array(schema.fields.indices)
    layout = try DataFileLayout(schema)
    totalBuckets = schema.bucketCount
    targetFileSize = max(options.targetFileSize, 1)
    topLevel = schema.topLevel
    keyCheck = KeyCheck(keys: layout.keys)
    partitions = try PartitionPath(schema)
    names = FileNames(writer: writer?.id ?? "", label: options.label)
  }

  var store: any ObjectStore { files.store }
  var keys: [Int] { layout.keys }
  var keyTypes: [DataType] { layout.keyTypes }

  /// History goes to the top level, where nothing overlaps; the level of changes is chosen when they are handed over.
  func makeFile(_ role: FileRole, slot: Slot) throws -> PaimonFileWriter {
    switch role {
    case .history, .changes: try makeFile(slot: slot, level: topLevel, source: DataFileMeta.sourceAppend)
    case .run, .appended: try makeFile(slot: slot, level: 0, source: DataFileMeta.sourceAppend)
    case .merged(let level): try makeFile(slot: slot, level: level, source: DataFileMeta.sourceCompact)
    }
  }

  private func makeFile(slot: Slot, level: Int32, source: Int32) throws -> PaimonFileWriter {
    let folder = files.paths.bucket(slot.bucket, partition: try partitions.folder(of: slot.partition))
    return try PaimonFileWriter(
      layout, name: names.next(), folder: folder, slot: slot, totalBuckets: totalBuckets, level: level, source: source, store: files.store)
  }

  func open(_ entry: ManifestEntry, columns: [Int], withSystemColumns: Bool, batchRows: Int, dead: RoaringBitmap?) throws -> DataFileStream {
    let source = try self.source ?? DataFileSource(schema: schema, files: files)
    self.source = source
    return try source.open(entry, columns: columns, withSystemColumns: withSystemColumns, batchRows: batchRows, dead: dead)
  }

  func keyBounds(of entry: ManifestEntry, _ codec: KeyCodec) throws -> (minimum: [UInt8], maximum: [UInt8]) {
    (try codec.encode(entry.file.minKey), try codec.encode(entry.file.maxKey))
  }

  func isSorted(_: ManifestEntry) -> Bool { true }

  func prepared(_ entry: ManifestEntry, range: Int?) throws -> PreparedFile {
    try PreparedDataFile(slot: entry.slot, totalBuckets: entry.totalBuckets, file: entry.file).prepared(range: range)
  }

  func path(of entry: ManifestEntry) throws -> String {
    "\(files.paths.bucket(entry.slot.bucket, partition: try partitions.folder(of: entry.slot.partition)))/\(entry.file.fileName)"
  }
}
