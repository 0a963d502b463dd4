internal import SluiceCore

/// What a commit changes of the deletion vectors of a table. Applying it twice changes no more than applying it once.
struct VectorChange: Sendable {
  /// Rows of files that are deleted from now on, beside those that are already.
  private(set) var added: [Slot: [String: RoaringBitmap]] = [:]
  /// Files that leave the table, and their vectors with them.
  private(set) var removed: [Slot: Set<String>] = [:]

  init() {}

  var isEmpty: Bool { added.isEmpty && removed.isEmpty }

  mutating func add(_ rows: RoaringBitmap, of fileName: String, slot: Slot) {
    if !rows.isEmpty { added[slot, default: [:]][fileName, default: RoaringBitmap()].formUnion(rows) }
  }

  mutating func remove(_ fileName: String, slot: Slot) {
    removed[slot, default: []].insert(fileName)
  }

  /// The vectors of files that `entries` take away go, unless they only move to another level.
  init(leaving entries: [ManifestEntry]) {
    let kept = Set(entries.filter { $0.kind == .add }.map(\.file.fileName))
    for entry in entries where entry.kind == .delete && !kept.contains(entry.file.fileName) { remove(entry.file.fileName, slot: entry.slot) }
  }

  /// What concerns the files `names` only.
  func limited(to names: Set<String>) -> VectorChange {
    var limited = VectorChange()
    for (slot, vectors) in added {
      for (name, rows) in vectors where names.contains(name) { limited.add(rows, of: name, slot: slot) }
    }
    return limited
  }

  /// The index manifest of the snapshot after `latest`, written with `writer`; the vectors of slots that nothing changes for are not written
  /// again. No name when no index file is left.
  func manifest(after latest: Snapshot?, _ files: MetadataFiles, _ writer: ManifestWriter) throws -> String? {
    if isEmpty { return latest?.indexManifest }
    let old = try DeletionVectors(files, of: latest)
    var kept: [IndexFileEntry] = []
    var touched: [Slot: [String]] = added.mapValues { _ in [] }
    for entry in old.entries {
      let names = entry.ranges.map(\.dataFile)
      let isLosing = removed[entry.slot].map { removed in names.contains { removed.contains($0) } } ?? false
      if entry.type == IndexFileEntry.deletionVectors, added[entry.slot] != nil || isLosing {
        touched[entry.slot, default: []] += names
      } else {
        kept.append(entry)
      }
    }
    if touched.isEmpty { return latest?.indexManifest }
    for (slot, names) in touched.sorted(by: { Self.precedes($0.key, $1.key) }) {
      var vectors: [String: RoaringBitmap] = [:]
      for name in names { vectors[name] = try old.vector(of: name, slot: slot) }
      for (name, rows) in added[slot] ?? [:] { vectors[name, default: RoaringBitmap()].formUnion(rows) }
      for name in removed[slot] ?? [] { vectors[name] = nil }
      if !vectors.isEmpty { kept.append(try Self.index(vectors, slot, writer)) }
    }
    return kept.isEmpty ? nil : try writer.indexManifest(kept).name
  }

  private static func index(_ vectors: [String: RoaringBitmap], _ slot: Slot, _ writer: ManifestWriter) throws -> IndexFileEntry {
    var file = DeletionVectorFile()
    for (name, rows) in vectors.sorted(by: { $0.key < $1.key }) { file.append(rows, of: name) }
    let (name, size) = writer.indexFile(file.bytes)
    return IndexFileEntry(slot: slot, fileName: name, fileSize: size, rowCount: file.ranges.count, ranges: file.ranges)
  }

  private static func precedes(_ left: Slot, _ right: Slot) -> Bool {
    left.partition == right.partition ? left.bucket < right.bucket : left.partition.lexicographicallyPrecedes(right.partition)
  }
}
