internal import Foundation
internal import SluiceCore

/// What a checkpoint changes in one slot of a table that merges on write: the payload of a `PreparedFile`.
struct PreparedSlotChange: Sendable, Codable {
  /// Tells it from the payload of a single file, whose version is 1.
  static let version = 2

  /// Rows of one file that are dead from now on.
  struct Deletions: Sendable, Codable {
    let file: String
    /// A Roaring bitmap in its portable form.
    let rows: Data

    init(file: String, rows: RoaringBitmap) {
      self.file = file
      self.rows = Data(rows.portable)
    }
  }

  var version = Self.version
  let slot: Slot
  let totalBuckets: Int32
  /// The snapshot that `deletions` were made for; 0 for none.
  let base: Int64
  let added: [DataFileMeta]
  let deletions: [Deletions]

  init(_ change: SlotChange<ManifestEntry>, base: Int64) {
    slot = change.slot
    totalBuckets = (change.added.first ?? change.deletions.first?.file)?.totalBuckets ?? 1
    self.base = base
    added = change.added.map(\.file)
    deletions = change.deletions.map { Deletions(file: $0.file.name, rows: $0.rows) }
  }

  func prepared() throws -> PreparedFile {
    PreparedFile(
      range: nil, payload: [UInt8](try JSONEncoder().encode(self)), rowCount: added.reduce(0) { $0 + $1.rowCount },
      byteCount: added.reduce(0) { $0 + $1.fileSize })
  }
}

/// What prepared files, of either kind, do to a table.
struct PreparedChange: Sendable {
  private(set) var entries: [ManifestEntry] = []
  private(set) var vectors = VectorChange()
  private var bases: Set<Int64> = []

  private struct Head: Codable {
    let version: Int
  }

  /// Throws `state-damaged` for a payload that is none of ours.
  init(_ files: [PreparedFile]) throws {
    for prepared in files {
      do {
        let payload = Data(prepared.payload)
        if try JSONDecoder().decode(Head.self, from: payload).version == PreparedSlotChange.version {
          try add(try JSONDecoder().decode(PreparedSlotChange.self, from: payload))
        } else {
          entries.append(try PreparedDataFile.decoded(prepared).entry)
        }
      } catch let error as SluiceError {
        throw SluiceError(.stateDamaged, error.message, cause: error)
      } catch {
        throw SluiceError(.stateDamaged, "a file of the checkpoint is not described as a Paimon file", cause: error)
      }
    }
  }

  /// The names of the data files.
  var fileNames: Set<String> { Set(entries.map(\.file.fileName)) }

  /// Throws `target-conflict` when files whose rows are to die are no longer in the table.
  func check(_ latest: Snapshot?, _ files: MetadataFiles) throws {
    if vectors.added.isEmpty || bases == [latest?.id ?? 0] { return }
    var live = fileNames
    if let latest { for entry in try files.liveFiles(of: latest) { live.insert(entry.file.fileName) } }
    for (slot, rows) in vectors.added {
      guard let gone = rows.keys.first(where: { !live.contains($0) }) else { continue }
      throw SluiceError(
        .targetConflict, "rows of a file in bucket \(slot.bucket) are to be deleted, but the file is no longer in the table", at: .init(path: gone))
    }
  }

  private mutating func add(_ change: PreparedSlotChange) throws {
    entries += change.added.map { ManifestEntry(kind: .add, slot: change.slot, totalBuckets: change.totalBuckets, file: $0) }
    for deletions in change.deletions {
      vectors.add(try RoaringBitmap(portable: [UInt8](deletions.rows)), of: deletions.file, slot: change.slot)
    }
    bases.insert(change.base)
  }
}
