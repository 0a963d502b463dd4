internal import CZlib

/// Values of MariaDB's COMPRESSED columns.
enum CompressedColumn {
  /// The value; `nil` for bytes that are none. The first byte tells how it lies: 0 for plain, else the algorithm and the bytes of the length.
  static func inflate(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard let form = bytes.first else { return [] }
    if form == 0 { return Array(bytes.dropFirst()) }
    let lengthBytes = Int(form & 7)
    guard form >> 4 == 8, bytes.count > lengthBytes, lengthBytes <= 4 else { return nil }
    let size = bytes[1..<1 + lengthBytes].reduce(0) { $0 << 8 | Int($1) }
    let packed = UnsafeBufferPointer(rebasing: bytes[(1 + lengthBytes)...])
    // Deflate makes at most 1032 bytes of one.
    guard size > 0, size <= packed.count * 1_033 + 64 else { return nil }
    var stream = z_stream()
    // Without a header where a bit says so.
    guard inflateInit2_(&stream, form & 8 != 0 ? -MAX_WBITS : MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var isWhole = false
    let value = [UInt8](unsafeUninitializedCapacity: size) { target, count in
      stream.next_in = UnsafeMutablePointer(mutating: packed.baseAddress)
      stream.avail_in = uInt(packed.count)
      stream.next_out = target.baseAddress
      stream.avail_out = uInt(size)
      isWhole = CZlib.inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0
      count = size - Int(stream.avail_out)
    }
    return isWhole ? value : nil
  }
}
