internal import CParquet
internal import SluiceCore

/// An Avro object container file: a schema, and records that follow it.
public struct AvroFile: Sendable {
  public let schema: AvroSchema
  /// The header's entries but for schema and codec.
  public let metadata: [String: [UInt8]]
  public let records: [AvroValue]

  /// How blocks of records are compressed.
  public enum Codec: String, Sendable {
    case null
    case deflate
    case zstandard
  }

  private static let magic: [UInt8] = Array("Obj".utf8) + [1]
  private static let markerBytes = 16
  private static let blockBytes = 64 << 10
  /// No block of a file that we read may grow beyond this.
  private static let maximumBlockBytes: Int64 = 512 << 20

  /// The bytes of a file of `records`. Throws `defect` for a record that does not fit the schema.
  public static func encode(
    schema: AvroSchema, records: some Sequence<AvroValue>, codec: Codec = .zstandard, metadata: [String: String] = [:]
  ) throws -> [UInt8] {
    var header = metadata.mapValues { AvroValue.bytes(Array($0.utf8)) }
    header["avro.schema"] = .bytes(Array(schema.text.utf8))
    header["avro.codec"] = .bytes(Array(codec.rawValue.utf8))
    var file = AvroEncoder()
    file.bytes = magic
    try file.append(.map(header), as: .map(.bytes))
    // Two draws, not sixteen: each asks the kernel.
    let marker = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)].withUnsafeBytes { Array($0) }
    file.bytes += marker

    var block = AvroEncoder(named: schema.named)
    var count: Int64 = 0
    func endBlock() throws {
      file.append(long: count)
      switch codec {
      case .null: file.append(block.bytes)
      case .deflate: file.append(try Deflate.compress(block.bytes))
      case .zstandard: file.append(try AvroFile.compress(block.bytes))
      }
      file.bytes += marker
      block.bytes.removeAll(keepingCapacity: true)
      count = 0
    }
    for record in records {
      try block.append(record, as: schema.type)
      count += 1
      if block.bytes.count >= blockBytes { try endBlock() }
    }
    if count > 0 { try endBlock() }
    return file.bytes
  }

  /// Reads a whole file. Throws `target-damaged` for bytes that are no valid Avro file, and for a codec that is not supported.
  public static func decode(_ bytes: [UInt8]) throws -> AvroFile {
    try bytes.withUnsafeBytes { try decode($0) }
  }

  private static func decode(_ bytes: UnsafeRawBufferPointer) throws -> AvroFile {
    var file = AvroDecoder(bytes)
    guard bytes.count >= magic.count, try file.take(magic.count).elementsEqual(magic) else { throw file.damaged("no object container file") }
    guard case .map(var header) = try file.value(.map(.bytes)) else { throw file.damaged("no header") }
    let marker = try file.take(markerBytes)
    guard let text = header.removeValue(forKey: "avro.schema")?.bytes.flatMap({ String(validating: $0, as: UTF8.self) }) else {
      throw file.damaged("no schema")
    }
    let schema = try AvroSchema(text)
    let name = header.removeValue(forKey: "avro.codec")?.bytes.map { String(decoding: $0, as: UTF8.self) } ?? Codec.null.rawValue
    guard let codec = Codec(rawValue: name) else { throw file.damaged("codec \(name) is not supported") }

    var records: [AvroValue] = []
    while !file.isAtEnd {
      let count = try file.long()
      guard count >= 0 else { throw file.damaged("a block has a negative count") }
      let content = try file.sized()
      try withBlock(content, codec) { content in
        var block = AvroDecoder(content, named: schema.named)
        try block.repeated(count.magnitude) { records.append(try $0.value(schema.type)) }
        guard block.isAtEnd else { throw block.damaged("a block has more bytes than its records") }
      }
      guard try file.take(markerBytes).elementsEqual(marker) else { throw file.damaged("a block's end does not bear the file's marker") }
    }
    return AvroFile(schema: schema, metadata: header.compactMapValues(\.bytes), records: records)
  }

  private static func withBlock(_ content: UnsafeRawBufferPointer, _ codec: Codec, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    switch codec {
    case .null: return try body(content)
    case .deflate: return try Deflate.decompress(content, limit: Int(maximumBlockBytes)).withUnsafeBytes(body)
    case .zstandard: break
    }
    var out: UnsafeMutablePointer<UInt8>?
    var count: Int64 = 0
    let source = content.bindMemory(to: UInt8.self).baseAddress
    try ParquetError.check(isReading: true) { sl_zstd_decompress_alloc(source, Int64(content.count), maximumBlockBytes, &out, &count, $0) }
    defer { sl_bytes_free(out) }
    try body(UnsafeRawBufferPointer(start: out, count: Int(count)))
  }

  private static func compress(_ content: [UInt8]) throws -> [UInt8] {
    let capacity = sl_zstd_max_compressed(Int64(content.count))
    return try [UInt8](unsafeUninitializedCapacity: Int(capacity)) { buffer, used in
      var count: Int64 = 0
      try ParquetError.check { sl_zstd_compress(0, content, Int64(content.count), buffer.baseAddress, capacity, &count, $0) }
      used = Int(count)
    }
  }
}
