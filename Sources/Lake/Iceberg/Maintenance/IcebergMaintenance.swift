internal import SluiceCore

/// Background work on one Iceberg table: expiry of snapshots, and merging of files.
///
/// Unchecked because its parts are confined to one thread at a time, which is what `TableMaintenance` asks of its users.
final class IcebergMaintenance: TableMaintenance, @unchecked Sendable {
  private let table: TableID
  private let files: IcebergFiles
  private let catalog: any IcebergCatalog
  private let writer: WriterIdentity
  private let options: MaintenanceOptions
  private let publisher: IcebergPublisher
  private let expiry: IcebergExpiry
  private let unmerged: UnmergedFiles
  /// Made anew when the table has a newer schema or name mapping: files of that must not be written under an older one.
  private var compaction: (schema: IcebergSchema, mapping: String?, compaction: IcebergCompaction)?
  /// The newest snapshot in which there was nothing to merge.
  private var settled: Int64?

  init(
    table: TableID, files: IcebergFiles, catalog: any IcebergCatalog, writer: WriterIdentity, options: MaintenanceOptions,
    unmerged: UnmergedFiles = UnmergedFiles()
  ) {
    self.unmerged = unmerged
    self.table = table
    self.files = files
    self.catalog = catalog
    self.writer = writer
    self.options = options
    publisher = IcebergPublisher(table: table, files: files, catalog: catalog, writer: writer)
    expiry = IcebergExpiry(table: table, files: files, catalog: catalog, writer: writer)
  }

  func prepare(isCancelled: @Sendable () -> Bool) throws -> Bool {
    try inTable {
      let metadata = try publisher.load()
      guard let latest = metadata.currentSnapshot else { return false }
      try expiry.run(metadata, isCancelled: isCancelled)
      // Columns that others have added may be of any type; files are merged again when all can be read.
      let isReadable = try metadata.currentSchema().fields.allSatisfy { IcebergTypes.dataType(of: $0.type) != nil }
      if settled == latest.id || !isReadable || isCancelled() { return false }
      do {
        if try current(metadata).prepare(metadata, isCancelled: isCancelled) { return true }
        settled = latest.id
        return false
      } catch is MergeCancelled {
        return false
      }
    }
  }

  func publish(checkpoint: CheckpointID) throws {
    try inTable { try compaction?.compaction.publish(by: publisher, checkpoint: checkpoint) }
  }

  func abandon() {
    compaction?.compaction.abandon()
  }

  private func current(_ metadata: TableMetadata) throws -> IcebergCompaction {
    let schema = try metadata.currentSchema()
    let mapping = metadata.properties[NameMapping.property]
    if let compaction, compaction.schema == schema, compaction.mapping == mapping { return compaction.compaction }
    compaction?.compaction.abandon()
    settled = nil
    let own = try IcebergTableFiles(
      table: table, metadata: metadata, schema: schema, files: files, writer: writer,
      options: TableWriterOptions(label: options.label, targetFileSize: options.targetFileSize))
    let made = try IcebergCompaction(
      own, writer: writer, memory: options.memory, scratch: options.scratch, isQuiet: options.isQuiet, unmerged: unmerged)
    compaction = (schema, mapping, made)
    return made
  }

  private func inTable<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as SluiceError {
      throw error.inTable(table)
    }
  }
}
