internal import SluiceCore

/// Commits checkpoints of one writer identity.
final class PaimonCommitter: TableCommitter {
  let table: TableID
  let schema: TableSchema
  let files: MetadataFiles
  let writer: WriterIdentity
  let publisher: SnapshotPublisher
  /// What the walk back from a snapshot has found; writers' checkpoints only grow, so it need not be walked again.
  private var found: (snapshot: Int64, own: Snapshot?)?

  init(table: TableID, schema: TableSchema, files: MetadataFiles, catalog: any Catalog, writer: WriterIdentity) throws {
    self.table = table
    self.schema = schema
    self.files = files
    self.writer = writer
    publisher = SnapshotPublisher(table: table, schema: schema, files: files, catalog: catalog, writer: writer)
  }

  func lastCommitted() throws -> CheckpointID? {
    try inTable { try newestOwn(until: try publisher.latestSnapshot())?.commitIdentifier }
  }

  func commit(_ files: [PreparedFile], replacing: Bool, checkpoint: CheckpointID, properties: [String: String]) throws {
    try inTable {
      let prepared = try PreparedChange(files)
      let kind = replacing || !prepared.vectors.isEmpty ? Snapshot.overwrite : Snapshot.append
      var change = SnapshotPublisher.Change(entries: prepared.entries, kind: kind, identifier: checkpoint, properties: properties)
      change.isReplacing = replacing
      let vectors = replacing ? prepared.vectors.limited(to: prepared.fileNames) : prepared.vectors
      change.index = { try vectors.manifest(after: replacing ? nil : $0, self.files, $1) }
      _ = try publisher.publish(change) { latest in
        if let own = try newestOwn(until: latest) {
          if own.commitIdentifier >= checkpoint { return false }
        } else if try holds(prepared.entries, latest) {
          return false
        }
        if !replacing { try prepared.check(latest, self.files) }
        return true
      }
    }
  }

  func consolidate(checkpoint: CheckpointID, memory: Int, scratch _: String?) throws {
    try inTable { try Consolidation(self, memory: memory).run(checkpoint: checkpoint) }
  }

  func removeOrphans(keeping: [PreparedFile]) throws -> Int {
    try inTable {
      try OrphanSearch(files: files, writer: writer).remove(keeping: try PreparedChange(keeping).fileNames)
    }
  }

  /// This writer's newest snapshot up to `latest`; it has the writer's highest checkpoint, for checkpoints only grow.
  func newestOwn(until latest: Snapshot?) throws -> Snapshot? {
    guard let latest else { return nil }
    var own: Snapshot?
    var snapshot: Snapshot? = latest
    while let current = snapshot {
      if let found, found.snapshot == current.id {
        own = found.own
        break
      }
      if current.commitUser == writer.id {
        own = current
        break
      }
      snapshot = try files.snapshot(current.id - 1)
    }
    found = (latest.id, own)
    return own
  }

  /// Whether the table has the files although no snapshot of this writer is left: somebody has expired it.
  private func holds(_ entries: [ManifestEntry], _ latest: Snapshot?) throws -> Bool {
    guard let latest, let first = entries.first else { return false }
    return try files.manifests(of: latest).contains { try files.manifest($0.fileName).contains { $0.file.fileName == first.file.fileName } }
  }

  private func inTable<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as SluiceError {
      throw error.inTable(table)
    }
  }
}
