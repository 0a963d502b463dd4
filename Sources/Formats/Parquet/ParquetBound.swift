internal import SluiceCore

/// A bound out of Parquet statistics: one plain-encoded value.
struct ParquetBound {
  private let bytes: UnsafeRawBufferPointer

  init(_ base: UnsafePointer<UInt8>?, count: Int64) {
    bytes = UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : Int(count))
  }

  /// The value as a column of one row; `nil` when its bytes do not fit the type.
  func column(of type: DataType) -> Column? {
    var builder = ColumnBuilder(type: type, capacity: 1)
    switch type {
    case .boolean:
      guard bytes.count == 1 else { return nil }
      builder.append(boolean: bytes[0] != 0)
    case .int8, .uint8:
      guard let value = load(Int32.self) else { return nil }
      builder.append(Int8(truncatingIfNeeded: value))
    case .int16, .uint16:
      guard let value = load(Int32.self) else { return nil }
      builder.append(Int16(truncatingIfNeeded: value))
    case .int32, .uint32, .float32, .date:
      guard let value = load(UInt32.self) else { return nil }
      builder.append(value)
    case .time where type.isMillisecondTime:
      guard let value = load(Int32.self) else { return nil }
      builder.append(Int64(value) * 1000)
    case .int64, .uint64, .float64, .time, .timestamp, .instant:
      guard let value = load(UInt64.self) else { return nil }
      builder.append(value)
    case .decimal(let precision, _):
      guard let value = unscaled(precision: precision) else { return nil }
      builder.append(unscaled: value)
    case .string, .json, .binary:
      if let base = bytes.bindMemory(to: UInt8.self).baseAddress {
        builder.append(bytes: base, count: bytes.count)
      } else {
        builder.append(text: "")
      }
    case .array, .map, .row: return nil
    }
    return builder.finish()
  }

  private func load<Value: BitwiseCopyable>(_: Value.Type) -> Value? {
    bytes.count == MemoryLayout<Value>.size ? bytes.loadUnaligned(as: Value.self) : nil
  }

  /// Little-endian integers up to 18 digits, big-endian two's complement beyond.
  private func unscaled(precision: Int) -> Int128? {
    if precision <= 9 { return load(Int32.self).map { Int128($0) } }
    if precision <= 18 { return load(Int64.self).map { Int128($0) } }
    guard (1...16).contains(bytes.count) else { return nil }
    var value: Int128 = bytes[0] & 0x80 != 0 ? -1 : 0
    for byte in bytes { value = value << 8 | Int128(byte) }
    return value
  }
}
