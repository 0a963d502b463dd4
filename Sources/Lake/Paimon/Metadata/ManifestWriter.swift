internal import SluiceCore

/// Makes manifests, manifest lists and index files of one attempt to commit, writes them all at once, and can take them back.
final class ManifestWriter {
  private let store: any ObjectStore
  private let paths: TablePaths
  private let partitionTypes: [DataType]
  private let schemaID: Int64
  /// Part of all names, unique for the attempt.
  private let token: String
  private var counter = 0
  private var waiting: [ConcurrentWrites.Object] = []
  private var written: [String] = []

  /// Entries in one manifest; more are spread over several.
  static let entriesPerManifest = 10_000

  init(store: any ObjectStore, paths: TablePaths, schema: TableSchema, token: String) throws {
    self.store = store
    self.paths = paths
    self.token = token
    schemaID = schema.id
    let types = try schema.dataTypes()
    partitionTypes = try schema.indexes(of: schema.partitionKeys).map { types[$0] }
  }

  /// Manifests that hold `entries` in order.
  func manifests(of entries: [ManifestEntry]) throws -> [ManifestMeta] {
    try stride(from: 0, to: entries.count, by: Self.entriesPerManifest).map { start in
      let part = Array(entries[start..<min(start + Self.entriesPerManifest, entries.count)])
      let (name, size) = make(try ManifestFile.encode(part), prefix: "manifest")
      let added = part.count { $0.kind == .add }
      return ManifestMeta(
        fileName: name, fileSize: size, addedCount: added, deletedCount: part.count - added, partitionStats: try partitionStats(part),
        schemaID: schemaID, minBucket: part.map(\.slot.bucket).min(), maxBucket: part.map(\.slot.bucket).max(),
        minLevel: part.map(\.file.level).min(), maxLevel: part.map(\.file.level).max())
    }
  }

  func list(_ manifests: [ManifestMeta]) throws -> (name: String, size: Int) {
    make(try ManifestListFile.encode(manifests), prefix: "manifest-list")
  }

  func indexFile(_ bytes: [UInt8]) -> (name: String, size: Int) {
    make(bytes, prefix: "index", path: paths.index)
  }

  func indexManifest(_ entries: [IndexFileEntry]) throws -> (name: String, size: Int) {
    make(try IndexManifestFile.encode(entries), prefix: "index-manifest")
  }

  /// Writes what was made by any of them since the last time. On return all of it is durable.
  static func flush(_ writers: [ManifestWriter]) throws {
    guard let store = writers.first?.store else { return }
    let objects = writers.flatMap(\.waiting)
    for writer in writers {
      writer.written += writer.waiting.map(\.path)
      writer.waiting = []
    }
    try ConcurrentWrites(objects).run(on: store)
  }

  /// Deletes what was written, as far as that goes; leftovers are orphans.
  func undo() {
    for path in written { try? store.delete(path) }
    written = []
    waiting = []
  }

  private func make(_ bytes: [UInt8], prefix: String, path: ((String) -> String)? = nil) -> (name: String, size: Int) {
    let name = "\(prefix)-\(token)-\(counter)"
    counter += 1
    waiting.append(.init(path: path?(name) ?? paths.manifest(name), bytes: bytes))
    return (name, bytes.count)
  }

  private func partitionStats(_ entries: [ManifestEntry]) throws -> ColumnBounds {
    if partitionTypes.isEmpty { return .none }
    let rows = Batch.concatenating(
      try entries.map { Batch(columns: try BinaryRow(bytes: $0.slot.partition).columns(partitionTypes), rowCount: 1) })
    var minimums: [Column] = []
    var maximums: [Column] = []
    for (index, column) in rows.columns.enumerated() {
      // Nulls come first in the order but are no bounds.
      let sorted = KeyOrder(keys: [index]).sortedIndexes(of: rows).filter { !column.isNull(Int($0)) }
      minimums.append(sorted.first.map { column.taking([$0]) } ?? .nulls(of: column.type, count: 1))
      maximums.append(sorted.last.map { column.taking([$0]) } ?? .nulls(of: column.type, count: 1))
    }
    let nulls = rows.columns.map { Int64?(Int64($0.nullCount)) }
    return ColumnBounds(minimum: BinaryRow(minimums, row: 0), maximum: BinaryRow(maximums, row: 0), nullCounts: nulls)
  }
}
