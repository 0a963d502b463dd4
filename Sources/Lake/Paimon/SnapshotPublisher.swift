internal import Foundation
internal import SluiceCore

/// Makes one set of file changes the next snapshot of a table (Paimon specification, snapshot). Confined to one thread.
final class SnapshotPublisher {
  /// Each lost race is somebody else's success; this many in a row mean something else.
  private static let maximumRaces = 1000

  private let table: TableID
  private let schema: TableSchema
  private let files: MetadataFiles
  private let catalog: any Catalog
  private let writer: WriterIdentity
  private let manifestMerge: ManifestMerge
  /// The newest snapshot that is known, with its manifests, oldest first: what a commit builds on is not read again.
  private var known: (snapshot: Snapshot, manifests: [ManifestMeta])?
  private var hasEarliestHint = false

  /// What a snapshot is to hold.
  struct Change {
    let entries: [ManifestEntry]
    let kind: String
    let identifier: CheckpointID
    /// `nil` keeps those of the snapshot before.
    let properties: [String: String]?
    /// Whether all files that the snapshot before has are taken away first.
    var isReplacing = false
    /// The name of the index manifest of the snapshot after that one, made with the writer if need be; asked anew after a lost race.
    var index: (Snapshot?, ManifestWriter) throws -> String? = { latest, _ in latest?.indexManifest }
  }

  init(table: TableID, schema: TableSchema, files: MetadataFiles, catalog: any Catalog, writer: WriterIdentity) {
    self.table = table
    self.schema = schema
    self.files = files
    self.catalog = catalog
    self.writer = writer
    manifestMerge = ManifestMerge(files: files)
  }

  /// The newest snapshot.
  func latestSnapshot() throws -> Snapshot? {
    let latest = try files.latestSnapshot(after: known?.snapshot)
    if latest != known?.snapshot { known = nil }
    return latest
  }

  /// Publishes `change` on top of the newest snapshot, again and again while others are faster.
  ///
  /// `isWanted` looks at the newest snapshot before each attempt; `false` ends it, and the result is `false`.
  func publish(_ change: Change, isWanted: (Snapshot?) throws -> Bool) throws -> Bool {
    var delta = try manifestWriter()
    var deltaFiles: (manifests: [ManifestMeta], list: (name: String, size: Int))?
    var removed: [ManifestEntry] = []
    for attempt in 1...Self.maximumRaces {
      let latest = try latestSnapshot()
      guard try isWanted(latest) else {
        delta.undo()
        return false
      }
      if change.isReplacing {
        // What is to be taken away depends on the snapshot before.
        delta.undo()
        delta = try manifestWriter()
        deltaFiles = nil
        removed = try latest.map { try files.liveFiles(of: $0).map(\.removal) } ?? []
      }
      let parts: (manifests: [ManifestMeta], list: (name: String, size: Int))
      if let made = deltaFiles {
        parts = made
      } else {
        let manifests = try delta.manifests(of: removed + change.entries)
        parts = (manifests, try delta.list(manifests))
        deltaFiles = parts
      }
      let base = try manifestWriter()
      let manifests = try manifestMerge.merged(try manifests(of: latest), writer: base)
      let next = snapshot(
        change, after: latest, removed: removed, base: try base.list(manifests), delta: parts.list, index: try change.index(latest, base))
      try ManifestWriter.flush([delta, base])
      if try publish(next) {
        known = (next, manifests + parts.manifests)
        hint(next.id)
        return true
      }
      base.undo()
      if attempt == Self.maximumRaces { break }
    }
    throw SluiceError(.storageFailed, "\(Self.maximumRaces) attempts to commit lost to other writers", at: .init(table: table))
  }

  private func manifestWriter() throws -> ManifestWriter {
    try ManifestWriter(store: files.store, paths: files.paths, schema: schema, token: "\(writer.id)-\(FileNames.token())")
  }

  private func manifests(of latest: Snapshot?) throws -> [ManifestMeta] {
    guard let latest else { return [] }
    if let known, known.snapshot == latest { return known.manifests }
    return try files.manifests(of: latest)
  }

  /// `false` when another snapshot has the number. An outcome that is unknown is looked up.
  private func publish(_ snapshot: Snapshot) throws -> Bool {
    do {
      if try catalog.publish(snapshot: try snapshot.encoded(), number: snapshot.id, of: table) { return true }
    } catch {
      if let there = try? files.snapshot(snapshot.id), there.uuid == snapshot.uuid { return true }
      throw error
    }
    return try files.snapshot(snapshot.id)?.uuid == snapshot.uuid
  }

  private func snapshot(
    _ change: Change, after latest: Snapshot?, removed: [ManifestEntry], base: (name: String, size: Int), delta: (name: String, size: Int),
    index: String?
  ) -> Snapshot {
    let rows = (removed + change.entries).reduce(0) { $0 + Int64($1.file.rowCount) * ($1.kind == .add ? 1 : -1) }
    let newestFile = change.entries.map(\.file.schemaID).max() ?? 0
    return Snapshot(
      id: (latest?.id ?? 0) + 1, schemaId: max(schema.id, latest?.schemaId ?? 0, newestFile), baseManifestList: base.name,
      baseManifestListSize: base.size, deltaManifestList: delta.name, deltaManifestListSize: delta.size, indexManifest: index, commitUser: writer.id,
      commitIdentifier: change.identifier, commitKind: change.kind, timeMillis: Int64(Date().timeIntervalSince1970 * 1000),
      totalRecordCount: (latest?.totalRecordCount ?? 0) + rows, deltaRecordCount: rows, watermark: latest?.watermark,
      statistics: change.isReplacing ? nil : latest?.statistics, properties: change.properties ?? latest?.properties,
      nextRowId: latest?.nextRowId, uuid: UUID().uuidString.lowercased())
  }

  private func hint(_ id: Int64) {
    files.hint(latest: id)
    if !hasEarliestHint { files.hintEarliest() }
    hasEarliestHint = true
  }
}
