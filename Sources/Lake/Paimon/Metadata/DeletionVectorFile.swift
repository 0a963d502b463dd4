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
