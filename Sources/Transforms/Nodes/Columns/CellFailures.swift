import SluiceCore

/// Cells that a node could not make. Their rows are left out; a delete stays with NULL in their place, since only its key counts.
struct CellFailures {
  private struct Cell {
    let row: Int
    let column: String
    let code: String
    let reason: String
    let blanks: Bool
  }

  private var cells: [Cell] = []

  var isEmpty: Bool { cells.isEmpty }

  /// `column` is the output column that the cell belongs to. With `blanks` false, a delete keeps what that column holds: others suffer from it.
  mutating func add(row: Int, column: String, code: String, reason: String, blanks: Bool = true) {
    cells.append(Cell(row: row, column: column, code: code, reason: reason, blanks: blanks))
  }

  /// `batch` with `columns`, which are those of `output`, in place of its own, without the rows that failed. Of each, the first failure is told.
  func settle(
    _ batch: ChangeBatch, columns: [Column], as output: TableDefinition, failures: inout [SluiceCore.RowFailure]
  ) -> ChangeBatch {
    guard !cells.isEmpty else { return batch.replacingRows(Batch(columns: columns, rowCount: batch.rowCount)) }
    var columns = columns
    var failed: Set<Int> = []
    var blank: [String: [Int]] = [:]
    for cell in cells {
      if RowKind.removes(batch.kinds[cell.row]), !output.primaryKey.isEmpty, !output.primaryKey.contains(cell.column) {
        if cell.blanks { blank[cell.column, default: []].append(cell.row) }
      } else if failed.insert(cell.row).inserted, output.primaryKey.isEmpty || batch.kinds[cell.row] != RowKind.updateBefore.rawValue {
        // A row as it was before an update failed then, and was told.
        failures.append(.init(row: cell.row, column: cell.column, code: cell.code, reason: cell.reason))
      }
    }
    for (index, column) in output.columns.enumerated() {
      if let rows = blank[column.name], column.isNullable { columns[index] = columns[index].blanking(rows) }
    }
    let all = batch.replacingRows(Batch(columns: columns, rowCount: batch.rowCount))
    let kept = failed.isEmpty ? all : all.taking((0..<Int32(clamping: batch.rowCount)).filter { !failed.contains(Int($0)) })
    let finished = zip(kept.rows.columns, output.columns).map { $1.isNullable ? $0 : $0.withoutNulls() }
    return kept.replacingRows(Batch(columns: finished, rowCount: kept.rowCount))
  }
}

extension Column {
  /// The same values with NULL in `rows`.
  func blanking(_ rows: [Int]) -> Column {
    let byteCount = (offset + count + 7) / 8
    let bits = UnsafeMutablePointer<UInt8>.allocate(capacity: max(byteCount, 1))
    bits.initialize(repeating: 0xff, count: max(byteCount, 1))
    if let validity { UnsafeMutableRawPointer(bits).copyMemory(from: validity.base, byteCount: byteCount) }
    var nulls = nullCount
    for row in rows {
      let bit = offset + row
      let mask = UInt8(1) << UInt8(bit & 7)
      if bits[bit >> 3] & mask != 0 { nulls += 1 }
      bits[bit >> 3] &= ~mask
    }
    return Column(
      type: type, count: count, nullCount: nulls, offset: offset,
      validity: Buffer(adopting: UnsafeMutableRawPointer(bits), byteCount: byteCount), values: values, bytes: bytes, children: children)
  }

  /// The same values with what lies in memory in place of NULL: of deletes whose cells could not be made.
  func withoutNulls() -> Column {
    guard nullCount > 0 else { return self }
    return Column(type: type, count: count, nullCount: 0, offset: offset, validity: nil, values: values, bytes: bytes, children: children)
  }
}
