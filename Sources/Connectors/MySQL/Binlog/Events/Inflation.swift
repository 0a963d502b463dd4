internal import CZlib

/// Decompresses what zlib compressed.
enum Inflation {
  /// Writes exactly `size` bytes to `place` of `scratch`; whether `packed` was just that, and whole. Memory grows with what really comes out,
  /// because a size may be damage.
  static func inflate(
    _ packed: UnsafeBufferPointer<UInt8>, windowBits: Int32 = MAX_WBITS, size: Int, into scratch: ByteScratch, at place: Int = 0
  ) -> Bool {
    var stream = z_stream()
    guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return false }
    defer { inflateEnd(&stream) }
    stream.next_in = UnsafeMutablePointer(mutating: packed.baseAddress)
    stream.avail_in = uInt(clamping: packed.count)
    var written = 0
    while true {
      // One byte more than there should be, so that a longer stream shows.
      scratch.reserve(place + min(size + 1, max(written * 2, 1 << 16)), keeping: place + written)
      let room = min(scratch.capacity - place, size + 1) - written
      stream.next_out = (scratch.base + place + written).assumingMemoryBound(to: Bytef.self)
      stream.avail_out = uInt(clamping: room)
      let code = CZlib.inflate(&stream, Z_NO_FLUSH)
      let added = room - Int(stream.avail_out)
      written += added
      if code == Z_STREAM_END { return written == size }
      guard code == Z_OK, added > 0, written <= size else { return false }
    }
  }
}
