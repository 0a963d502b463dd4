internal import Foundation
internal import SluiceCore

/// Makes one set of file changes the next snapshot of a table (Paimon specification, snapshot).
final class SnapshotPublisher {
  /// Manifests smaller than this are merged when there are more than `smallManifests` of them.
  private static let smallBytes = 8 << 20
  private static let smallManifests = 30
  /// Each lost race is somebody else's success; this many in a row mean something else.
  private static let maximumRaces = 1000

  private let table: TableID
  private let schema: TableSchema
  private let files: MetadataFiles
  private let catalog: any Catalog
  private let writer: WriterIdentity

  /// What a snapshot is to hold.
  struct Change {
    let entries: [ManifestEntry]
    let kind: String
    let identifier: CheckpointID
    /// `nil` keeps those of the snapshot before.
    let properties: [String: String]?
  }

  init(table: TableID, schema: TableSchema, files: MetadataFiles, catalog: any Catalog, writer: WriterIdentity) {
    self.table = table
    self.schema = schema
    self.files = files
    self.catalog = catalog
    self.writer = writer
  }

  /// Publishes `change` on top of the newest snapshot, again and again while others are faster.
  ///
  /// `isWanted` looks at the newest snapshot before each attempt; `false` ends it, and the result is `false`.
  func publish(_ change: Change, isWanted: (Snapshot?) throws -> Bool) throws -> Bool {
    let token = "\(writer.id)-\(FileNames.token())"
    let delta = try ManifestWriter(store: files.store, paths: files.paths, schema: schema, token: token)
    var deltaFiles: (manifests: [ManifestMeta], list: (name: String, size: Int))?
    for attempt in 1...Self.maximumRaces {
      let latest = try files.latestSnapshot()
      guard try isWanted(latest) else {
        delta.undo()
        return false
      }
      if deltaFiles == nil {
        let manifests = try delta.manifests(of: change.entries)
        deltaFiles = (manifests, try delta.list(manifests))
      }
      guard let deltaFiles else { return false }
      let base = try ManifestWriter(
        store: files.store, paths: files.paths, schema: schema, token: "\(writer.id)-\(FileNames.token())")
      let baseList = try base.list(try baseManifests(latest, base))
      let next = snapshot(change, after: latest, base: baseList, delta: deltaFiles.list)
      if try publish(next) {
        files.hint(latest: next.id)
        return true
      }
      base.undo()
      if attempt == Self.maximumRaces { break }
    }
    throw SluiceError(.storageFailed, "\(Self.maximumRaces) attempts to commit lost to other writers", at: .init(table: table))
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

  private func snapshot(_ change: Change, after latest: Snapshot?, base: (name: String, size: Int), delta: (name: String, size: Int)) -> Snapshot {
    let rows = change.entries.reduce(0) { $0 + Int64($1.file.rowCount) * ($1.kind == .add ? 1 : -1) }
    return Snapshot(
      id: (latest?.id ?? 0) + 1, schemaId: max(schema.id, latest?.schemaId ?? 0), baseManifestList: base.name, baseManifestListSize: base.size,
      deltaManifestList: delta.name, deltaManifestListSize: delta.size, indexManifest: latest?.indexManifest, commitUser: writer.id,
      commitIdentifier: change.identifier, commitKind: change.kind, timeMillis: Int64(Date().timeIntervalSince1970 * 1000),
      totalRecordCount: (latest?.totalRecordCount ?? 0) + rows, deltaRecordCount: rows, watermark: latest?.watermark,
      statistics: latest?.statistics, properties: change.properties ?? latest?.properties, nextRowId: latest?.nextRowId,
      uuid: UUID().uuidString.lowercased())
  }

  /// All manifests of `latest`; many small ones at the end become one.
  private func baseManifests(_ latest: Snapshot?, _ writer: ManifestWriter) throws -> [ManifestMeta] {
    guard let latest else { return [] }
    let manifests = try files.manifests(of: latest)
    // Only a run at the end may be merged: a deletion must stay behind the addition that it takes back.
    let small = manifests.reversed().prefix { $0.fileSize < Self.smallBytes }.count
    if small <= Self.smallManifests { return manifests }
    let entries = try manifests.suffix(small).flatMap { try files.manifest($0.fileName) }
    return try manifests.dropLast(small) + writer.manifests(of: ManifestEntry.merged(entries))
  }
}
