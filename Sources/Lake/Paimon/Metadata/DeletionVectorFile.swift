/// An index file of deletion vectors of the 32-bit kind, as it is written (Paimon specification, deletion vectors index).
struct DeletionVectorFile {
  private static let version: UInt8 = 1

  private(set) var bytes = [Self.version]
  private(set) var ranges: [VectorRange] = []

  mutating func append(_ rows: RoaringBitmap, of dataFile: String) {
    let vector = rows.vector
    ranges.append(VectorRange(dataFile: dataFile, offset: bytes.count, length: vector.count, cardinality: rows.count))
    append(UInt32(vector.count))
    bytes += vector
    append(CRC32.of(vector))
  }

  private mutating func append(_ number: UInt32) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }
}

/// The checksum of zlib.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
  }

  static func of(_ bytes: [UInt8]) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      ~bytes.reduce(~0) { state, byte in table[Int((state ^ UInt32(byte)) & 0xff)] ^ state >> 8 }
    }
  }
}
