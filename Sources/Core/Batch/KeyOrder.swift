/// Orders rows by key columns the way lake formats sort them: numbers and times by value, text and binary
/// by unsigned bytes, false before true, negative zero before zero, NaN last, null first.
///
/// Two rows may come from different batches, so the same order serves sorting and merging.
public struct KeyOrder: Sendable {
  /// Positions of the key columns in the batches that are compared, most significant first.
  public let keys: [Int]

  public init(keys: [Int]) {
    self.keys = keys
  }

  /// Negative, zero or positive as row `left` of `leftBatch` comes before, equals or comes after row `right` of `rightBatch`.
  public func compare(_ leftBatch: Batch, _ left: Int, _ rightBatch: Batch, _ right: Int) -> Int {
    for key in keys {
      let result = Self.compare(leftBatch.columns[key], left, rightBatch.columns[key], right)
      if result != 0 { return result }
    }
    return 0
  }

  /// The row numbers of `batch` in ascending order of the key; equal keys keep their order.
  public func sortedIndexes(of batch: Batch) -> [Int32] {
    var entries = (0..<batch.rowCount).map { row in Entry(prefix: keys.isEmpty ? 0 : Self.prefix(batch.columns[keys[0]], row), row: Int32(row)) }
    entries.sort { left, right in
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      let result = compare(batch, Int(left.row), batch, Int(right.row))
      return result != 0 ? result < 0 : left.row < right.row
    }
    return entries.map(\.row)
  }

  /// Whether each row of `batch` comes strictly after the one before it.
  public func isStrictlyAscending(_ batch: Batch) -> Bool {
    guard batch.rowCount > 1 else { return true }
    return (1..<batch.rowCount).allSatisfy { compare(batch, $0 - 1, batch, $0) < 0 }
  }

  /// A row and the first 64 bits of its key, which settle most comparisons.
  private struct Entry {
    let prefix: UInt64
    let row: Int32
  }

  private static func prefix(_ column: Column, _ row: Int) -> UInt64 {
    if column.isNull(row) { return 0 }
    switch column.type.layout {
    case .bytes:
      var prefix: UInt64 = 0
      let bytes = column.bytes(at: row)
      for index in 0..<8 { prefix = prefix << 8 | (index < bytes.count ? UInt64(bytes[index]) : 0) }
      return prefix
    case .fixed:
      // The lowest value shares prefix 0 with null; the full comparison tells them apart.
      return UInt64(bitPattern: Int64(clamping: ordinal(column, row))) ^ (1 << 63)
    case .bits, .list, .row: return 0
    }
  }

  private static func compare(_ left: Column, _ leftRow: Int, _ right: Column, _ rightRow: Int) -> Int {
    switch (left.isNull(leftRow), right.isNull(rightRow)) {
    case (true, true): return 0
    case (true, false): return -1
    case (false, true): return 1
    case (false, false): break
    }
    switch left.type.layout {
    case .bits: return (left.boolean(leftRow) ? 1 : 0) - (right.boolean(rightRow) ? 1 : 0)
    case .bytes: return compareBytes(left.bytes(at: leftRow), right.bytes(at: rightRow))
    case .fixed: return order(ordinal(left, leftRow), ordinal(right, rightRow))
    case .list, .row: return 0
    }
  }

  /// A number that orders as the value does.
  private static func ordinal(_ column: Column, _ row: Int) -> Int128 {
    switch column.type {
    case .int8: Int128(column.fixed(as: Int8.self)[row])
    case .int16: Int128(column.fixed(as: Int16.self)[row])
    case .int32, .date: Int128(column.fixed(as: Int32.self)[row])
    case .uint8: Int128(column.fixed(as: UInt8.self)[row])
    case .uint16: Int128(column.fixed(as: UInt16.self)[row])
    case .uint32: Int128(column.fixed(as: UInt32.self)[row])
    case .uint64: Int128(column.fixed(as: UInt64.self)[row])
    case .float32: Int128(totalOrder(Double(column.fixed(as: Float.self)[row])))
    case .float64: Int128(totalOrder(column.fixed(as: Double.self)[row]))
    case .decimal: column.unscaledDecimal(row)
    default: Int128(column.fixed(as: Int64.self)[row])
    }
  }

  /// The bits of a double as an integer that orders like it, one NaN after infinity.
  private static func totalOrder(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: (value.isNaN ? Double.nan : value).bitPattern)
    return bits < 0 ? ~bits ^ Int64.min : bits
  }

  private static func order(_ left: Int128, _ right: Int128) -> Int {
    left < right ? -1 : left > right ? 1 : 0
  }

  static func compareBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    let shared = min(left.count, right.count)
    for index in 0..<shared where left[index] != right[index] { return left[index] < right[index] ? -1 : 1 }
    return left.count - right.count
  }
}
