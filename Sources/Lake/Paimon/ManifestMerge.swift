internal import SluiceCore

/// Keeps the number of a table's manifests bounded, however many commits there are.
struct ManifestMerge {
  /// Manifests of fewer entries are merged when there are more than `smallManifests` of them.
  private static let fullEntries = ManifestWriter.entriesPerManifest / 2
  private static let smallManifests = 12
  /// Fewer deletions than this are not worth writing all manifests anew.
  private static let fewDeletions = 1000

  let files: MetadataFiles

  /// What a new snapshot's base holds, given all manifests of the one before, oldest first.
  func merged(_ manifests: [ManifestMeta], writer: ManifestWriter) throws -> [ManifestMeta] {
    if Self.isFullMergeDue(manifests) { return try rewritten(manifests[...], writer) }
    // Only a run at the end may be merged: a deletion must stay behind the addition that it takes back.
    let small = manifests.reversed().prefix { $0.addedCount + $0.deletedCount < Self.fullEntries }.count
    if small <= Self.smallManifests { return manifests }
    return try manifests.dropLast(small) + rewritten(manifests.suffix(small), writer)
  }

  /// Whether deletions, or small manifests between large ones, have become many: then all is merged, so that they cancel out.
  static func isFullMergeDue(_ manifests: [ManifestMeta]) -> Bool {
    let added = manifests.reduce(0) { $0 + $1.addedCount }
    // Deletions among the small manifests at the end go with those.
    let old = manifests.dropLast(manifests.reversed().prefix { $0.addedCount + $0.deletedCount < fullEntries }.count)
    let deleted = old.reduce(0) { $0 + $1.deletedCount }
    return deleted > max(fewDeletions, added / 3) || old.count > 2 * smallManifests + 4 * (added / ManifestWriter.entriesPerManifest)
  }

  private func rewritten(_ manifests: ArraySlice<ManifestMeta>, _ writer: ManifestWriter) throws -> [ManifestMeta] {
    try writer.manifests(of: ManifestEntry.merged(try manifests.flatMap { try files.manifest($0.fileName) }))
  }
}
