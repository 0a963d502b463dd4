internal import SluiceCore

/// Reads Roaring bitmaps in their portable form, as deletion vectors hold them.
enum RoaringBitmap {
  private static let magic32: UInt32 = 1_581_511_376
  private static let magic64: UInt32 = 1_681_511_377
  private static let cookieWithRuns: UInt32 = 12347
  private static let cookie: UInt32 = 12346

  /// The positions of a vector that starts with its magic number. Throws `target-damaged`.
  static func positions(ofVector bytes: [UInt8]) throws -> [Int] {
    var reader = ByteReader(bytes)
    let magic = try reader.uint32()
    if magic.byteSwapped == magic32 { return try bitmap(&reader) }
    guard magic == magic64 else { throw ByteReader.damaged("an unknown kind of deletion vector") }
    var positions: [Int] = []
    for _ in 0..<(try reader.uint64()) {
      let high = Int(try reader.uint32())
      positions += try bitmap(&reader).map { high << 32 | $0 }
    }
    return positions
  }

  private static func bitmap(_ reader: inout ByteReader) throws -> [Int] {
    let first = try reader.uint32()
    var runs: [UInt8] = []
    let count: Int
    if first & 0xffff == cookieWithRuns {
      count = Int(first >> 16) + 1
      runs = try reader.bytes((count + 7) / 8)
    } else {
      guard first == cookie else { throw ByteReader.damaged("a deletion vector that is no Roaring bitmap") }
      count = Int(try reader.uint32())
    }
    guard count <= 1 << 16 else { throw ByteReader.damaged("a Roaring bitmap of \(count) containers") }
    var containers: [(key: Int, cardinality: Int)] = []
    for _ in 0..<count { containers.append((Int(try reader.uint16()), Int(try reader.uint16()) + 1)) }
    // Offsets of containers, which follow in order anyway.
    if runs.isEmpty || count >= 4 { _ = try reader.bytes(4 * count) }
    var positions: [Int] = []
    for (index, container) in containers.enumerated() {
      let high = container.key << 16
      if !runs.isEmpty, runs[index >> 3] & (1 << UInt8(index & 7)) != 0 {
        for _ in 0..<(try reader.uint16()) {
          let low = Int(try reader.uint16())
          positions += (low...(low + Int(try reader.uint16()))).map { high | $0 }
        }
      } else if container.cardinality <= 4096 {
        for _ in 0..<container.cardinality { positions.append(high | Int(try reader.uint16())) }
      } else {
        for (place, byte) in try reader.bytes(8192).enumerated() where byte != 0 {
          for bit in 0..<8 where byte & (1 << UInt8(bit)) != 0 { positions.append(high | place * 8 + bit) }
        }
      }
    }
    return positions
  }
}

/// Reads little-endian numbers; the end comes as `target-damaged`.
struct ByteReader {
  private let content: [UInt8]
  private(set) var position = 0

  init(_ content: [UInt8]) {
    self.content = content
  }

  mutating func bytes(_ count: Int) throws -> [UInt8] {
    guard count >= 0, position + count <= content.count else { throw Self.damaged("a deletion vector ends early") }
    defer { position += count }
    return Array(content[position..<(position + count)])
  }

  mutating func uint16() throws -> UInt16 { UInt16(truncatingIfNeeded: try number(2)) }
  mutating func uint32() throws -> UInt32 { UInt32(truncatingIfNeeded: try number(4)) }
  mutating func uint64() throws -> UInt64 { try number(8) }

  private mutating func number(_ count: Int) throws -> UInt64 {
    try bytes(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  static func damaged(_ what: String) -> SluiceError { SluiceError(.targetDamaged, what) }
}
