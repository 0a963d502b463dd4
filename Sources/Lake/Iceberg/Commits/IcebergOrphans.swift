internal import SluiceCore

/// Finds files of one writer identity that nothing refers to.
struct IcebergOrphans {
  let metadata: TableMetadata
  let files: IcebergFiles
  let writer: WriterIdentity

  /// Deletes them, unless their name is in `keeping`, and says how many there were.
  func remove(keeping: Set<String>) throws -> Int {
    let root = try files.path(of: metadata.location)
    let own = try files.store.list(root).map(\.path).filter { path in
      let name = IcebergFile.name(of: path)
      return FileNames.isOwn(name, writer: writer.id) || FileNames.isUnfinishedMetadata(name)
    }
    if own.isEmpty { return 0 }
    let referenced = try IcebergReferences(files).names(metadata, waitingOf: writer)
    let orphans = own.filter { path in
      let name = IcebergFile.name(of: path)
      return !referenced.contains(name) && !keeping.contains(name)
    }
    for path in orphans { try files.store.delete(path) }
    return orphans.count
  }
}
