internal import SluiceCore

/// What a snapshot is to change of a table.
struct SnapshotDraft {
  var operation = IcebergSnapshot.Operation.append
  /// New data files. One with a sequence number counts as old as that says.
  var added: [IcebergFile] = []
  /// New equality delete files.
  var addedDeletes: [IcebergFile] = []
  /// Data and delete files that leave; the position deletes of a data file leave with it.
  var removed: Set<IcebergFile.Identity> = []
  /// All files of before leave.
  var isReplacing = false
  /// Rows that die beside those that are dead already.
  var deletions: [String: Deletion] = [:]
  /// What the snapshot says beside what every snapshot says.
  var properties: [String: String] = [:]

  /// Rows of one data file.
  struct Deletion {
    let partition: PartitionTuple
    let specID: Int
    /// Of the data file; `nil` for a new one.
    let sequenceNumber: Int64?
    var rows: RoaringBitmap
  }

  mutating func delete(_ rows: RoaringBitmap, of file: IcebergFile) {
    if rows.isEmpty { return }
    let none = Deletion(
      partition: file.data.partition, specID: file.specID, sequenceNumber: file.sequenceNumber, rows: RoaringBitmap())
    deletions[file.data.path, default: none].rows.formUnion(rows)
  }
}
