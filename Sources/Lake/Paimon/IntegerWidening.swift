internal import SluiceCore

/// Reads integers that were written before their column's type was widened.
enum IntegerWidening {
  /// `nil` when `type` is no wider signed integer.
  static func widen(_ column: Column, to type: DataType) -> Column? {
    guard let from = width(column.type), let to = width(type), from < to else { return nil }
    var builder = ColumnBuilder(type: type, capacity: column.count)
    for row in 0..<column.count {
      if column.isNull(row) {
        builder.appendNull()
        continue
      }
      let value: Int64
      switch from {
      case 1: value = Int64(column.fixed(as: Int8.self)[row])
      case 2: value = Int64(column.fixed(as: Int16.self)[row])
      default: value = Int64(column.fixed(as: Int32.self)[row])
      }
      switch to {
      case 2: builder.append(Int16(truncatingIfNeeded: value))
      case 4: builder.append(Int32(truncatingIfNeeded: value))
      default: builder.append(value)
      }
    }
    return builder.finish()
  }

  private static func width(_ type: DataType) -> Int? {
    switch type {
    case .int8: 1
    case .int16: 2
    case .int32: 4
    case .int64: 8
    default: nil
    }
  }
}
