package import SluiceCore

/// The inner loop: one row of text-protocol values into the builders of a batch.
package enum RowDecoder {
  package typealias Values = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

  /// Appends the first `count` values of a row, one to each builder, and adds their bytes to `byteCount`.
  ///
  /// Returns the index of the first value that cannot be decoded, or -1. After a failure the builders hold a part of
  /// the row, which the caller discards.
  package static func append(
    _ values: Values, _ lengths: UnsafeMutablePointer<UInt>, _ decoders: UnsafePointer<ValueDecoder>,
    to columns: UnsafeMutablePointer<ColumnBuilder>, count: Int, byteCount: inout Int
  ) -> Int {
    var total = 0
    for index in 0..<count {
      guard let start = values[index] else {
        columns[index].appendNull()
        continue
      }
      let length = Int(bitPattern: lengths[index])
      total &+= length
      let bytes = UnsafePointer(UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self))
      if !append(bytes, length, decoders[index], to: &columns[index]) {
        if decoders[index].isZeroNull, isZeroDate(bytes, length) {
          columns[index].appendNull()
          continue
        }
        return index
      }
    }
    byteCount &+= total
    return -1
  }

  @inline(__always)
  private static func append(
    _ start: UnsafePointer<UInt8>, _ count: Int, _ decoder: borrowing ValueDecoder, to column: inout ColumnBuilder
  ) -> Bool {
    var bad: UInt64 = 0
    switch decoder.kind {
    case .int64:
      let value = TextNumber.signed(start, count, &bad)
      if bad == 0 { column.append(value) }
    case .int32:
      let value = TextNumber.signed(start, count, &bad)
      let narrow = Int32(truncatingIfNeeded: value)
      if Int64(narrow) != value { bad = 1 }
      if bad == 0 { column.append(narrow) }
    case .decimal64:
      let value = TextNumber.decimal64(start, count, scale: decoder.scale, unit: decoder.unit, &bad)
      if bad == 0 { column.append(value) }
    case .date:
      let value = TextTime.date(start, count, &bad)
      if bad == 0 { column.append(value) }
    case .microseconds:
      let value = TextTime.timestamp(start, count, precision: decoder.scale, perSecond: 1_000_000, unit: decoder.unit, &bad)
      if bad == 0 { column.append(value) }
    case .milliseconds:
      let value = TextTime.timestamp(start, count, precision: decoder.scale, perSecond: 1_000, unit: decoder.unit, &bad)
      if bad == 0 { column.append(value) }
    case .text:
      guard TextBytes.isUTF8(start, count) else { return false }
      column.append(bytes: start, count: count)
    case .ascii, .binary:
      column.append(bytes: start, count: count)
    default:
      return appendRare(start, count, decoder, to: &column)
    }
    return bad == 0
  }

  @inline(never)
  private static func appendRare(
    _ start: UnsafePointer<UInt8>, _ count: Int, _ decoder: borrowing ValueDecoder, to column: inout ColumnBuilder
  ) -> Bool {
    var bad: UInt64 = 0
    switch decoder.kind {
    case .int8: return append(Int8(exactly: TextNumber.signed(start, count, &bad)), bad, to: &column)
    case .int16: return append(Int16(exactly: TextNumber.signed(start, count, &bad)), bad, to: &column)
    case .uint8: return append(UInt8(exactly: TextDigits.unsigned(start, count, &bad)), bad, to: &column)
    case .uint16: return append(UInt16(exactly: TextDigits.unsigned(start, count, &bad)), bad, to: &column)
    case .uint32: return append(UInt32(exactly: TextDigits.unsigned(start, count, &bad)), bad, to: &column)
    case .uint64: return append(TextDigits.unsigned(start, count, &bad), bad, to: &column)
    case .float64: return append(TextNumber.double(start, count, &bad), bad, to: &column)
    case .float32: return append(Float(exactly: TextNumber.double(start, count, &bad)), bad, to: &column)
    case .decimal128: return append(TextNumber.decimal128(start, count, scale: decoder.scale, &bad), bad, to: &column)
    case .bitSigned: return append(Int64(exactly: TextBytes.bigEndian(start, count, &bad)), bad, to: &column)
    case .bitUnsigned: return append(TextBytes.bigEndian(start, count, &bad), bad, to: &column)
    case .bitBoolean: return append(boolean: TextBytes.bigEndian(start, count, &bad), bad, to: &column)
    case .boolean: return append(boolean: TextDigits.unsigned(start, count, &bad), bad, to: &column)
    default: return false
    }
  }

  @inline(__always)
  private static func append<Value: BitwiseCopyable>(_ value: Value?, _ bad: UInt64, to column: inout ColumnBuilder) -> Bool {
    guard bad == 0, let value else { return false }
    column.append(value)
    return true
  }

  private static func append(boolean value: UInt64, _ bad: UInt64, to column: inout ColumnBuilder) -> Bool {
    guard bad == 0, value <= 1 else { return false }
    column.append(boolean: value == 1)
    return true
  }

  /// A year, month or day of zero; other invalid dates are not this option's business.
  private static func isZeroDate(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard count >= 10 else { return false }
    func isZero(_ from: Int, _ length: Int) -> Bool { (from..<from + length).allSatisfy { start[$0] == UInt8(ascii: "0") } }
    return isZero(0, 4) || isZero(5, 2) || isZero(8, 2)
  }
}
