internal import SluiceCore

/// Which snapshots of a table stay, and which branches and tags go, as the table's properties and its references say.
struct IcebergRetention {
  /// Each snapshot that stays is written again with each commit.
  private static let most = 60
  private static let least = 10
  private static let age: Int64 = 3_600_000
  /// Iceberg's own default, for what is not the job's: snapshots that nothing leads to may be staged, to be published or looked at later.
  private static let foreignAge: Int64 = 432_000_000

  private(set) var kept: Set<Int64> = []
  /// Branches and tags that are older than they may become.
  let expiredReferences: [String]

  /// `now` counts in milliseconds since 1970. The writer's newest snapshot stays in any case.
  init(_ metadata: TableMetadata, _ writer: WriterIdentity, now: Int64) {
    let others = metadata.references.filter { $0.key != SnapshotReference.main }
    expiredReferences = others.filter { Self.isExpired($0.value, metadata, now) }.keys.sorted()
    if let own = IcebergAccount(metadata, writer).snapshot { kept.insert(own.id) }
    var reached: Set<Int64> = []
    func keep(_ chain: [IcebergSnapshot], _ policy: RetentionPolicy?) {
      reached.formUnion(chain.map(\.id))
      guard let policy else { return kept.formUnion(chain.map(\.id)) }
      let oldestFirst = Array(chain.reversed())
      // Snapshots by their place, as if numbered.
      let first = policy.firstKept(earliest: 0, latest: Int64(chain.count - 1), now: now) { oldestFirst[Int($0)].timestampMillis }
      kept.formUnion(oldestFirst.dropFirst(Int(first)).map(\.id))
    }
    let main = metadata.references[SnapshotReference.main]
    keep(
      metadata.ancestors(of: metadata.currentSnapshot), RetentionPolicy(metadata.properties, main, least: Self.least, most: Self.most, age: Self.age))
    for (name, reference) in others where !expiredReferences.contains(name) {
      kept.insert(reference.snapshotID)
      if reference.isTag { continue }
      // A branch that says nothing of its own keeps all.
      let hasRules = reference.minimumSnapshotsToKeep != nil || reference.maximumSnapshotAgeMillis != nil
      keep(
        metadata.ancestors(of: metadata.snapshot(reference.snapshotID)),
        hasRules ? RetentionPolicy(metadata.properties, reference, least: 1, most: .max, age: Self.foreignAge) : nil)
    }
    let oldest = now - (metadata.properties["history.expire.max-snapshot-age-ms"].flatMap { Int64($0) } ?? Self.foreignAge)
    for snapshot in metadata.snapshots where !reached.contains(snapshot.id) && snapshot.timestampMillis >= oldest { kept.insert(snapshot.id) }
  }

  private static func isExpired(_ reference: SnapshotReference, _ metadata: TableMetadata, _ now: Int64) -> Bool {
    guard let age = reference.maximumAgeMillis, let snapshot = metadata.snapshot(reference.snapshotID) else { return false }
    return snapshot.timestampMillis < now - age
  }
}

extension RetentionPolicy {
  /// As a reference says, or else the properties `history.expire.min-snapshots-to-keep`, `sluice.history.max-snapshots` and
  /// `history.expire.max-snapshot-age-ms`.
  fileprivate init(_ properties: [String: String], _ reference: SnapshotReference?, least: Int, most: Int, age: Int64) {
    let ownMost = most == .max ? nil : properties["sluice.history.max-snapshots"].flatMap { Int($0) }
    self.init(
      minimum: reference?.minimumSnapshotsToKeep ?? properties["history.expire.min-snapshots-to-keep"].flatMap { Int($0) } ?? least,
      maximum: ownMost ?? most,
      age: reference?.maximumSnapshotAgeMillis ?? properties["history.expire.max-snapshot-age-ms"].flatMap { Int64($0) } ?? age)
  }
}
