internal import SluiceCore
internal import SluiceFormats

/// The deletion vectors of a snapshot (Paimon specification, table index).
struct DeletionVectors {
  private struct Key: Hashable {
    let slot: Slot
    let fileName: String
  }

  private struct Place {
    let path: String
    let offset: Int
    let length: Int
  }

  private var places: [Key: Place] = [:]
  private var files: MetadataFiles?

  init() {}

  /// Reads the index manifest `manifest`.
  init(_ files: MetadataFiles, manifest: String) throws {
    self.files = files
    let path = files.paths.manifest(manifest)
    do {
      for value in try AvroFile.decode(try files.bytes(of: path)).records {
        let record = MetadataRecord(value: value)
        guard try record.text("_INDEX_TYPE") == "DELETION_VECTORS", try record.int32("_KIND") == 0 else { continue }
        let partition = try record.row("_PARTITION")
        let slot = Slot(partition: partition.arity == 0 ? [] : partition.bytes, bucket: try record.int32("_BUCKET"))
        let index = files.paths.index(try record.text("_FILE_NAME"))
        for range in value["_DELETIONS_VECTORS_RANGES"]?.array ?? [] {
          let range = MetadataRecord(value: range)
          let key = Key(slot: slot, fileName: try range.text("f0"))
          places[key] = Place(path: value["_EXTERNAL_PATH"]?.string ?? index, offset: try range.integer("f1"), length: try range.integer("f2"))
        }
      }
    } catch let error as SluiceError where error.place.path == nil {
      throw SluiceError(error.kind, error.message, at: .init(path: path), cause: error)
    }
  }

  /// The deleted rows of a file; `nil` when there are none.
  func deletedRows(of entry: ManifestEntry) throws -> DeletedRows? {
    guard let files, let place = places[Key(slot: entry.slot, fileName: entry.file.fileName)] else { return nil }
    let object = try files.store.open(place.path)
    guard place.offset >= 0, place.length >= 8, place.offset + 4 + place.length <= object.size else {
      throw SluiceError(.targetDamaged, "a deletion vector lies outside of its file", at: .init(path: place.path))
    }
    var bytes = [UInt8](repeating: 0, count: place.length)
    try bytes.withUnsafeMutableBytes { try object.read(at: place.offset + 4, into: $0) }
    do {
      return DeletedRows(try RoaringBitmap.positions(ofVector: bytes), rowCount: entry.file.rowCount)
    } catch let error as SluiceError {
      throw SluiceError(error.kind, error.message, at: .init(path: place.path), cause: error)
    }
  }
}

/// Rows of one file that are to be left out, while its batches pass by in order.
struct DeletedRows {
  private var isDeleted: [Bool]
  private var position = 0

  init(_ positions: [Int], rowCount: Int) {
    isDeleted = [Bool](repeating: false, count: rowCount)
    for position in positions where position < rowCount { isDeleted[position] = true }
  }

  /// The rows of the file's next batch that are left.
  mutating func filter(_ batch: Batch) -> Batch {
    let start = position
    position += batch.rowCount
    let kept = (0..<batch.rowCount).filter { start + $0 >= isDeleted.count || !isDeleted[start + $0] }
    return kept.count == batch.rowCount ? batch : batch.taking(kept.map { Int32($0) })
  }
}
