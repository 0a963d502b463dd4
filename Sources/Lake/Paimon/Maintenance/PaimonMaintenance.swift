internal import SluiceCore

/// Background work on one Paimon table: expiry of snapshots, and merging of files as the table's layout asks.
///
/// Unchecked because its parts are confined to one thread at a time, which is what `TableMaintenance` asks of its users.
final class PaimonMaintenance: TableMaintenance, @unchecked Sendable {
  private let table: TableID
  private let files: MetadataFiles
  private let catalog: any Catalog
  private let writer: WriterIdentity
  private let options: MaintenanceOptions
  /// Made anew when the table has a newer schema: files of that must not be written under an older one.
  private var parts: Parts?
  /// The newest snapshot in which there was nothing to merge.
  private var settled: Int64?

  private struct Parts {
    let schema: TableSchema
    let committer: PaimonCommitter
    let compaction: any FileCompaction
    let expiry: SnapshotExpiry
  }

  init(table: TableID, files: MetadataFiles, catalog: any Catalog, writer: WriterIdentity, options: MaintenanceOptions) throws {
    self.table = table
    self.files = files
    self.catalog = catalog
    self.writer = writer
    self.options = options
  }

  func prepare(isCancelled: @Sendable () -> Bool) throws -> Bool {
    try inTable {
      let parts = try currentParts()
      guard let latest = try parts.committer.publisher.latestSnapshot() else { return false }
      do {
        try parts.expiry.run(until: latest, own: try parts.committer.newestOwn(until: latest), isCancelled: isCancelled)
        if settled == latest.id || isCancelled() { return false }
        if try parts.compaction.prepare(latest, isCancelled: isCancelled) { return true }
        settled = latest.id
        return false
      } catch is MergeCancelled {
        return false
      }
    }
  }

  func publish(checkpoint: CheckpointID) throws {
    try inTable {
      guard let parts else { return }
      // What was committed last must stay what is found last.
      let last = try parts.committer.lastCommitted()
      try parts.compaction.publish(by: parts.committer, identifier: last ?? checkpoint)
    }
  }

  func abandon() {
    parts?.compaction.abandon()
  }

  private func currentParts() throws -> Parts {
    let schema = try files.latestSchema()
    if let parts, parts.schema == schema { return parts }
    parts?.compaction.abandon()
    settled = nil
    let made = Parts(
      schema: schema, committer: try PaimonCommitter(table: table, schema: schema, files: files, catalog: catalog, writer: writer),
      compaction: try compaction(schema), expiry: try SnapshotExpiry(schema: schema, files: files))
    parts = made
    return made
  }

  private func compaction(_ schema: TableSchema) throws -> any FileCompaction {
    let writerOptions = TableWriterOptions(label: options.label, targetFileSize: options.targetFileSize, scratch: options.scratch)
    let context = try PaimonFiles(table: table, schema: schema, files: files, writer: writer, options: writerOptions)
    if schema.isMergeOnWrite {
      return try MergeOnWriteCompaction(context, schema: schema, memory: options.memory, scratch: options.scratch, isQuiet: options.isQuiet)
    }
    let plan: any RewritePlan =
      context.layout.isKeyed
      ? try KeyedRewrite(context, schema: schema, memory: options.memory) : try AppendRewrite(context, schema: schema, memory: options.memory)
    return RewriteCompaction(context, plan: plan)
  }

  private func inTable<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as SluiceError {
      throw error.inTable(table)
    }
  }
}
