internal import SluiceCore

extension IcebergManifest {
  /// What a manifest list says of a manifest that was just written at `path` with `entries`, which carry explicit numbers where they are
  /// not new.
  ///
  /// A new data manifest's `firstRowID` is for the caller to assign.
  init(
    path: String, length: Int, entries: [IcebergManifestEntry], header: IcebergManifestFile.Header, snapshotID: Int64, sequenceNumber: Int64
  ) {
    func count(_ status: IcebergManifestEntry.Status) -> (files: Int, rows: Int) {
      entries.reduce((0, 0)) { $1.status == status ? ($0.0 + 1, $0.1 + $1.file.recordCount) : $0 }
    }
    let (added, existing, deleted) = (count(.added), count(.existing), count(.deleted))
    let live = entries.filter(\.isLive)
    self.init(
      path: path, length: length, partitionSpecID: header.spec.id, content: header.content, sequenceNumber: sequenceNumber,
      minimumSequenceNumber: live.map { $0.sequenceNumber ?? sequenceNumber }.min() ?? sequenceNumber, addedSnapshotID: snapshotID,
      addedFiles: added.files, existingFiles: existing.files, deletedFiles: deleted.files, addedRows: added.rows, existingRows: existing.rows,
      deletedRows: deleted.rows,
      partitions: header.types.enumerated().map { place, type in Self.summary(entries.map { $0.file.partition.values[place] }, type: type) },
      keyMetadata: nil, firstRowID: nil)
  }

  private static func summary(_ values: [[UInt8]?], type: IcebergType) -> PartitionSummary {
    var summary = PartitionSummary(containsNull: false, containsNaN: nil, lowerBound: nil, upperBound: nil)
    if type == .float || type == .double { summary.containsNaN = false }
    // A partition's files come many at a time.
    for value in Set(values) {
      guard let value else {
        summary.containsNull = true
        continue
      }
      if SingleValue.isNaN(value, type: type) {
        summary.containsNaN = true
        continue
      }
      if summary.lowerBound.map({ SingleValue.isLess(value, $0, type: type) }) ?? true { summary.lowerBound = value }
      if summary.upperBound.map({ SingleValue.isLess($0, value, type: type) }) ?? true { summary.upperBound = value }
    }
    return summary
  }
}
