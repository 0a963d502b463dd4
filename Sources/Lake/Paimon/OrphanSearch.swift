internal import Foundation
internal import SluiceCore

/// Finds files of one writer identity that nothing refers to.
struct OrphanSearch {
  let files: MetadataFiles
  let writer: WriterIdentity

  /// Deletes them, unless their name is in `keeping`, and says how many there were.
  func remove(keeping: Set<String>) throws -> Int {
    let own = try files.store.list(files.paths.root).map(\.path).filter { path in
      let name = Self.name(of: path)
      return FileNames.isOwn(name, writer: writer.id) || FileNames.isUnfinishedMetadata(name)
    }
    if own.isEmpty { return 0 }
    let referenced = try referenced()
    let orphans = own.filter { path in
      let name = Self.name(of: path)
      return !referenced.contains(name) && !keeping.contains(name)
    }
    for path in orphans { try files.store.delete(path) }
    return orphans.count
  }

  /// The names of all manifests, index files and data files that a snapshot or tag needs.
  private func referenced() throws -> Set<String> {
    var names: Set<String> = []
    var last: Int64?
    for id in try files.snapshotIDs() {
      guard let snapshot = try files.snapshot(id) else { continue }
      try addMetadata(of: snapshot, to: &names)
      // What a snapshot has beyond the one before is in its delta.
      try add(last == id - 1 ? delta(of: snapshot).filter { $0.kind == .add } : files.liveFiles(of: snapshot), to: &names)
      last = id
    }
    for tag in try files.tags() {
      try addMetadata(of: tag, to: &names)
      try add(files.liveFiles(of: tag), to: &names)
    }
    return names
  }

  private func addMetadata(of snapshot: Snapshot, to names: inout Set<String>) throws {
    for list in [snapshot.baseManifestList, snapshot.deltaManifestList] where names.insert(list).inserted {
      names.formUnion(try files.manifestList(list).map(\.fileName))
    }
    if let list = snapshot.changelogManifestList, names.insert(list).inserted {
      for manifest in try files.manifestList(list) {
        names.insert(manifest.fileName)
        add(try files.manifest(manifest.fileName), to: &names)
      }
    }
    if let index = snapshot.indexManifest, names.insert(index).inserted { names.formUnion(try files.indexFiles(ofManifest: index)) }
  }

  private func add(_ entries: [ManifestEntry], to names: inout Set<String>) {
    for entry in entries {
      names.insert(entry.file.fileName)
      names.formUnion(entry.file.extraFiles)
    }
  }

  private func delta(of snapshot: Snapshot) throws -> [ManifestEntry] {
    try files.manifestList(snapshot.deltaManifestList).flatMap { try files.manifest($0.fileName) }
  }

  private static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}
