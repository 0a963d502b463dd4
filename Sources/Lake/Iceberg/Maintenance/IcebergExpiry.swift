internal import Foundation
internal import SluiceCore

/// Removes old snapshots and the files that only they need, and schemas that no snapshot needs. Confined to one thread.
///
/// What goes is found by reading before the first deletion. Snapshots go first, then what no other refers to: a crash in between leaves
/// orphans, and readers of newer snapshots, branches and tags miss nothing at any time.
final class IcebergExpiry {
  /// Fewer than this are not worth a commit.
  private static let worthwhile = 10
  private static let attempts = 20

  let table: TableID
  let files: IcebergFiles
  let catalog: any IcebergCatalog
  let writer: WriterIdentity
  private let references: IcebergReferences

  init(table: TableID, files: IcebergFiles, catalog: any IcebergCatalog, writer: WriterIdentity) {
    self.table = table
    self.files = files
    self.catalog = catalog
    self.writer = writer
    references = IcebergReferences(files)
  }

  /// Never removes the writer's newest snapshot. Ends early when cancelled.
  ///
  /// While the manifests of many snapshots are read, writers are faster: that is tried again with what came since, which is little.
  func run(_ metadata: TableMetadata, now: Int64 = Int64(Date().timeIntervalSince1970 * 1000), isCancelled: () -> Bool) throws {
    var newest: TableMetadata? = metadata
    for _ in 0..<Self.attempts {
      guard let metadata = newest, let expiring = try Expiring(metadata, writer, now: now, references), !isCancelled() else { return }
      switch try catalog.commit(table, requirements: expiring.requirements, updates: expiring.updates) {
      case .committed(let loaded):
        references.forget(expiring.unneeded)
        for uri in expiring.unneeded { try files.store.delete(files.path(of: uri)) }
        return removeSchemas(loaded.metadata)
      // Whoever was faster may have made a reference to one of the snapshots.
      case .conflict: newest = try catalog.load(table)?.metadata
      // The files stay, as orphans at worst.
      case .unknown: return
      }
    }
  }

  /// What goes from one state of the table.
  private struct Expiring {
    let requirements: [TableRequirement]
    let updates: [TableUpdate]
    /// Files that only snapshots need which go.
    let unneeded: Set<String>

    /// `nil` when too little would go.
    init?(_ metadata: TableMetadata, _ writer: WriterIdentity, now: Int64, _ references: IcebergReferences) throws {
      let retention = IcebergRetention(metadata, writer, now: now)
      let expired = metadata.snapshots.filter { !retention.kept.contains($0.id) }
      guard expired.count >= IcebergExpiry.worthwhile || !retention.expiredReferences.isEmpty else { return nil }
      let needed = try references.paths(of: metadata.snapshots.filter { retention.kept.contains($0.id) }, metadata)
      unneeded = try references.paths(of: expired, metadata).subtracting(needed)
      requirements = [.uuid(metadata.uuid)] + metadata.references.map { .reference($0.key, snapshotID: $0.value.snapshotID) }
      updates =
        retention.expiredReferences.map { TableUpdate.removeReference($0) } + (expired.isEmpty ? [] : [.removeSnapshots(expired.map(\.id))])
    }
  }

  /// Removes schemas that neither a snapshot nor a partition spec needs. Older servers cannot, and then they stay.
  private func removeSchemas(_ metadata: TableMetadata) {
    // Equality deletes may compare columns that are in old schemas only.
    let mayCompare = metadata.snapshots.contains { $0.summary["total-equality-deletes"] != "0" }
    let needed = Set(metadata.snapshots.compactMap(\.schemaID)).union([metadata.currentSchemaID])
    let kept = metadata.schemas.filter { needed.contains($0.id) }
    let sources = metadata.partitionSpecs.flatMap { $0.fields.flatMap(\.sourceIDs) }
    let hasSources = sources.allSatisfy { id in kept.contains { $0.nestedField(id) != nil } }
    guard !mayCompare, hasSources, kept.count < metadata.schemas.count else { return }
    let unneeded = metadata.schemas.map(\.id).filter { !needed.contains($0) }
    let requirements: [TableRequirement] =
      [.uuid(metadata.uuid), .currentSchemaID(metadata.currentSchemaID)]
      + metadata.references.map { .reference($0.key, snapshotID: $0.value.snapshotID) }
    _ = try? catalog.commit(table, requirements: requirements, updates: [.removeSchemas(unneeded)])
  }
}
