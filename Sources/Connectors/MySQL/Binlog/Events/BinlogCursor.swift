internal import SluiceCore

/// Reads the bytes of an event in order. A read past their end is `source-log-damaged`, and says of what.
struct BinlogCursor {
  /// What is read, for errors: `a table map`.
  let subject: String
  private let base: UnsafePointer<UInt8>
  private let count: Int
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer, _ subject: String) {
    base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? Self.nowhere
    count = bytes.count
    self.subject = subject
  }

  /// Something to point to where there is nothing to read.
  private static var nowhere: UnsafePointer<UInt8> { UnsafePointer(bitPattern: 1).unsafelyUnwrapped }

  var remaining: Int { count - offset }

  var isAtEnd: Bool { offset == count }

  /// The bytes that are left.
  var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base + offset, count: remaining) }

  mutating func bytes(_ length: Int) throws -> UnsafeRawBufferPointer {
    guard length >= 0, length <= remaining else { throw damaged("it ends within a field of \(length) bytes") }
    defer { offset += length }
    return UnsafeRawBufferPointer(start: base + offset, count: length)
  }

  mutating func skip(_ length: Int) throws { _ = try bytes(length) }

  mutating func uint8() throws -> UInt8 {
    guard offset < count else { throw damaged("it ends within a field") }
    defer { offset += 1 }
    return base[offset]
  }

  mutating func uint16() throws -> UInt16 { UInt16(truncatingIfNeeded: try littleEndian(2)) }

  mutating func uint32() throws -> UInt32 { UInt32(truncatingIfNeeded: try littleEndian(4)) }

  mutating func uint64() throws -> UInt64 { try littleEndian(8) }

  /// An unsigned number of one to eight bytes.
  mutating func littleEndian(_ length: Int) throws -> UInt64 {
    let bytes = try bytes(length)
    var value: UInt64 = 0
    for index in 0..<length { value |= UInt64(bytes[index]) << UInt64(index * 8) }
    return value
  }

  /// A number in the protocol's packed form of one to nine bytes.
  mutating func packed() throws -> UInt64 {
    switch try uint8() {
    case let small where small < 251: return UInt64(small)
    case 252: return try littleEndian(2)
    case 253: return try littleEndian(3)
    case 254: return try littleEndian(8)
    default: throw damaged("a packed number starts with a byte that none starts with")
    }
  }

  /// A packed number that counts bytes or elements here, of which there cannot be more than bytes are left.
  mutating func packedCount() throws -> Int {
    let value = try packed()
    guard value <= UInt64(remaining) else { throw damaged("it counts more elements than it has bytes") }
    return Int(value)
  }

  /// UTF-8 of that length; other bytes are replaced.
  mutating func text(_ length: Int) throws -> String { String(decoding: try bytes(length), as: UTF8.self) }

  /// UTF-8 up to a zero byte, or to the end where there is none.
  mutating func textToZero() throws -> String {
    let length = rest.firstIndex(of: 0) ?? remaining
    let text = try text(length)
    if !isAtEnd { try skip(1) }
    return text
  }

  func damaged(_ what: String) -> SluiceError {
    SluiceError(.sourceLogDamaged, "\(subject) cannot be read: \(what) (byte \(offset) of \(count))")
  }
}
