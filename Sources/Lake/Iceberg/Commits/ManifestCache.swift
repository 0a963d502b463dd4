internal import SluiceCore

/// Reads manifests, which never change, and keeps what they hold for as long as the newest snapshot has them. Confined to one thread.
final class ManifestCache {
  private let files: IcebergFiles
  private var known: [String: [IcebergManifestEntry]] = [:]

  init(_ files: IcebergFiles) {
    self.files = files
  }

  /// The entries of a manifest with all that they inherit, those of files that are gone among them.
  func entries(of manifest: IcebergManifest, _ metadata: TableMetadata) throws -> [IcebergManifestEntry] {
    if let entries = known[manifest.path] { return entries }
    let entries = try IcebergManifestFile.read(manifest, of: metadata, files: files)
    known[manifest.path] = entries
    return entries
  }

  /// Takes over what was written just now.
  func put(_ entries: [IcebergManifestEntry], of manifest: IcebergManifest) {
    known[manifest.path] = entries
  }

  /// Forgets all manifests but these.
  func keep(_ manifests: [IcebergManifest]) {
    let paths = Set(manifests.map(\.path))
    if known.keys.allSatisfy(paths.contains) { return }
    known = known.filter { paths.contains($0.key) }
  }
}

/// A table under one snapshot.
struct IcebergState {
  let metadata: TableMetadata
  let snapshot: IcebergSnapshot?
  let manifests: [IcebergManifest]

  init(_ metadata: TableMetadata, _ files: IcebergFiles) throws {
    self.metadata = metadata
    snapshot = metadata.currentSnapshot
    manifests = try IcebergManifestList.read(snapshot, files: files)
  }

  /// The live files of one content.
  func live(_ content: IcebergManifest.Content, _ cache: ManifestCache, _ slots: IcebergSlots) throws -> [IcebergFile] {
    try manifests.filter { $0.content == content && $0.hasLiveFiles }.flatMap { try live($0, cache, slots) }
  }

  func live(_ manifest: IcebergManifest, _ cache: ManifestCache, _ slots: IcebergSlots) throws -> [IcebergFile] {
    try cache.entries(of: manifest, metadata).filter(\.isLive).map { IcebergFile($0, specID: manifest.partitionSpecID, slots) }
  }
}

extension IcebergFile {
  /// The file of an entry with all that it inherits.
  init(_ entry: IcebergManifestEntry, specID: Int, _ slots: IcebergSlots) {
    let (slot, isSorted) = slots.slot(of: entry.file)
    self.init(
      data: entry.file, slot: slot, isSorted: isSorted, specID: specID, sequenceNumber: entry.sequenceNumber,
      fileSequenceNumber: entry.fileSequenceNumber, snapshotID: entry.snapshotID)
  }

  /// Its line in a manifest that takes it over.
  func entry(_ status: IcebergManifestEntry.Status, snapshotID: Int64?) -> IcebergManifestEntry {
    IcebergManifestEntry(
      status: status, snapshotID: snapshotID ?? self.snapshotID, sequenceNumber: sequenceNumber, fileSequenceNumber: fileSequenceNumber, file: data)
  }
}
