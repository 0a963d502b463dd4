internal import SluiceCore

/// Makes changes the next snapshots of a table. Confined to one thread.
final class IcebergPublisher {
  /// Each lost race is somebody else's success; this many in a row mean something else.
  private static let maximumRaces = 1000
  /// Answers that were lost, in one commit.
  private static let maximumUnknown = 5

  let table: TableID
  let files: IcebergFiles
  let catalog: any IcebergCatalog
  let writer: WriterIdentity
  let cache: ManifestCache
  private var known: (metadata: TableMetadata, state: IcebergState)?

  init(table: TableID, files: IcebergFiles, catalog: any IcebergCatalog, writer: WriterIdentity) {
    self.table = table
    self.files = files
    self.catalog = catalog
    self.writer = writer
    cache = ManifestCache(files)
  }

  /// The table as its catalog has it.
  func load() throws -> TableMetadata {
    guard let loaded = try catalog.load(table) else {
      throw SluiceError(.targetMissing, "the Iceberg table that was written before is gone", at: .init(table: table))
    }
    return loaded.metadata
  }

  func state(_ metadata: TableMetadata) throws -> IcebergState {
    if let known, known.metadata == metadata { return known.state }
    let state = try IcebergState(metadata, files)
    cache.keep(state.manifests)
    known = (metadata, state)
    return state
  }

  /// What became of a change that was to be published.
  enum Outcome {
    case committed
    /// No snapshot of it is in the table, nor will be.
    case givenUp
    /// It was given up after an attempt whose answer was lost: what that attempt refers to must stay, for it may be taken yet.
    case open
  }

  /// Publishes what `draft` makes of the newest state, again and again while others are faster; `nil` from it ends the attempts. `updates` are
  /// made in the same step.
  func publish(updates: [TableUpdate] = [], _ draft: (IcebergState) throws -> SnapshotDraft?) throws -> Outcome {
    var open: [Int64] = []
    for _ in 1...Self.maximumRaces {
      let metadata = try load()
      // What looks like somebody else's success may be that of an attempt whose answer was lost.
      if open.contains(where: { metadata.snapshot($0) != nil }) { return .committed }
      let state = try state(metadata)
      guard let draft = try draft(state) else { return open.isEmpty ? .givenUp : .open }
      let slots = IcebergSlots(metadata, try metadata.currentSchema())
      let builder = SnapshotBuilder(
        state, draft, cache, files: files, slots: slots,
        names: .init(root: try root(of: metadata), token: "\(writer.id)-\(FileNames.token())"))
      let snapshot: IcebergSnapshot
      do {
        snapshot = try builder.build()
      } catch {
        discard(builder)
        throw error
      }
      switch try commit(snapshot, updates, metadata) {
      case .committed: return .committed
      case .lost: discard(builder)
      case .open(let error):
        // The request may still be taken, so its files stay. Another attempt is safe: both require the same parent, and one of them loses.
        open.append(snapshot.id)
        if open.count == Self.maximumUnknown { throw error }
      }
    }
    throw SluiceError(.storageFailed, "\(Self.maximumRaces) attempts to commit lost to other writers", at: .init(table: table))
  }

  private enum Attempt {
    case committed
    /// Somebody else was faster: nothing of the snapshot is in the table, nor will be.
    case lost
    case open(any Error)
  }

  private func commit(_ snapshot: IcebergSnapshot, _ updates: [TableUpdate], _ metadata: TableMetadata) throws -> Attempt {
    let requirements: [TableRequirement] = [
      .uuid(metadata.uuid), .reference(SnapshotReference.main, snapshotID: metadata.references[SnapshotReference.main]?.snapshotID),
    ]
    var reference = metadata.references[SnapshotReference.main] ?? SnapshotReference(snapshotID: snapshot.id)
    reference.snapshotID = snapshot.id
    let all = updates + [.addSnapshot(snapshot), .setReference(SnapshotReference.main, reference)]
    switch try catalog.commit(table, requirements: requirements, updates: all) {
    case .committed: return .committed
    case .conflict: return .lost
    case .unknown(let error):
      let newest = try load()
      if newest.snapshot(snapshot.id) != nil { return .committed }
      let isUnmoved = newest.references[SnapshotReference.main]?.snapshotID == metadata.references[SnapshotReference.main]?.snapshotID
      return isUnmoved ? .open(error) : .lost
    }
  }

  private func root(of metadata: TableMetadata) throws -> String {
    var root = try files.path(of: metadata.location)
    while root.count > 1 && root.hasSuffix("/") { root.removeLast() }
    return root
  }

  private func discard(_ builder: SnapshotBuilder) {
    for path in builder.paths { try? files.store.delete(path) }
  }
}
