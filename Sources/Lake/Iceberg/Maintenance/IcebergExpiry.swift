internal import Foundation
internal import SluiceCore

/// Removes old snapshots and the files that only they need. Confined to one thread.
///
/// What goes is found by reading before the first deletion. Snapshots go first, then what no other refers to: a crash in between leaves
/// orphans, and readers of newer snapshots, branches and tags miss nothing at any time.
final class IcebergExpiry {
  /// Each snapshot that stays is written again with each commit.
  private static let most = 60
  private static let least = 10
  private static let age: Int64 = 3_600_000
  /// Fewer than this are not worth a commit.
  private static let worthwhile = 10

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
  func run(_ metadata: TableMetadata, isCancelled: () -> Bool) throws {
    let chain = metadata.ancestors(of: metadata.currentSnapshot)
    let policy = RetentionPolicy(metadata.properties, least: Self.least, most: Self.most, age: Self.age)
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    let oldestFirst = Array(chain.reversed())
    // Snapshots by their place, as if numbered.
    let first = policy.firstKept(earliest: 0, latest: Int64(chain.count - 1), now: now) { oldestFirst[Int($0)].timestampMillis }
    var kept = Set(oldestFirst.dropFirst(Int(first)).map(\.id))
    if let own = IcebergAccount(metadata, writer).snapshot { kept.insert(own.id) }
    for (name, reference) in metadata.references where name != SnapshotReference.main {
      kept.insert(reference.snapshotID)
      if !reference.isTag { kept.formUnion(metadata.ancestors(of: metadata.snapshot(reference.snapshotID)).map(\.id)) }
    }
    let expired = metadata.snapshots.filter { !kept.contains($0.id) }
    guard expired.count >= Self.worthwhile, !isCancelled() else { return }
    let needed = try references.paths(of: metadata.snapshots.filter { kept.contains($0.id) }, metadata)
    let unneeded = try references.paths(of: expired, metadata).subtracting(needed)
    references.forget(unneeded)
    if isCancelled() { return }
    let requirements: [TableRequirement] = [.uuid(metadata.uuid)] + metadata.references.map { .reference($0.key, snapshotID: $0.value.snapshotID) }
    // Who was faster may have made a reference to one of them; the next round sees it. After a lost answer the files stay, as orphans at worst.
    guard case .committed = try catalog.commit(table, requirements: requirements, updates: [.removeSnapshots(expired.map(\.id))]) else { return }
    for uri in unneeded { try files.store.delete(files.path(of: uri)) }
  }
}

extension RetentionPolicy {
  /// As the properties `history.expire.min-snapshots-to-keep`, `sluice.history.max-snapshots` and `history.expire.max-snapshot-age-ms` say.
  init(_ properties: [String: String], least: Int, most: Int, age: Int64) {
    self.init(
      minimum: properties["history.expire.min-snapshots-to-keep"].flatMap { Int($0) } ?? least,
      maximum: properties["sluice.history.max-snapshots"].flatMap { Int($0) } ?? most,
      age: properties["history.expire.max-snapshot-age-ms"].flatMap { Int64($0) } ?? age)
  }
}
