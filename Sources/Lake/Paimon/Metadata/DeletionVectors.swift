internal import SluiceCore

/// The deletion vectors of a snapshot (Paimon specification, table index).
struct DeletionVectors: Sendable {
  private struct Key: Hashable {
    let slot: Slot
    let fileName: String
  }

  private struct Place {
    let path: String
    let offset: Int
    let length: Int
    let cardinality: Int?
  }

  /// All index files, those of other kinds too.
  let entries: [IndexFileEntry]
  private var places: [Key: Place] = [:]
  private var files: MetadataFiles?

  init() {
    entries = []
  }

  /// Reads the index manifest `manifest`.
  init(_ files: MetadataFiles, manifest: String) throws {
    self.files = files
    let path = files.paths.manifest(manifest)
    entries = try IndexManifestFile.decode(try files.bytes(of: path), path: path)
    for entry in entries where entry.type == IndexFileEntry.deletionVectors {
      let path = entry.externalPath ?? files.paths.index(entry.fileName)
      for range in entry.ranges {
        places[Key(slot: entry.slot, fileName: range.dataFile)] = Place(
          path: path, offset: range.offset, length: range.length, cardinality: range.cardinality)
      }
    }
  }

  /// Those of `snapshot`.
  init(_ files: MetadataFiles, of snapshot: Snapshot?) throws {
    if let manifest = snapshot?.indexManifest { try self.init(files, manifest: manifest) } else { self.init() }
  }

  /// The deleted rows of a file; `nil` when there are none.
  func vector(of fileName: String, slot: Slot) throws -> RoaringBitmap? {
    guard let files, let place = places[Key(slot: slot, fileName: fileName)] else { return nil }
    let object = try files.store.open(place.path)
    guard place.offset >= 0, place.length >= 8, place.offset + 4 + place.length <= object.size else {
      throw SluiceError(.targetDamaged, "a deletion vector lies outside of its file", at: .init(path: place.path))
    }
    var bytes = [UInt8](repeating: 0, count: place.length)
    try bytes.withUnsafeMutableBytes { try object.read(at: place.offset + 4, into: $0) }
    do {
      return try RoaringBitmap(vector: bytes)
    } catch let error as SluiceError {
      throw SluiceError(error.kind, error.message, at: .init(path: place.path), cause: error)
    }
  }

  /// The deleted rows of a file; `nil` when there are none.
  func vector(of entry: ManifestEntry) throws -> RoaringBitmap? {
    try vector(of: entry.file.fileName, slot: entry.slot)
  }

  /// The number of deleted rows of a file.
  func cardinality(of fileName: String, slot: Slot) throws -> Int {
    guard let place = places[Key(slot: slot, fileName: fileName)] else { return 0 }
    return try place.cardinality ?? vector(of: fileName, slot: slot)?.count ?? 0
  }
}
