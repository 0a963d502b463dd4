internal import Foundation
internal import SluiceCore

/// What a `PreparedFile` of this format carries in its payload.
struct PreparedDataFile: Sendable, Codable {
  var version = 1
  let slot: Slot
  let totalBuckets: Int32
  let file: DataFileMeta

  init(slot: Slot, totalBuckets: Int32, file: DataFileMeta) {
    self.slot = slot
    self.totalBuckets = totalBuckets
    self.file = file
  }

  var entry: ManifestEntry { ManifestEntry(kind: .add, slot: slot, totalBuckets: totalBuckets, file: file) }

  func prepared(range: Int?) throws -> PreparedFile {
    PreparedFile(range: range, payload: [UInt8](try JSONEncoder().encode(self)), rowCount: file.rowCount, byteCount: file.fileSize)
  }

  static func decoded(_ prepared: PreparedFile) throws -> PreparedDataFile {
    do {
      return try JSONDecoder().decode(PreparedDataFile.self, from: Data(prepared.payload))
    } catch {
      throw SluiceError(.stateDamaged, "a file of the checkpoint is not described as a Paimon file", cause: error)
    }
  }
}
