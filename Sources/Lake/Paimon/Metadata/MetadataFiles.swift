internal import SluiceCore
internal import SluiceFormats

/// Reads the metadata files of one table. Thread-safe; nothing is cached but what cannot change.
struct MetadataFiles: Sendable {
  let store: any ObjectStore
  let paths: TablePaths

  init(store: any ObjectStore, root: String) {
    self.store = store
    paths = TablePaths(root: root)
  }

  /// The newest schema; `target-missing` when there is none.
  func latestSchema() throws -> TableSchema {
    let ids = TablePaths.numbers(in: try store.names(in: paths.schemaFolder), prefix: "schema-")
    guard let id = ids.max() else { throw SluiceError(.targetMissing, "no Paimon table", at: .init(path: paths.root)) }
    return try schema(id)
  }

  func schema(_ id: Int64) throws -> TableSchema {
    let path = paths.schema(id)
    return try TableSchema.decoded(try bytes(of: path), path: path)
  }

  /// `nil` when there is no snapshot of that number.
  func snapshot(_ id: Int64) throws -> Snapshot? {
    let path = paths.snapshot(id)
    guard let bytes = try store.read(path) else { return nil }
    return try Snapshot.decoded(bytes, path: path)
  }

  /// The newest snapshot. The hint may be stale: snapshots after it are looked for, and without it the folder is listed.
  func latestSnapshot() throws -> Snapshot? {
    var newest: Snapshot?
    if let hint = try number(in: paths.latestHint) { newest = try snapshot(hint) }
    if newest == nil {
      guard let id = try snapshotIDs().last else { return nil }
      newest = try snapshot(id)
    }
    while let id = newest?.id, let next = try snapshot(id + 1) { newest = next }
    return newest
  }

  /// The newest snapshot, where `known` was it a while ago: nothing is read when it still is.
  func latestSnapshot(after known: Snapshot?) throws -> Snapshot? {
    guard let known, try number(in: paths.latestHint) == known.id else { return try latestSnapshot() }
    var newest = known
    while let next = try snapshot(newest.id + 1) { newest = next }
    return newest
  }

  /// The numbers of all snapshots, ascending.
  func snapshotIDs() throws -> [Int64] {
    TablePaths.numbers(in: try store.names(in: paths.snapshotFolder), prefix: "snapshot-").sorted()
  }

  func manifestList(_ name: String) throws -> [ManifestMeta] {
    let path = paths.manifest(name)
    return try ManifestListFile.decode(try bytes(of: path), path: path)
  }

  func manifest(_ name: String) throws -> [ManifestEntry] {
    let path = paths.manifest(name)
    return try ManifestFile.decode(try bytes(of: path), path: path)
  }

  /// The manifests that together make `snapshot`, oldest first.
  func manifests(of snapshot: Snapshot) throws -> [ManifestMeta] {
    try manifestList(snapshot.baseManifestList) + manifestList(snapshot.deltaManifestList)
  }

  /// The data files of `snapshot`.
  func liveFiles(of snapshot: Snapshot) throws -> [ManifestEntry] {
    let entries = try manifests(of: snapshot).flatMap { try manifest($0.fileName) }
    return ManifestEntry.merged(entries).filter { $0.kind == .add }
  }

  /// Makes the hint say that `id` is the newest snapshot. It is a hint only, so a failure is ignored.
  func hint(latest id: Int64) {
    try? store.write([UInt8](String(id).utf8), to: paths.latestHint)
  }

  /// Makes the hint say that `id` is the oldest snapshot.
  func hint(earliest id: Int64) {
    try? store.write([UInt8](String(id).utf8), to: paths.earliestHint)
  }

  /// The number of the oldest snapshot. The hint may be stale: then the folder is listed.
  func earliestSnapshot() throws -> Int64? {
    if let hint = try number(in: paths.earliestHint), try store.read(paths.snapshot(hint)) != nil, try store.read(paths.snapshot(hint - 1)) == nil {
      return hint
    }
    return try snapshotIDs().first
  }

  /// Makes the hint of the oldest snapshot where it is missing.
  func hintEarliest() {
    guard (try? store.read(paths.earliestHint)) == .some(nil), let earliest = try? snapshotIDs().first else { return }
    hint(earliest: earliest)
  }

  /// The names of the files that an index manifest holds.
  func indexFiles(ofManifest name: String) throws -> [String] {
    let path = paths.manifest(name)
    do {
      return try AvroFile.decode(try bytes(of: path)).records.map { try MetadataRecord(value: $0).text("_FILE_NAME") }
    } catch let error as SluiceError where error.place.path == nil {
      throw SluiceError(error.kind, error.message, at: .init(path: path), cause: error)
    }
  }

  /// The snapshots that tags keep, expired or not.
  func tags() throws -> [Snapshot] {
    try store.names(in: paths.tagFolder).filter { $0.hasPrefix("tag-") }.map { name in
      let path = "\(paths.tagFolder)/\(name)"
      return try Snapshot.decoded(try bytes(of: path), path: path)
    }
  }

  func bytes(of path: String) throws -> [UInt8] {
    guard let bytes = try store.read(path) else {
      throw SluiceError(.targetDamaged, "the table refers to a file that is gone", at: .init(path: path))
    }
    return bytes
  }

  private func number(in path: String) throws -> Int64? {
    guard let bytes = try store.read(path) else { return nil }
    return Int64(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace })
  }
}
