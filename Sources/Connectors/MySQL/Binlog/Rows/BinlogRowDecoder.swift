internal import SluiceCore

/// The inner loop: one packed row image into the builders of a batch.
enum BinlogRowDecoder {
  /// How an image was taken.
  struct Outcome {
    /// Behind the image; `nil` where the image is longer than the event.
    var end: UnsafePointer<UInt8>?
    /// The position in the image of the first value that cannot be decoded, or -1. After a failure the builders hold a part of the row,
    /// which the caller discards, and `end` is of no meaning.
    var failed = -1
  }

  /// Appends the values of an image at `start`, which has all columns, one to the builder of each.
  ///
  /// - Parameter isDelete: values outside the key that cannot be decoded become zero: only the key of such a row counts.
  static func append(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ plan: BinlogRowPlan, to builders: UnsafeMutablePointer<ColumnBuilder>,
    isDelete: Bool
  ) -> Outcome {
    let count = plan.count
    let columns = UnsafePointer(plan.columns)
    let nullBytes = (count &+ 7) &>> 3
    guard end - start >= nullBytes else { return Outcome() }
    var at = start + nullBytes
    for index in 0..<count {
      let target = Int(truncatingIfNeeded: columns[index].target)
      if target < 0 {
        if start[index &>> 3] & (1 &<< UInt8(truncatingIfNeeded: index & 7)) == 0 {
          guard let size = locate(&at, end, columns + index) else { return Outcome() }
          at += size
        }
        continue
      }
      let builder = builders + target
      if start[index &>> 3] & (1 &<< UInt8(truncatingIfNeeded: index & 7)) != 0 {
        builder.pointee.appendNull()
        continue
      }
      guard let size = locate(&at, end, columns + index) else { return Outcome() }
      if !append(at, size, columns + index, plan, to: &builder.pointee) {
        if columns[index].isZeroNull, isZeroDate(at, columns[index]) {
          builder.pointee.appendNull()
        } else if isDelete, !columns[index].isKey {
          appendZero(to: &builder.pointee)
        } else {
          return Outcome(end: at, failed: index)
        }
      }
      at += size
    }
    return Outcome(end: at)
  }

  /// Steps over an image and notes where the first `spans.count` key values are; `nil` where the image is longer than the event.
  static func walk(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ plan: BinlogRowPlan, spans: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>,
    columns limit: Int
  ) -> UnsafePointer<UInt8>? {
    let columns = UnsafePointer(plan.columns)
    let nullBytes = (plan.count &+ 7) &>> 3
    guard end - start >= nullBytes else { return nil }
    var at = start + nullBytes
    var keys = 0
    for index in 0..<limit {
      if start[index &>> 3] & (1 &<< UInt8(truncatingIfNeeded: index & 7)) != 0 {
        if columns[index].isKey {
          spans[keys] = UnsafeBufferPointer(start: nil, count: 0)
          keys &+= 1
        }
        continue
      }
      guard let size = locate(&at, end, columns + index) else { return nil }
      if columns[index].isKey {
        spans[keys] = UnsafeBufferPointer(start: at, count: size)
        keys &+= 1
      }
      at += size
    }
    return at
  }

  /// Steps over an image and collects its values, `nil` for null; returns where the next image begins, or `nil` where this one is longer
  /// than the event.
  static func values(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ plan: BinlogRowPlan, into values: inout [UnsafeBufferPointer<UInt8>?]
  ) -> UnsafePointer<UInt8>? {
    let nullBytes = (plan.count &+ 7) &>> 3
    guard end - start >= nullBytes else { return nil }
    var at = start + nullBytes
    for index in 0..<plan.count {
      if start[index >> 3] & (1 << UInt8(index & 7)) != 0 {
        values.append(nil)
        continue
      }
      guard let size = locate(&at, end, plan.columns + index) else { return nil }
      values.append(UnsafeBufferPointer(start: at, count: size))
      at += size
    }
    return at
  }

