/// Collects rows column by column. The builders lie side by side in memory, so that a decoder's
/// inner loop is a walk over `columns`.
public struct BatchBuilder: ~Copyable {
  /// One builder a column, in schema order. Append one value to each of them, then call `finishRow`.
  public let columns: UnsafeMutableBufferPointer<ColumnBuilder>
  @inlinable public var rowCount: Int { rowTotal }
  @usableFromInline var rowTotal = 0

  public init(types: [DataType], capacity: Int = 1024) {
    columns = .allocate(capacity: types.count)
    for (index, type) in types.enumerated() {
      (columns.baseAddress.unsafelyUnwrapped + index).initialize(to: ColumnBuilder(type: type, capacity: capacity))
    }
  }

  deinit {
    columns.deinitialize()
    columns.deallocate()
  }

  /// Counts the row whose values were just appended.
  @inlinable @inline(__always) public mutating func finishRow() {
    rowTotal &+= 1
  }

  /// Drops the values appended since the last `finishRow`.
  public mutating func discardRow() {
    for index in columns.indices { columns[index].truncate(to: rowCount) }
  }

  /// Bytes that the finished rows take.
  public var usedBytes: Int {
    var total = 0
    for index in columns.indices { total += columns[index].usedBytes }
    return total
  }

  /// Hands the rows over and starts anew.
  public mutating func finish() -> Batch {
    var frozen: [Column] = []
    frozen.reserveCapacity(columns.count)
    for index in columns.indices { frozen.append(columns[index].finish()) }
    let batch = Batch(columns: frozen, rowCount: rowCount)
    rowTotal = 0
    return batch
  }
}
