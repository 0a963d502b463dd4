internal import CZlib
internal import SluiceCore

/// The deflate format without a header, as Avro's codec of that name has it.
enum Deflate {
  private static let windowBits = -MAX_WBITS
  /// Blocks are small: a faster level would make them larger for little.
  private static let level: Int32 = 6
  private static let memoryLevel: Int32 = 8

  static func compress(_ content: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit2_(&stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
      throw SluiceError(.defect, "zlib does not start")
    }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, uLong(content.count)))
    return try content.withUnsafeBufferPointer { content in
      try [UInt8](unsafeUninitializedCapacity: bound) { buffer, used in
        stream.next_in = UnsafeMutablePointer(mutating: content.baseAddress)
        stream.avail_in = uInt(clamping: content.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = uInt(clamping: bound)
        guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { throw SluiceError(.defect, "zlib does not finish") }
        used = bound - Int(stream.avail_out)
      }
    }
  }

  /// Throws `target-damaged` for bytes that are not valid, and for more than `limit` bytes of content.
  static func decompress(_ packed: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
    var stream = z_stream()
    guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw SluiceError(.defect, "zlib does not start")
    }
    defer { inflateEnd(&stream) }
    stream.next_in = UnsafeMutablePointer(mutating: packed.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = uInt(clamping: packed.count)
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let (code, count) = chunk.withUnsafeMutableBufferPointer { chunk in
        stream.next_out = chunk.baseAddress
        stream.avail_out = uInt(clamping: chunk.count)
        return (inflate(&stream, Z_NO_FLUSH), chunk.count - Int(stream.avail_out))
      }
      content += chunk[..<count]
      if code == Z_STREAM_END { return content }
      guard code == Z_OK, count > 0 || stream.avail_in > 0, content.count <= limit else {
        throw SluiceError(.targetDamaged, "Avro: a block cannot be decompressed")
      }
    }
  }
}
