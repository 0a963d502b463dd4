internal import SluiceCore

/// The files that only expired snapshots need.
struct UnneededFiles {
  let files: MetadataFiles
  let partitions: PartitionPath

  /// Paths by name.
  private var data: [String: [String]] = [:]
  private var metadata: [String: String] = [:]
  private var readLists: Set<String> = []
  private var readIndexes: Set<String> = []

  init(files: MetadataFiles, partitions: PartitionPath) {
    self.files = files
    self.partitions = partitions
  }

  /// In the order in which they are to be deleted: data before the manifests that tell of it.
  var paths: [String] { Array(data.values.joined()) + metadata.values }

  /// What `snapshot` needs beside data files.
  mutating func add(expired snapshot: Snapshot) throws {
    for list in [snapshot.baseManifestList, snapshot.deltaManifestList] where readLists.insert(list).inserted {
      metadata[list] = files.paths.manifest(list)
      for manifest in try files.manifestList(list) { metadata[manifest.fileName] = files.paths.manifest(manifest.fileName) }
    }
    if let list = snapshot.changelogManifestList, readLists.insert(list).inserted {
      metadata[list] = files.paths.manifest(list)
      for manifest in try files.manifestList(list) {
        metadata[manifest.fileName] = files.paths.manifest(manifest.fileName)
        for entry in try files.manifest(manifest.fileName) { try add(entry) }
      }
    }
    if let index = snapshot.indexManifest, readIndexes.insert(index).inserted {
      metadata[index] = files.paths.manifest(index)
      for name in try files.indexFiles(ofManifest: index) { metadata[name] = files.paths.index(name) }
    }
    if let statistics = snapshot.statistics { metadata[statistics] = files.paths.statistics(statistics) }
  }

  /// Data files that went with `snapshot`, which comes after an expired one. A file that only changed its level comes back in the same snapshot.
  mutating func add(removedBy snapshot: Snapshot) throws {
    let entries = try files.manifestList(snapshot.deltaManifestList).flatMap { try files.manifest($0.fileName) }
    for entry in entries where entry.kind == .delete { try add(entry) }
    for entry in entries where entry.kind == .add { data[entry.file.fileName] = nil }
  }

  /// Takes out what a snapshot that stays needs.
  mutating func keep(of snapshot: Snapshot) throws {
    for list in [snapshot.baseManifestList, snapshot.deltaManifestList, snapshot.changelogManifestList].compactMap(\.self) {
      metadata[list] = nil
      for manifest in try files.manifestList(list) { metadata[manifest.fileName] = nil }
    }
    if !data.isEmpty {
      for entry in try files.liveFiles(of: snapshot) { data[entry.file.fileName] = nil }
    }
    if let index = snapshot.indexManifest {
      metadata[index] = nil
      for name in try files.indexFiles(ofManifest: index) { metadata[name] = nil }
    }
    if let statistics = snapshot.statistics { metadata[statistics] = nil }
  }

  private mutating func add(_ entry: ManifestEntry) throws {
    // A file that lies elsewhere is its owner's.
    guard entry.file.externalPath == nil else { return }
    let folder = files.paths.bucket(entry.slot.bucket, partition: try partitions.folder(of: entry.slot.partition))
    data[entry.file.fileName] = ([entry.file.fileName] + entry.file.extraFiles).map { "\(folder)/\($0)" }
  }
}
