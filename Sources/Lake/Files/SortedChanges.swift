internal import SluiceCore

/// Changes in key order, one row for each key: that with the highest sequence number, of equal ones the last.
final class SortedChanges {
  private static let pieceRows = 8192

  private let changes: ChangeBatch
  private let order: [Int32]
  private var position = 0

  /// `batches`, which have the same columns, in the order in which they came; `keys` are the positions of the key columns.
  init(_ batches: [ChangeBatch], keys: [Int]) {
    changes = Self.concatenating(batches)
    let keyOrder = KeyOrder(keys: keys)
    let rows = changes.rows
    let sorted = keyOrder.sortedIndexes(of: rows)
    var kept: [Int32] = []
    kept.reserveCapacity(sorted.count)
    for row in sorted {
      if let last = kept.last, keyOrder.compare(rows, Int(last), rows, Int(row)) == 0 {
        if changes.sequence[Int(row)] >= changes.sequence[Int(last)] { kept[kept.count - 1] = row }
      } else {
        kept.append(row)
      }
    }
    order = kept
  }

  var rowCount: Int { order.count }

  /// The next rows; `nil` at the end.
  func next() -> ChangeBatch? {
    if position == order.count { return nil }
    let end = min(position + Self.pieceRows, order.count)
    defer { position = end }
    return changes.taking(Array(order[position..<end]))
  }

  static func concatenating(_ batches: [ChangeBatch]) -> ChangeBatch {
    guard let first = batches.first, batches.count > 1 else { return batches[0] }
    let rows = Batch.concatenating(batches.map(\.rows))
    var numbers: [Int64] = []
    var kinds: [UInt8] = []
    var isConstant = true
    var areInserts = true
    for batch in batches {
      if case .constant(let number) = batch.sequence, case .constant(let expected) = first.sequence, number == expected { continue }
      isConstant = false
    }
    for batch in batches {
      if case .each = batch.kinds { areInserts = false }
    }
    if !isConstant {
      numbers.reserveCapacity(rows.rowCount)
      for batch in batches { for row in 0..<batch.rowCount { numbers.append(batch.sequence[row]) } }
    }
    if !areInserts {
      kinds.reserveCapacity(rows.rowCount)
      for batch in batches { for row in 0..<batch.rowCount { kinds.append(batch.kinds[row]) } }
    }
    return ChangeBatch(
      table: first.table, schemaVersion: first.schemaVersion, rows: rows, kinds: areInserts ? .allInserts : .each(kinds),
      sequence: isConstant ? first.sequence : .each(numbers))
  }
}
