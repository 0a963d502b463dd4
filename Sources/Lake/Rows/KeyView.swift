internal import SluiceCore

/// Raw pointers into one scalar column, so that a loop over rows touches no reference count.
///
/// Valid only while the column lives.
struct KeyView {
  /// How a value goes into a `BinaryRow` slot.
  enum Kind: UInt8 {
    case bits, width1, width2, width4, width8
    /// A decimal of more than 18 digits: bytes in the variable part.
    case wideDecimal
    /// Microseconds of a day, kept as milliseconds.
    case time
    /// Times finer than milliseconds: milliseconds in the variable part, the rest in the slot.
    case micros, nanos
    case bytes
  }

  let kind: Kind
  let values: UnsafeRawPointer
  let bytes: UnsafePointer<UInt8>?
  let validity: UnsafePointer<UInt8>?
  let offset: Int

  /// `nil` when a column of that type cannot be a key.
  init?(_ column: Column) {
    guard let kind = Self.kind(of: column.type), let values = column.values else { return nil }
    self.kind = kind
    self.values = UnsafeRawPointer(values.base)
    bytes = kind == .bytes ? column.bytesBase : nil
    validity = column.validity.map { UnsafePointer($0.base.assumingMemoryBound(to: UInt8.self)) }
    offset = column.offset
  }

  /// How values of `type` lie in a `BinaryRow`; `nil` for nested types.
  static func kind(of type: DataType) -> Kind? {
    switch type {
    case .boolean: .bits
    case .int8, .uint8: .width1
    case .int16, .uint16: .width2
    case .int32, .uint32, .float32, .date: .width4
    case .int64, .uint64, .float64: .width8
    case .decimal(let precision, _): precision <= 18 ? .width8 : .wideDecimal
    case .time: .time
    case .timestamp(let precision), .instant(let precision): precision <= 3 ? .width8 : precision <= 6 ? .micros : .nanos
    case .string, .binary, .json: .bytes
    case .array, .map, .row: nil
    }
  }

  @inline(__always) func isNull(_ row: Int) -> Bool {
    guard let validity else { return false }
    let bit = offset &+ row
    return validity[bit >> 3] & (1 << UInt8(truncatingIfNeeded: bit & 7)) == 0
  }

  @inline(__always) func load<Value: BitwiseCopyable>(_ row: Int, as _: Value.Type) -> Value {
    values.loadUnaligned(fromByteOffset: (offset &+ row) &* MemoryLayout<Value>.size, as: Value.self)
  }

  /// The 8 bytes of the slot of a value that needs no variable part. Not for `.bytes` and the other kinds with one.
  @inline(__always) func slot(_ row: Int) -> UInt64 {
    switch kind {
    case .bits:
      let bit = offset &+ row
      return values.load(fromByteOffset: bit >> 3, as: UInt8.self) & (1 << UInt8(truncatingIfNeeded: bit & 7)) == 0 ? 0 : 1
    case .width1: return UInt64(load(row, as: UInt8.self))
    case .width2: return UInt64(load(row, as: UInt16.self))
    case .width4: return UInt64(load(row, as: UInt32.self))
    case .time: return UInt64(UInt32(truncatingIfNeeded: load(row, as: Int64.self) / 1000))
    default: return load(row, as: UInt64.self)
    }
  }

  /// The bytes of a row of kind `.bytes`.
  @inline(__always) func text(_ row: Int) -> UnsafeBufferPointer<UInt8> {
    let start = Int(load(row, as: Int32.self))
    let end = Int(load(row &+ 1, as: Int32.self))
    return UnsafeBufferPointer(start: bytes.map { $0 + start }, count: end &- start)
  }
}
