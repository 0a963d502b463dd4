/// Equally long columns: the rows of one table under one schema.
public struct Batch: Sendable {
  public let columns: [Column]
  public let rowCount: Int

  public init(columns: [Column], rowCount: Int) {
    assert(columns.allSatisfy { $0.count == rowCount })
    self.columns = columns
    self.rowCount = rowCount
  }

  /// Bytes that the rows take in memory.
  public var byteSize: Int { columns.reduce(0) { $0 + $1.byteSize } }

  /// The columns at `indexes`, in that order.
  public func selecting(_ indexes: [Int]) -> Batch {
    Batch(columns: indexes.map { columns[$0] }, rowCount: rowCount)
  }

  /// `count` rows from row `start` on; shares the buffers.
  public func slice(from start: Int, count: Int) -> Batch {
    Batch(columns: columns.map { $0.slice(from: start, count: count) }, rowCount: count)
  }

  /// The rows at `indexes`, in that order, copied.
  public func taking(_ indexes: [Int32]) -> Batch {
    guard let runs = Self.runs(of: indexes) else { return Batch(columns: columns.map { $0.taking(indexes) }, rowCount: indexes.count) }
    return Batch(columns: columns.map { $0.taking(runs, count: indexes.count) ?? $0.taking(indexes) }, rowCount: indexes.count)
  }

  /// The rows of `batches` one after the other; they must have equal column types. O(bytes).
  public static func concatenating(_ batches: [Batch]) -> Batch {
    guard let first = batches.first, batches.count > 1 else { return batches.first ?? Batch(columns: [], rowCount: 0) }
    let columns = first.columns.indices.map { index in Column.concatenating(batches.map { $0.columns[index] }) }
    return Batch(columns: columns, rowCount: batches.reduce(0) { $0 + $1.rowCount })
  }
}
