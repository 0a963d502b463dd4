internal import SluiceCore

/// Tells whether rows come in strictly ascending key order, the cheap way for keys of integers and texts.
struct KeyCheck {
  private let keys: [Int]
  private let order: KeyOrder

  init(keys: [Int]) {
    self.keys = keys
    order = KeyOrder(keys: Array(keys.indices))
  }

  /// Whether each row of `batch` comes after the one before it, and the first after row 0 of `last`, which has the key columns only.
  func isAscending(_ batch: Batch, after last: Batch?) -> Bool {
    let columns = batch.selecting(keys)
    if let last, batch.rowCount > 0, order.compare(last, 0, columns, 0) >= 0 { return false }
    if columns.columns.count == 1, columns.columns[0].validity == nil {
      switch columns.columns[0].type {
      case .int8: return isAscending(columns.columns[0], Int8.self)
      case .int16: return isAscending(columns.columns[0], Int16.self)
      case .int32, .date: return isAscending(columns.columns[0], Int32.self)
      case .int64, .timestamp, .instant: return isAscending(columns.columns[0], Int64.self)
      case .decimal(let precision, _) where precision <= 18: return isAscending(columns.columns[0], Int64.self)
      default: break
      }
    }
    return order.isStrictlyAscending(columns)
  }

  /// The key columns of the last row.
  func lastKey(of batch: Batch) -> Batch {
    batch.selecting(keys).taking([Int32(batch.rowCount - 1)])
  }

  private func isAscending<Value: BitwiseCopyable & Comparable>(_ column: Column, _: Value.Type) -> Bool {
    let values = column.fixed(as: Value.self)
    var isAscending = true
    for row in 1..<max(column.count, 1) { isAscending = isAscending && values[row &- 1] < values[row] }
    return isAscending
  }
}
