internal import SluiceCore

/// One value in the specification's binary form, as bounds and partition values have it (Iceberg specification, appendix D).
enum SingleValue {
  /// The value of `row`; `nil` for null, and for types that have no such form.
  static func bytes(_ column: Column, _ row: Int, as type: IcebergType) -> [UInt8]? {
    if column.isNull(row) { return nil }
    switch type {
    case .boolean: return [column.boolean(row) ? 1 : 0]
    case .int, .date: return integer(column, row).map { littleEndian(Int32(truncatingIfNeeded: $0)) }
    case .long, .time: return integer(column, row).map { littleEndian($0) }
    case .timestamp, .timestamptz: return moment(column, row, perSecond: TimeUnit.microseconds.perSecond).map { littleEndian($0) }
    case .timestampNanos, .timestamptzNanos: return moment(column, row, perSecond: TimeUnit.nanoseconds.perSecond).map { littleEndian($0) }
    case .float: return littleEndian(column.fixed(as: UInt32.self)[row])
    case .double: return littleEndian(column.fixed(as: UInt64.self)[row])
    case .decimal: return unscaled(column.unscaledDecimal(row))
    case .string, .uuid, .binary, .fixed: return Array(column.bytes(at: row))
    case .unknown, .other, .list, .map, .row: return nil
    }
  }

  /// The value as a column of one row; `nil` when the bytes are no value of the type. Bounds of before a promotion are shorter than the type.
  static func column(_ bytes: [UInt8], as type: IcebergType) -> Column? {
    guard let storage = IcebergTypes.dataType(of: type) else { return nil }
    var builder = ColumnBuilder(type: storage, capacity: 1)
    switch type {
    case .boolean:
      guard bytes.count == 1 else { return nil }
      builder.append(boolean: bytes[0] != 0)
    case .int, .date:
      guard let value = number(bytes, Int32.self) else { return nil }
      builder.append(value)
    case .long, .time, .timestamp, .timestamptz, .timestampNanos, .timestamptzNanos:
      guard let value = number(bytes, Int64.self) ?? number(bytes, Int32.self).map({ Int64($0) }) else { return nil }
      builder.append(value)
    case .float:
      guard let value = number(bytes, UInt32.self) else { return nil }
      builder.append(value)
    case .double:
      guard let value = number(bytes, UInt64.self) ?? number(bytes, UInt32.self).map({ Double(Float(bitPattern: $0)).bitPattern }) else { return nil }
      builder.append(value)
    case .decimal:
      guard (1...16).contains(bytes.count) else { return nil }
      builder.append(unscaled: bytes.reduce(bytes[0] & 0x80 != 0 ? -1 : 0) { $0 << 8 | Int128($1) })
    case .string, .uuid, .binary, .fixed:
      bytes.withUnsafeBufferPointer { bytes in
        if let base = bytes.baseAddress { builder.append(bytes: base, count: bytes.count) } else { builder.append(text: "") }
      }
    case .unknown, .other, .list, .map, .row: return nil
    }
    return builder.finish()
  }

  /// Whether `left` comes before `right` in the order of the type.
  static func isLess(_ left: [UInt8], _ right: [UInt8], type: IcebergType) -> Bool {
    switch type {
    case .string, .uuid, .binary, .fixed, .boolean: return left.lexicographicallyPrecedes(right)
    default: break
    }
    guard let left = column(left, as: type), let right = column(right, as: type) else { return false }
    let order = KeyOrder(keys: [0])
    return order.compare(Batch(columns: [left], rowCount: 1), 0, Batch(columns: [right], rowCount: 1), 0) < 0
  }

  static func isNaN(_ bytes: [UInt8], type: IcebergType) -> Bool {
    switch type {
    case .float: number(bytes, UInt32.self).map { Float(bitPattern: $0).isNaN } ?? false
    case .double: number(bytes, UInt64.self).map { Double(bitPattern: $0).isNaN } ?? false
    default: false
    }
  }

  /// Two's complement, big endian, in as few bytes as hold the value.
  static func unscaled(_ value: Int128) -> [UInt8] {
    let bytes = withUnsafeBytes(of: value.bigEndian, Array.init)
    let filler: UInt8 = value < 0 ? 0xff : 0
    let spare = bytes.dropLast().enumerated().prefix { index, byte in byte == filler && (bytes[index + 1] ^ filler) & 0x80 == 0 }.count
    return Array(bytes.dropFirst(spare))
  }

  static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
  }

  private static func number<Value: FixedWidthInteger & BitwiseCopyable>(_ bytes: [UInt8], _: Value.Type) -> Value? {
    guard bytes.count == MemoryLayout<Value>.size else { return nil }
    return bytes.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(as: Value.self)) }
  }

  private static func integer(_ column: Column, _ row: Int) -> Int64? {
    switch column.type.layout {
    case .fixed(width: 1): Int64(column.fixed(as: Int8.self)[row])
    case .fixed(width: 2): Int64(column.fixed(as: Int16.self)[row])
    case .fixed(width: 4): Int64(column.fixed(as: Int32.self)[row])
    case .fixed(width: 8): column.fixed(as: Int64.self)[row]
    default: nil
    }
  }

  /// In another unit than the column's; `nil` when that has no room for it.
  private static func moment(_ column: Column, _ row: Int, perSecond: Int64) -> Int64? {
    let value = column.fixed(as: Int64.self)[row]
    guard let unit = column.type.timeUnit?.perSecond, unit != perSecond else { return value }
    return unit < perSecond ? Int64(exactly: Int128(value) * Int128(perSecond / unit)) : value / (unit / perSecond)
  }
}
