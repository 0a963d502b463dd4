internal import SluiceCore

extension PartitionTransform {
  /// The partition values of a column of Iceberg type `type`; null for null. Throws `defect` for a transform that does not take the type.
  func values(of column: Column, type: IcebergType) throws -> Column {
    guard let result = resultType(of: type), let stored = IcebergTypes.dataType(of: result) else {
      throw SluiceError(.defect, "transform \(text) of \(type.text)")
    }
    switch self {
    case .identity: return column
    case .void: return Column.nulls(of: stored, count: column.count)
    case .bucket(let count): return IcebergBuckets.values(of: column, type: type, count: Int32(truncatingIfNeeded: count))
    case .truncate(let width): return Self.truncated(column, to: width)
    case .year, .month, .day, .hour: return calendar(column, stored)
    case .other: throw SluiceError(.defect, "transform \(text)")
    }
  }

  private func calendar(_ column: Column, _ stored: DataType) -> Column {
    switch column.type.layout {
    case .fixed(width: 4):
      let days = column.fixed(as: Int32.self)
      return Self.map(column, stored) { part(ofDays: Int64(days[$0])) }
    default:
      let moments = column.fixed(as: Int64.self)
      let perSecond = column.type.timeUnit?.perSecond ?? 1_000_000
      if self == .hour { return Self.map(column, stored) { Self.floor(moments[$0], 3600 * perSecond) } }
      return Self.map(column, stored) { part(ofDays: Self.floor(moments[$0], 86_400 * perSecond)) }
    }
  }

  private func part(ofDays days: Int64) -> Int64 {
    if self == .day { return days }
    let (year, month) = Self.civil(days)
    return self == .year ? year - 1970 : (year - 1970) * 12 + month - 1
  }

  /// Year and month (1...12) of a day since 1970, Gregorian.
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64) {
    // Years are taken to begin in March, so that leap days come last.
    let shifted = days + 719_468
    let era = floor(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month)
  }

  private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }

  private static func map(_ column: Column, _ stored: DataType, _ value: (Int) -> Int64) -> Column {
    var builder = ColumnBuilder(type: stored, capacity: column.count)
    for row in 0..<column.count {
      if column.isNull(row) { builder.appendNull() } else { builder.append(Int32(truncatingIfNeeded: value(row))) }
    }
    return builder.finish()
  }

  private static func truncated(_ column: Column, to width: Int) -> Column {
    var builder = ColumnBuilder(type: column.type, capacity: column.count)
    for row in 0..<column.count {
      if column.isNull(row) {
        builder.appendNull()
        continue
      }
      switch column.type {
      case .decimal:
        let value = column.unscaledDecimal(row)
        builder.append(unscaled: value - remainder(value, Int128(width)))
      case .string, .json:
        let bytes = column.bytes(at: row)
        append(bytes, count: length(ofCharacters: width, in: bytes), to: &builder)
      case .binary:
        let bytes = column.bytes(at: row)
        append(bytes, count: min(width, bytes.count), to: &builder)
      case .int32:
        let value = column.fixed(as: Int32.self)[row]
        builder.append(value &- Int32(truncatingIfNeeded: remainder(Int128(value), Int128(width))))
      default:
        let value = column.fixed(as: Int64.self)[row]
        builder.append(value &- Int64(truncatingIfNeeded: remainder(Int128(value), Int128(width))))
      }
    }
    return builder.finish()
  }

  private static func append(_ bytes: UnsafeBufferPointer<UInt8>, count: Int, to builder: inout ColumnBuilder) {
    if let base = bytes.baseAddress, count > 0 { builder.append(bytes: base, count: count) } else { builder.append(text: "") }
  }

  private static func remainder(_ value: Int128, _ width: Int128) -> Int128 {
    ((value % width) + width) % width
  }

  /// The bytes that the first `count` characters take.
  private static func length(ofCharacters count: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    if bytes.count <= count { return bytes.count }
    var seen = 0
    for index in 0..<bytes.count where bytes[index] & 0xc0 != 0x80 {
      if seen == count { return index }
      seen += 1
    }
    return bytes.count
  }
}
