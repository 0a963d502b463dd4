import SluiceCore

/// What a part of an expression gives for the rows of a frame: a value a row, or one value for all of them.
struct Vector: Sendable {
  let column: Column
  /// How far the next row's value is away: 1, or 0 for a constant.
  let step: Int

  init(_ column: Column) {
    self.column = column
    step = 1
  }

  init(constant column: Column) {
    self.column = column
    step = 0
  }

  var type: DataType { column.type }

  func isNull(_ row: Int) -> Bool { column.isNull(row &* step) }

  /// A column of `count` rows.
  func materialized(count: Int) -> Column {
    step == 1 ? column : column.taking([Int32](repeating: 0, count: count))
  }

  func relabelled(_ type: DataType) -> Vector {
    let column = column.relabelled(type)
    return step == 1 ? Vector(column) : Vector(constant: column)
  }
}

/// Reads the fixed-width values of a vector. Valid while the vector lives, as all readers are.
struct FixedReader<Value: BitwiseCopyable> {
  let base: UnsafePointer<Value>
  let step: Int

  init(_ vector: Vector, as _: Value.Type = Value.self) {
    base = vector.column.fixed(as: Value.self)
    step = vector.step
  }

  @inline(__always) subscript(row: Int) -> Value { base[row &* step] }
}

/// Reads the bytes of a vector of texts; empty for a NULL.
struct TextReader {
  private let offsets: UnsafePointer<Int32>
  private let base: UnsafePointer<UInt8>
  private let step: Int

  init(_ vector: Vector) {
    offsets = vector.column.offsets
    base = vector.column.textBase
    step = vector.step
  }

  @inline(__always) subscript(row: Int) -> UnsafeBufferPointer<UInt8> {
    let at = row &* step
    let start = Int(offsets[at])
    return UnsafeBufferPointer(start: base + start, count: Int(offsets[at + 1]) &- start)
  }
}

/// Reads booleans.
struct FlagReader {
  private let bits: UnsafePointer<UInt8>
  private let offset: Int
  private let step: Int

  init(_ vector: Vector) {
    bits = vector.column.bitsBase
    offset = vector.column.offset
    step = vector.step
  }

  @inline(__always) subscript(row: Int) -> Bool {
    let bit = offset &+ row &* step
    return bits[bit >> 3] & (1 << UInt8(truncatingIfNeeded: bit & 7)) != 0
  }
}

/// Reads unscaled decimals of either width.
struct DecimalReader {
  private let narrow: UnsafePointer<Int64>?
  private let wide: UnsafePointer<Int128>?
  private let step: Int

  init(_ vector: Vector) {
    let isNarrow = vector.type.layout == .fixed(width: 8)
    narrow = isNarrow ? vector.column.fixed(as: Int64.self) : nil
    wide = isNarrow ? nil : vector.column.fixed(as: Int128.self)
    step = vector.step
  }

  @inline(__always) subscript(row: Int) -> Int128 {
    if let narrow { return Int128(narrow[row &* step]) }
    return wide.unsafelyUnwrapped[row &* step]
  }
}

extension Column {
  private static let emptyBytes = Buffer.room(16)

  /// `bytesBase`, also for a column in which no byte was ever stored.
  var textBase: UnsafePointer<UInt8> {
    UnsafePointer((bytes ?? Self.emptyBytes).base.assumingMemoryBound(to: UInt8.self))
  }

  /// The bits of a boolean column; the column's first row is bit `offset`.
  var bitsBase: UnsafePointer<UInt8> {
    guard let values else { preconditionFailure("\(type) has no values buffer") }
    return UnsafePointer(values.base.assumingMemoryBound(to: UInt8.self))
  }
}

extension Buffer {
  /// A buffer to be filled through `base` before it is shared. Its bytes are not set, and there is a word of room behind them.
  static func room(_ byteCount: Int) -> Buffer {
    Buffer(adopting: .allocate(byteCount: byteCount + 16, alignment: 16), byteCount: byteCount)
  }

  /// A buffer of equal bytes.
  static func filled(_ byte: UInt8, count: Int) -> Buffer {
    let buffer = room(count)
    buffer.base.initializeMemory(as: UInt8.self, repeating: byte, count: count + 16)
    return buffer
  }

  var octets: UnsafeMutablePointer<UInt8> { base.assumingMemoryBound(to: UInt8.self) }
}
