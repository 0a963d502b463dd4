internal import SluiceCore

/// Finds files of one writer identity that nothing refers to.
struct IcebergOrphans {
  let metadata: TableMetadata
  let files: IcebergFiles
  let writer: WriterIdentity

  /// Deletes them, unless their name is in `keeping`, and says how many there were.
  func remove(keeping: Set<String>) throws -> Int {
    let root = try files.path(of: metadata.location)
    let own = try files.store.list(root).map(\.path).filter { FileNames.isOwn(IcebergFile.name(of: $0), writer: writer.id) }
    if own.isEmpty { return 0 }
    let referenced = try IcebergReferences(metadata, files).names(waitingOf: writer)
    let orphans = own.filter { path in
      let name = IcebergFile.name(of: path)
      return !referenced.contains(name) && !keeping.contains(name)
    }
    for path in orphans { try files.store.delete(path) }
    return orphans.count
  }
}

/// The files that the snapshots of a table need.
struct IcebergReferences {
  private let metadata: TableMetadata
  private let files: IcebergFiles

  init(_ metadata: TableMetadata, _ files: IcebergFiles) {
    self.metadata = metadata
    self.files = files
  }

  /// The names of all of them, those of the writer's changes that wait included.
  func names(waitingOf writer: WriterIdentity) throws -> Set<String> {
    var names: Set<String> = []
    for path in try paths(of: metadata.snapshots) { names.insert(IcebergFile.name(of: path)) }
    let (waiting, lists) = try WaitingChanges.read(IcebergAccount(metadata, writer).waitingList, files)
    for file in waiting { names.insert(IcebergFile.name(of: file.path)) }
    for list in lists { names.insert(IcebergFile.name(of: list)) }
    return names
  }

  /// The URIs of manifest lists, manifests, data and delete files that any of `snapshots` needs. A manifest is read once.
  func paths(of snapshots: [IcebergSnapshot]) throws -> Set<String> {
    var paths: Set<String> = []
    for snapshot in snapshots {
      paths.insert(snapshot.manifestList)
      for manifest in try IcebergManifestList.read(snapshot, files: files) where paths.insert(manifest.path).inserted {
        for entry in try IcebergManifestFile.read(manifest, of: metadata, files: files) where entry.isLive { paths.insert(entry.file.path) }
      }
    }
    return paths
  }
}
