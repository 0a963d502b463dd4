internal import SluiceCore

/// Reads a message of MySQL's serialization library: numbered fields in ascending order, numbers in a form of one to nine bytes whose
/// lowest bits tell how many.
struct TaggedMessage {
  private var cursor: BinlogCursor
  /// The newest field that a reader must know.
  private var lastRequired: UInt64 = 0
  private var previous: UInt64?

  init(_ bytes: UnsafeRawBufferPointer) throws {
    cursor = BinlogCursor(bytes, "a tagged GTID")
    guard try unsigned() <= 1 else { throw cursor.damaged("its encoding has an unknown version") }
    let size = try unsigned()
    guard size <= UInt64(bytes.count) else { throw cursor.damaged("it is longer than the event") }
    lastRequired = try unsigned()
  }

  /// The number of the next field; `nil` after the last.
  mutating func nextField() throws -> UInt64? {
    guard !cursor.isAtEnd else { return nil }
    let field = try unsigned()
    if let previous, field <= previous { throw cursor.damaged("its fields are out of order") }
    previous = field
    return field
  }

  /// A field of a later version: since its length cannot be known, nothing after it is read.
  mutating func skipUnknown(_ field: UInt64) throws {
    guard field > lastRequired else { throw cursor.damaged("it has a field that must be understood, and is not known (\(field))") }
    try cursor.skip(cursor.remaining)
  }

  mutating func unsigned() throws -> UInt64 {
    let first = try cursor.uint8()
    let length = (~first).trailingZeroBitCount + 1
    if length == 1 { return UInt64(first >> 1) }
    let rest = try cursor.littleEndian(length - 1)
    if length == 9 { return rest }
    return UInt64(first) >> UInt64(length) | rest << UInt64(8 - length)
  }

  mutating func signed() throws -> Int64 {
    let value = try unsigned()
    let magnitude = Int64(bitPattern: value >> 1)
    return value & 1 == 0 ? magnitude : ~magnitude
  }

  /// Bytes as numbers of their own.
  mutating func bytes(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<count {
      guard let byte = UInt8(exactly: try unsigned()) else { throw cursor.damaged("a byte is larger than 255") }
      bytes.append(byte)
    }
    return bytes
  }

  mutating func text(limit: Int) throws -> String {
    let length = try unsigned()
    guard length <= UInt64(limit) else { throw cursor.damaged("a text is too long") }
    return try cursor.text(Int(length))
  }

  func damaged(_ what: String) -> SluiceError { cursor.damaged(what) }
}
