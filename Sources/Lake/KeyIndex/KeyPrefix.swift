internal import SluiceCore

/// The first 64 bits of a key's order: different prefixes order as their keys do, equal ones say nothing.
enum KeyPrefix {
  static func of(_ column: Column, _ row: Int) -> UInt64 {
    if column.isNull(row) { return 0 }
    switch column.type {
    case .int8: return ordered(Int64(column.fixed(as: Int8.self)[row]))
    case .int16: return ordered(Int64(column.fixed(as: Int16.self)[row]))
    case .int32, .date: return ordered(Int64(column.fixed(as: Int32.self)[row]))
    case .int64, .time, .timestamp, .instant: return ordered(column.fixed(as: Int64.self)[row])
    case .decimal(let precision, _) where precision <= 18: return ordered(column.fixed(as: Int64.self)[row])
    case .string, .binary:
      let bytes = column.bytes(at: row)
      var prefix: UInt64 = 0
      for index in 0..<8 { prefix = prefix << 8 | (index < bytes.count ? UInt64(bytes[index]) : 0) }
      return prefix
    default: return 0
    }
  }

  private static func ordered(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: value) ^ (1 << 63)
  }
}
