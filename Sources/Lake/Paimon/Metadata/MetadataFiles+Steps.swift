extension MetadataFiles {
  /// The changes of files that the snapshots after `known`, up to `latest`, made, in order; `nil` when one of them is gone.
  func changes(after known: Int64, until latest: Snapshot) throws -> [ManifestEntry]? {
    var entries: [ManifestEntry] = []
    for id in (known + 1)..<(latest.id + 1) {
      guard let step = id == latest.id ? latest : try snapshot(id) else { return nil }
      for manifest in try manifestList(step.deltaManifestList) { entries += try self.manifest(manifest.fileName) }
    }
    return entries
  }
}
