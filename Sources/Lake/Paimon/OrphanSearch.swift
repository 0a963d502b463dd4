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

  /// The names of all manifests, index files and data files that a snapshot or tag refers to.
  private func referenced() throws -> Set<String> {
    var names: Set<String> = []
    for snapshot in try files.snapshotIDs().compactMap({ try files.snapshot($0) }) + files.tags() {
      if let index = snapshot.indexManifest, names.insert(index).inserted { names.formUnion(try files.indexFiles(ofManifest: index)) }
      for list in [snapshot.baseManifestList, snapshot.deltaManifestList, snapshot.changelogManifestList].compactMap(\.self) {
        guard names.insert(list).inserted else { continue }
        for manifest in try files.manifestList(list) where names.insert(manifest.fileName).inserted {
          for entry in try files.manifest(manifest.fileName) {
            names.insert(entry.file.fileName)
            names.formUnion(entry.file.extraFiles)
          }
        }
      }
    }
    return names
  }

  private static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}
