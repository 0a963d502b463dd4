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
}

/// Writes the index files and the index manifest of one attempt to commit, and can take them back.
final class VectorWriter {
  private let files: MetadataFiles
  private let token: String
  private var counter = 0
  private var written: [String] = []

  /// `token` is part of all names, unique for the attempt.
  init(files: MetadataFiles, token: String) {
    self.files = files
    self.token = token
  }

  /// The index manifest of the snapshot after `latest`: only the vectors of slots that `change` concerns are written again.
  /// `nil` when no index file is left.
  func manifest(after latest: Snapshot?, _ change: VectorChange) throws -> String? {
    if change.isEmpty { return latest?.indexManifest }
    let old = try DeletionVectors(files, of: latest)
    var kept: [IndexFileEntry] = []
    var touched: [Slot: [String]] = change.added.mapValues { _ in [] }
    for entry in old.entries {
      let names = Set(entry.ranges.map(\.dataFile))
      let loses = change.removed[entry.slot].map { !$0.isDisjoint(with: names) } ?? false
      if entry.type == IndexFileEntry.deletionVectors, change.added[entry.slot] != nil || loses {
        touched[entry.slot, default: []] += entry.ranges.map(\.dataFile)
      } else {
        kept.append(entry)
      }
    }
    if touched.isEmpty { return latest?.indexManifest }
    for (slot, names) in touched.sorted(by: { Self.precedes($0.key, $1.key) }) {
      var vectors: [String: RoaringBitmap] = [:]
      for name in names { vectors[name] = try old.vector(of: name, slot: slot) }
      for (name, rows) in change.added[slot] ?? [:] { vectors[name, default: RoaringBitmap()].formUnion(rows) }
      for name in change.removed[slot] ?? [] { vectors[name] = nil }
      if !vectors.isEmpty { kept.append(try writeIndex(vectors, slot: slot)) }
    }
    if kept.isEmpty { return nil }
    let name = nextName("index-manifest")
    try write(try IndexManifestFile.encode(kept), to: files.paths.manifest(name))
    return name
  }

  /// Deletes what was written, as far as that goes; leftovers are orphans.
  func undo() {
    for path in written { try? files.store.delete(path) }
    written = []
  }

  private func writeIndex(_ vectors: [String: RoaringBitmap], slot: Slot) throws -> IndexFileEntry {
    var file = DeletionVectorFile()
    for (name, rows) in vectors.sorted(by: { $0.key < $1.key }) { file.append(rows, of: name) }
    let name = nextName("index")
    try write(file.bytes, to: files.paths.index(name))
    return IndexFileEntry(slot: slot, fileName: name, fileSize: file.bytes.count, rowCount: file.ranges.count, ranges: file.ranges)
  }

  private func nextName(_ prefix: String) -> String {
    defer { counter += 1 }
    return "\(prefix)-\(token)-\(counter)"
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    try files.store.write(bytes, to: path)
    written.append(path)
  }

  private static func precedes(_ left: Slot, _ right: Slot) -> Bool {
    left.partition == right.partition ? left.bucket < right.bucket : left.partition.lexicographicallyPrecedes(right.partition)
  }
}
