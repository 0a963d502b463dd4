internal import Foundation
internal import SluiceCore

/// What a checkpoint changes in one slot of an Iceberg table: the payload of a `PreparedFile`.
struct PreparedIcebergChange: Sendable, Codable {
  static let version = 1

  /// Rows of one file that are dead from now on.
  struct Deletions: Sendable, Codable {
    let file: StoredFile
    /// A Roaring bitmap in its portable form.
    let rows: Data
  }

  var version = Self.version
  let slot: Slot
  /// The snapshot that `deletions` were made for; `nil` for none.
  let base: Int64?
  let added: [StoredFile]
  /// Equality delete files.
  let deletes: [StoredFile]
  /// Changes that wait for the table to be aligned.
  let waiting: [StoredFile]
  let deletions: [Deletions]

  init(
    slot: Slot, base: Int64?, added: [IcebergFile] = [], deletes: [IcebergFile] = [], waiting: [IcebergFile] = [],
    deletions: [(file: IcebergFile, rows: RoaringBitmap)] = []
  ) {
    self.slot = slot
    self.base = base
    self.added = added.map { StoredFile($0) }
    self.deletes = deletes.map { StoredFile($0) }
    self.waiting = waiting.map { StoredFile($0) }
    self.deletions = deletions.map { Deletions(file: StoredFile($0.file), rows: Data($0.rows.portable)) }
  }

  func prepared(range: Int?) throws -> PreparedFile {
    let files = added + waiting
    return PreparedFile(
      range: range, payload: [UInt8](try JSONEncoder().encode(self)), rowCount: files.reduce(0) { $0 + $1.recordCount },
      byteCount: files.reduce(0) { $0 + $1.fileSize })
  }
}

/// A file of a table as a checkpoint keeps it.
struct StoredFile: Sendable, Codable {
  let content: Int32
  let path: String
  let partition: Data
  let specID: Int
  let recordCount: Int
  let fileSize: Int
  let sortOrderID: Int?
  let equalityIDs: [Int]?
  let valueCounts: [Int: Int]?
  let nullValueCounts: [Int: Int]?
  let lowerBounds: [Int: Data]?
  let upperBounds: [Int: Data]?
  let sequenceNumber: Int64?
  let firstRowID: Int64?

  init(_ file: IcebergFile) {
    let data = file.data
    content = data.content.rawValue
    path = data.path
    partition = Data(IcebergSlots.encode(data.partition))
    specID = file.specID
    recordCount = data.recordCount
    fileSize = data.fileSize
    sortOrderID = data.sortOrderID
    equalityIDs = data.equalityIDs.isEmpty ? nil : data.equalityIDs
    valueCounts = data.valueCounts
    nullValueCounts = data.nullValueCounts
    lowerBounds = data.lowerBounds.mapValues { Data($0) }
    upperBounds = data.upperBounds.mapValues { Data($0) }
    sequenceNumber = file.sequenceNumber
    firstRowID = data.firstRowID
  }

  /// Throws `state-damaged` for one that is no file.
  func file(_ slots: IcebergSlots) throws -> IcebergFile {
    guard let content = DataFile.Content(rawValue: content) else { throw SluiceError(.stateDamaged, "a file of the checkpoint has no content") }
    var data = DataFile(
      content: content, path: path, partition: try IcebergSlots.decode([UInt8](partition)), recordCount: recordCount, fileSize: fileSize)
    data.sortOrderID = sortOrderID
    data.equalityIDs = equalityIDs ?? []
    data.valueCounts = valueCounts ?? [:]
    data.nullValueCounts = nullValueCounts ?? [:]
    data.lowerBounds = (lowerBounds ?? [:]).mapValues { [UInt8]($0) }
    data.upperBounds = (upperBounds ?? [:]).mapValues { [UInt8]($0) }
    data.firstRowID = firstRowID
    let (slot, isSorted) = slots.slot(of: data)
    return IcebergFile(data: data, slot: slot, isSorted: isSorted, specID: specID, sequenceNumber: sequenceNumber)
  }
}

/// What prepared files do to a table.
struct IcebergChange {
  private(set) var added: [IcebergFile] = []
  private(set) var deletes: [IcebergFile] = []
  private(set) var waiting: [StoredFile] = []
  private(set) var deletions: [(file: IcebergFile, rows: RoaringBitmap)] = []
  /// The snapshots that deletions were made for.
  private(set) var bases: Set<Int64?> = []
  private(set) var names: Set<String> = []

  /// Throws `state-damaged` for a payload that is none of ours.
  init(_ files: [PreparedFile], _ slots: IcebergSlots) throws {
    for prepared in files {
      let change: PreparedIcebergChange
      do {
        change = try JSONDecoder().decode(PreparedIcebergChange.self, from: Data(prepared.payload))
      } catch {
        throw SluiceError(.stateDamaged, "a file of the checkpoint is not described as an Iceberg file", cause: error)
      }
      guard change.version == PreparedIcebergChange.version else {
        throw SluiceError(.stateDamaged, "a file of the checkpoint was described by a newer version of Sluice")
      }
      added += try change.added.map { try $0.file(slots) }
      deletes += try change.deletes.map { try $0.file(slots) }
      waiting += change.waiting
      for deletion in change.deletions {
        deletions.append((try deletion.file.file(slots), try RoaringBitmap(portable: [UInt8](deletion.rows))))
      }
      if !change.deletions.isEmpty { bases.insert(change.base) }
      for file in change.added + change.deletes + change.waiting { names.insert(IcebergFile.name(of: file.path)) }
    }
  }
}
