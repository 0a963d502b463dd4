/// The values of one column: immutable, shared by reference, in Apache Arrow's layout.
///
/// A slice shares the buffers of its column and starts at `offset`. The pointers that it hands out
/// are valid as long as the column (or a copy of it) lives.
public struct Column: Sendable {
  public let type: DataType
  public let count: Int
  public let nullCount: Int
  /// The row of the buffers at which this column starts.
  public let offset: Int
  /// One bit a row, set for a value; `nil` when there is no null.
  public let validity: Buffer?
  /// Bits, fixed-width values, or `offset + count + 1` offsets; `nil` for a row type.
  public let values: Buffer?
  /// The bytes that the offsets of a `.bytes` layout point into.
  public let bytes: Buffer?
  public let children: [Column]

  public init(
    type: DataType, count: Int, nullCount: Int, offset: Int = 0, validity: Buffer?, values: Buffer?, bytes: Buffer? = nil, children: [Column] = []
  ) {
    self.type = type
    self.count = count
    self.nullCount = nullCount
    self.offset = offset
    self.validity = nullCount == 0 ? nil : validity
    self.values = values
    self.bytes = bytes
    self.children = children
  }

  /// An all-null column.
  public static func nulls(of type: DataType, count: Int) -> Column {
    var builder = ColumnBuilder(type: type, capacity: count)
    for _ in 0..<count { builder.appendNull() }
    return builder.finish()
  }

  /// The same values under a type of the same layout: JSON text as string.
  public func relabelled(_ type: DataType) -> Column {
    precondition(type.layout == self.type.layout, "\(self.type) and \(type) differ in layout")
    return Column(
      type: type, count: count, nullCount: nullCount, offset: offset, validity: validity, values: values, bytes: bytes, children: children)
  }

  @inlinable public func isNull(_ row: Int) -> Bool {
    guard let validity else { return false }
    let bit = offset + row
    return validity.base.load(fromByteOffset: bit >> 3, as: UInt8.self) & (1 << UInt8(truncatingIfNeeded: bit & 7)) == 0
  }

  /// The fixed-width values from this column's first row on. `Value` must have the layout's width.
  @inlinable public func fixed<Value: BitwiseCopyable>(as _: Value.Type = Value.self) -> UnsafePointer<Value> {
    guard let values else { preconditionFailure("\(type) has no values buffer") }
    return UnsafePointer(values.base.assumingMemoryBound(to: Value.self)) + offset
  }

  @inlinable public func boolean(_ row: Int) -> Bool {
    guard let values else { preconditionFailure("\(type) has no values buffer") }
    let bit = offset + row
    return values.base.load(fromByteOffset: bit >> 3, as: UInt8.self) & (1 << UInt8(truncatingIfNeeded: bit & 7)) != 0
  }

  /// Offsets of this column's rows, `count + 1` of them, into `bytesBase` or the child column.
  @inlinable public var offsets: UnsafePointer<Int32> { fixed(as: Int32.self) }

  /// Where the offsets of a `.bytes` layout count from.
  @inlinable public var bytesBase: UnsafePointer<UInt8> {
    guard let bytes else { preconditionFailure("\(type) has no bytes buffer") }
    return UnsafePointer(bytes.base.assumingMemoryBound(to: UInt8.self))
  }

  /// The bytes of row `row` of a `.bytes` layout; empty for a null.
  @inlinable public func bytes(at row: Int) -> UnsafeBufferPointer<UInt8> {
    let offsets = offsets
    let start = Int(offsets[row])
    return UnsafeBufferPointer(start: bytesBase + start, count: Int(offsets[row + 1]) - start)
  }

  /// An unscaled decimal of either width.
  public func unscaledDecimal(_ row: Int) -> Int128 {
    if case .fixed(width: 8) = type.layout { return Int128(fixed(as: Int64.self)[row]) }
    return fixed(as: Int128.self)[row]
  }

  /// Bytes that the rows of this column take in memory, shared or not.
  public var byteSize: Int {
    let validityBytes = validity == nil ? 0 : (count + 7) / 8
    switch type.layout {
    case .bits: return validityBytes + (count + 7) / 8
    case .fixed(let width): return validityBytes + count * width
    case .bytes:
      let offsets = offsets
      return validityBytes + (count + 1) * 4 + Int(offsets[count] - offsets[0])
    case .list: return validityBytes + (count + 1) * 4 + children.reduce(0) { $0 + $1.byteSize }
    case .row: return validityBytes + children.reduce(0) { $0 + $1.byteSize }
    }
  }
}
