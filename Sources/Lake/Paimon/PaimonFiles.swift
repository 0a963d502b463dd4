internal import SluiceCore

/// What all runs of one writer share. Confined to the writer's thread.
final class RunContext {
  let table: TableID
  let layout: DataFileLayout
  let files: MetadataFiles
  let totalBuckets: Int32
  let targetFileSize: Int
  let topLevel: Int32
  let keyCheck: KeyCheck
  private let partitions: PartitionPath
  private var names: FileNames

  init(table: TableID, schema: TableSchema, files: MetadataFiles, writer: WriterIdentity, options: TableWriterOptions) throws {
    self.table = table
    self.files = files
    layout = try DataFileLayout(schema)
    totalBuckets = schema.bucketCount
    targetFileSize = max(options.targetFileSize, 1)
    topLevel = schema.topLevel
    keyCheck = KeyCheck(keys: layout.keys)
    partitions = try PartitionPath(schema)
    names = FileNames(writer: writer.id, label: options.label)
  }

  func makeFile(slot: Slot, level: Int32, source: Int32 = DataFileMeta.sourceAppend) throws -> DataFileWriter {
    let folder = files.paths.bucket(slot.bucket, partition: try partitions.folder(of: slot.partition))
    return try DataFileWriter(layout, name: names.next(), folder: folder, level: level, source: source, store: files.store)
  }

  /// Removes a file that nothing refers to, as far as that goes; what stays is an orphan.
  func discard(_ file: DataFileMeta, slot: Slot) {
    if let path = try? path(of: file.fileName, slot: slot) { try? files.store.delete(path) }
  }

  func path(of name: String, slot: Slot) throws -> String {
    "\(files.paths.bucket(slot.bucket, partition: try partitions.folder(of: slot.partition)))/\(name)"
  }
}