  /// Appends one value of an image; whether it could be decoded.
  static func append(_ value: UnsafeBufferPointer<UInt8>?, _ place: Int, _ plan: BinlogRowPlan, to builder: inout ColumnBuilder) -> Bool {
    guard let start = value?.baseAddress, let size = value?.count else {
      builder.appendNull()
      return true
    }
    if append(start, size, plan.columns + place, plan, to: &builder) { return true }
    guard plan.columns[place].isZeroNull, isZeroDate(start, plan.columns[place]) else { return false }
    builder.appendNull()
    return true
  }

  /// Steps over a value's length, if it has one, and returns the bytes of the value, which are within the event.
  @inline(__always)
  static func locate(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ column: UnsafePointer<BinlogColumn>) -> Int? {
    var size = Int(truncatingIfNeeded: column.pointee.width)
    let left = end - at
    switch column.pointee.prefix {
    case 0: break
    case 1:
      if left < 1 { return nil }
      size = Int(at[0])
      at += 1
    case 2:
      if left < 2 { return nil }
      size = Int(at[0]) | Int(at[1]) &<< 8
      at += 2
    case 3:
      if left < 3 { return nil }
      size = Int(at[0]) | Int(at[1]) &<< 8 | Int(at[2]) &<< 16
      at += 3
    default:
      if left < 4 { return nil }
      size = Int(at[0]) | Int(at[1]) &<< 8 | Int(at[2]) &<< 16 | Int(at[3]) &<< 24
      at += 4
    }
    return end - at < size ? nil : size
  }

  @inline(__always)
  private static func append(
    _ start: UnsafePointer<UInt8>, _ size: Int, _ column: UnsafePointer<BinlogColumn>, _ plan: BinlogRowPlan, to builder: inout ColumnBuilder
  ) -> Bool {
    var bad: UInt64 = 0
    let raw = UnsafeRawPointer(start)
    switch column.pointee.operation {
    case .fixed8: builder.append(raw.loadUnaligned(as: UInt64.self))
    case .fixed4: builder.append(raw.loadUnaligned(as: UInt32.self))
    case .fixed2: builder.append(raw.loadUnaligned(as: UInt16.self))
    case .fixed1: builder.append(start[0])
    case .int24:
      let packed = UInt32(start[0]) | UInt32(start[1]) &<< 8 | UInt32(start[2]) &<< 16
      builder.append(Int32(bitPattern: packed &<< 8) &>> 8)
    case .uint24: builder.append(UInt32(start[0]) | UInt32(start[1]) &<< 8 | UInt32(start[2]) &<< 16)
    case .decimal64:
      let value = PackedDecimal.decimal64(start, column.pointee.decimal, &bad)
      if bad == 0 { builder.append(value) }
    case .date:
      let value = PackedTime.date(start, &bad)
      if bad == 0 { builder.append(value) }
    case .dateTime:
      let value = PackedTime.dateTime(start, column.pointee, &bad)
      if bad == 0 { builder.append(value) }
    case .timestamp:
      let value = PackedTime.timestamp(start, column.pointee, &bad)
      if bad == 0 { builder.append(value) }
    case .text:
      guard TextBytes.isUTF8(start, size) else { return false }
      builder.append(bytes: start, count: size)
    case .binary:
      builder.append(bytes: start, count: size)
    default:
      return plan.appendRare(start, size, column.pointee, to: &builder)
    }
    return bad == 0
  }

  @inline(never)
  private static func isZeroDate(_ start: UnsafePointer<UInt8>, _ column: BinlogColumn) -> Bool {
    switch column.operation {
    case .date, .dateTime, .oldDateTime: PackedTime.moment(start, column).isPartial
    case .timestamp, .oldTimestamp: PackedTime.littleEndian(start, 4) == 0
    default: false
    }
  }

  @inline(never)
  private static func appendZero(to builder: inout ColumnBuilder) {
    switch builder.type.layout {
    case .bits: builder.append(boolean: false)
    case .fixed(width: 1): builder.append(UInt8(0))
    case .fixed(width: 2): builder.append(UInt16(0))
    case .fixed(width: 4): builder.append(UInt32(0))
    case .fixed(width: 8): builder.append(UInt64(0))
    case .fixed: builder.append(UInt128(0))
    case .bytes: builder.append(text: "")
    case .list, .row: builder.appendNull()
    }
  }
}
