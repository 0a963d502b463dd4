internal import SluiceCore

/// The files that snapshots of a table need. What a manifest names never changes, and is read once. Confined to one thread.
final class IcebergReferences {
  private let files: IcebergFiles
  /// The live files of a manifest, and the manifests of a list.
  private var known: [String: [String]] = [:]

  init(_ files: IcebergFiles) {
    self.files = files
  }

  /// The names of all of them, those of the writer's changes that wait included.
  func names(_ metadata: TableMetadata, waitingOf writer: WriterIdentity) throws -> Set<String> {
    var names: Set<String> = []
    for path in try paths(of: metadata.snapshots, metadata) { names.insert(IcebergFile.name(of: path)) }
    let (waiting, lists) = try WaitingChanges.read(IcebergAccount(metadata, writer).waitingList, files)
    for file in waiting { names.insert(IcebergFile.name(of: file.path)) }
    for list in lists { names.insert(IcebergFile.name(of: list)) }
    return names
  }

  /// The URIs of manifest lists, manifests, data and delete files that any of `snapshots` needs.
  func paths(of snapshots: [IcebergSnapshot], _ metadata: TableMetadata) throws -> Set<String> {
    var paths: Set<String> = []
    for snapshot in snapshots where paths.insert(snapshot.manifestList).inserted {
      if known[snapshot.manifestList] == nil { try read(snapshot, metadata) }
      for manifest in known[snapshot.manifestList] ?? [] where paths.insert(manifest).inserted { paths.formUnion(known[manifest] ?? []) }
    }
    return paths
  }

  /// Files that are about to go.
  func forget(_ paths: Set<String>) {
    for path in paths { known[path] = nil }
  }

  private func read(_ snapshot: IcebergSnapshot, _ metadata: TableMetadata) throws {
    let manifests = try IcebergManifestList.read(snapshot, files: files)
    for manifest in manifests where known[manifest.path] == nil {
      let entries = try IcebergManifestFile.read(manifest, of: metadata, files: files)
      known[manifest.path] = entries.filter(\.isLive).map(\.file.path)
    }
    known[snapshot.manifestList] = manifests.map(\.path)
  }
}
