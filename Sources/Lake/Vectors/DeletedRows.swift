internal import SluiceCore

/// Rows of one file that are to be left out, while its batches pass by in order.
struct DeletedRows {
  private var isDeleted: [Bool]
  private var position = 0

  init(_ rows: RoaringBitmap, rowCount: Int) {
    var isDeleted = [Bool](repeating: false, count: rowCount)
    rows.forEach { row in if row < rowCount { isDeleted[row] = true } }
    self.isDeleted = isDeleted
  }

  /// The rows of the file's next batch that are left.
  mutating func filter(_ batch: Batch) -> Batch {
    let start = position
    position += batch.rowCount
    var kept: [Int32] = []
    kept.reserveCapacity(batch.rowCount)
    for row in 0..<batch.rowCount where start + row >= isDeleted.count || !isDeleted[start + row] {
      kept.append(Int32(truncatingIfNeeded: row))
    }
    return kept.count == batch.rowCount ? batch : batch.taking(kept)
  }
}
