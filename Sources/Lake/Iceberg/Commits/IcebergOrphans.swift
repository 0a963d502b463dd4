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
      return FileNames.isOwn(name, writer: writer.id) || FileNames.isUnfinishedMetadata(name) || isForgotten(name)
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

  /// Whether it is a version of the metadata that has left the log, whose removal a crash came before.
  private func isForgotten(_ name: String) -> Bool {
    guard metadata.deletesOldMetadata, let version = Self.version(name) else { return false }
    return metadata.metadataLog.lazy.compactMap { Self.version(IcebergFile.name(of: $0.file)) }.min().map { version < $0 } ?? false
  }

  /// The number of a version in a file-system catalog.
  private static func version(_ name: String) -> Int? {
    let ending = ".metadata.json"
    return name.hasPrefix("v") && name.hasSuffix(ending) ? Int(name.dropFirst().dropLast(ending.count)) : nil
  }
}
