internal import SluiceCore

/// A Puffin file of deletion vectors (Iceberg Puffin specification).
struct PuffinFile {
  static let magic = Array("PFA1".utf8)
  static let deletionVector = "deletion-vector-v1"

  /// A part of the file.
  struct Blob: Hashable, Sendable {
    let type: String
    let offset: Int
    let length: Int
    let properties: [String: String]

    /// The data file whose rows a deletion vector deletes.
    var referencedDataFile: String? { properties["referenced-data-file"] }
  }

  /// Where the vectors lie, in the order in which they were given.
  let blobs: [Blob]
  private let content: [UInt8]

  /// Of deletion vectors, each with its data file.
  ///
  /// Shorter ones lie before longer ones, with a byte between two: DuckDB 1.5 reads a gap before a part of a file that it holds along with what it
  /// wants if the gap is no longer than that, and later takes the start of all it has read for a vector that lay in the gap.
  init(_ vectors: [(dataFile: String, rows: RoaringBitmap)]) {
    let encoded = vectors.map { DeletionVectorBlob.encode($0.rows) }
    var content = Self.magic
    var offsets = [Int](repeating: 0, count: vectors.count)
    for index in encoded.indices.sorted(by: { (encoded[$0].count, $0) < (encoded[$1].count, $1) }) {
      offsets[index] = content.count
      content += encoded[index] + [0]
    }
    self.content = content
    blobs = vectors.enumerated().map { index, vector in
      Blob(
        type: Self.deletionVector, offset: offsets[index], length: encoded[index].count,
        properties: ["referenced-data-file": vector.dataFile, "cardinality": String(vector.rows.count)])
    }
  }

  /// The whole file.
  func bytes(createdBy: String = "sluice") -> [UInt8] {
    let footer: SpecValue = .members([
      "blobs": .array(blobs.map(\.json)), "properties": .texts(["created-by": createdBy]),
    ])
    let payload = Array(JSONText.compact(footer).utf8)
    let flags: [UInt8] = [0, 0, 0, 0]
    return content + Self.magic + payload + SingleValue.littleEndian(Int32(payload.count)) + flags + Self.magic
  }

  /// The blobs that the footer of a whole file names. Throws `target-damaged`.
  static func blobs(of file: [UInt8]) throws -> [Blob] {
    // Length, flags and magic number stand at the end, a magic number in front of the footer.
    let trailer = 12
    guard file.count >= 2 * magic.count + trailer, file.starts(with: magic), file.suffix(magic.count).elementsEqual(magic) else {
      throw damaged("is no Puffin file")
    }
    let size = file[(file.count - trailer)..<(file.count - 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard file[file.count - 8] & 1 == 0 else { throw damaged("has a compressed footer, which is not supported") }
    let end = file.count - trailer
    guard size <= end - 2 * magic.count, file[(end - size - magic.count)..<(end - size)].elementsEqual(magic) else {
      throw damaged("has no footer where it should be")
    }
    let footer = try MetadataJSON(MetadataJSON.parse(Array(file[(end - size)..<end]), "a Puffin footer"), "Puffin footer")
    return try footer.array("blobs").map { try Blob(json: $0) }
  }

  static func damaged(_ what: String) -> SluiceError {
    SluiceError(.targetDamaged, "a file of deletion vectors \(what)")
  }
}

extension PuffinFile.Blob {
  /// The id of the column of row positions.
  private static let positionFieldID = 2_147_483_645

  var json: SpecValue {
    // Snapshot and sequence number are not known when the file is written.
    .members([
      "type": .string(type), "fields": .array([.integer(Self.positionFieldID)]), "snapshot-id": .integer(-1), "sequence-number": .integer(-1),
      "offset": .integer(offset), "length": .integer(length), "properties": .texts(properties),
    ])
  }

  init(json: SpecValue) throws {
    let object = try MetadataJSON(json, "Puffin blob")
    type = try object.string("type")
    offset = try object.integer("offset")
    length = try object.integer("length")
    properties = try object.texts("properties")
  }
}

/// The blob `deletion-vector-v1`: length, magic number, 64-bit Roaring bitmap in portable form, checksum.
enum DeletionVectorBlob {
  private static let magic: [UInt8] = [0xd1, 0xd3, 0x39, 0x64]

  static func encode(_ rows: RoaringBitmap) -> [UInt8] {
    // Rows of one file are below 2^32: one bitmap with key 0, or none.
    var vector = magic + SingleValue.littleEndian(Int64(rows.isEmpty ? 0 : 1))
    if !rows.isEmpty { vector += SingleValue.littleEndian(Int32(0)) + rows.portable }
    return bigEndian(UInt32(vector.count)) + vector + bigEndian(CRC32.of(vector))
  }

  /// Throws `target-damaged` for bytes that are no such blob, and for a wrong checksum.
  static func decode(_ bytes: [UInt8]) throws -> RoaringBitmap {
    guard bytes.count >= 12, number(bytes[..<4]) == bytes.count - 8 else { throw PuffinFile.damaged("has a vector of another length") }
    let vector = Array(bytes[4..<(bytes.count - 4)])
    guard vector.starts(with: magic) else { throw PuffinFile.damaged("has a vector of an unknown kind") }
    guard number(bytes.suffix(4)) == Int(CRC32.of(vector)) else { throw PuffinFile.damaged("has a vector with a wrong checksum") }
    return try RoaringBitmap(vector: vector)
  }

  /// The rows that a delete file with `contentOffset` deletes.
  static func read(_ file: DataFile, files: IcebergFiles) throws -> RoaringBitmap {
    guard let offset = file.contentOffset, let length = file.contentSize else {
      throw SluiceError(.targetDamaged, "a deletion vector has no place in its file", at: .init(path: file.path))
    }
    let object = try files.store.open(files.path(of: file.path))
    guard offset >= 0, length >= 0, offset <= object.size, length <= object.size - offset else {
      throw SluiceError(.targetDamaged, "a deletion vector lies outside of its file", at: .init(path: file.path))
    }
    var bytes = [UInt8](repeating: 0, count: length)
    try bytes.withUnsafeMutableBytes { try object.read(at: offset, into: $0) }
    do {
      return try decode(bytes)
    } catch let error as SluiceError where error.place.path == nil {
      throw SluiceError(error.kind, error.message, at: .init(path: file.path), cause: error)
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

  private static func bigEndian(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian, Array.init) }
}
