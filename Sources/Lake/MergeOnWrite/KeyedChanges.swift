internal import SluiceCore

/// Changes in key order, one row for each key: that with the highest sequence number, of equal ones the last. Deletes are told apart.
struct KeyedChanges {
  private static let pieceRows = 8192

  /// All keys that the changes concern, ascending.
  let keys: EncodedKeys
  /// The keys that have a row afterwards, ascending.
  let keptKeys: EncodedKeys
  private let changes: ChangeBatch
  /// The rows of `keptKeys` in `changes`.
  private let rows: [Int32]
  /// The rows of `keys`.
  private let allRows: [Int32]

  /// `batches`, which have the same columns, in the order in which they came; `keyColumns` are the positions of the key columns.
  init(_ batches: [ChangeBatch], keyColumns: [Int], codec: KeyCodec) throws {
    changes = SortedChanges.concatenating(batches)
    let all = try codec.encode(changes.rows.selecting(keyColumns))
    var last: [Int32] = []
    last.reserveCapacity(all.count)
    for row in KeySort.order(of: all) {
      if let before = last.last, all.compare(Int(before), all.start(Int(row)), all.length(Int(row))) == 0 {
        if changes.sequence[Int(row)] >= changes.sequence[Int(before)] { last[last.count - 1] = row }
      } else {
        last.append(row)
      }
    }
    keys = all.taking(last)
    allRows = last
    if case .allInserts = changes.kinds {
      rows = last
      keptKeys = keys
    } else {
      let kinds = changes.kinds
      rows = last.filter { kinds[Int($0)] != RowKind.delete.rawValue && kinds[Int($0)] != RowKind.updateBefore.rawValue }
      keptKeys = rows.count == last.count ? keys : all.taking(rows)
    }
  }

  /// Some columns of the newest change of each of `keys`.
  func columns(_ columns: [Int]) -> Batch {
    changes.rows.selecting(columns).taking(allRows)
  }

  /// The rows of `keptKeys` from `start` on, as inserts; `nil` at the end.
  func piece(from start: Int) -> ChangeBatch? {
    guard start < rows.count else { return nil }
    let taken = changes.taking(Array(rows[start..<min(start + Self.pieceRows, rows.count)]))
    return ChangeBatch(
      table: taken.table, schemaVersion: taken.schemaVersion, rows: taken.rows, kinds: .allInserts, sequence: taken.sequence)
  }
}
