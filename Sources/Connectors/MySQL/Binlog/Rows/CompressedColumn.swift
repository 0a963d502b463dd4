internal import CZlib

/// Values of MariaDB's COMPRESSED columns.
enum CompressedColumn {
  /// The value, in `bytes` or in `scratch`; `nil` for bytes that are none. The first byte tells how it lies: 0 for plain, else the algorithm
  /// and the bytes of the length.
  static func inflate(_ bytes: UnsafeBufferPointer<UInt8>, _ scratch: ByteScratch) -> UnsafeBufferPointer<UInt8>? {
    guard let form = bytes.first else { return bytes }
    if form == 0 { return UnsafeBufferPointer(rebasing: bytes.dropFirst()) }
    let lengthBytes = Int(form & 7)
    guard form >> 4 == 8, bytes.count > lengthBytes, lengthBytes <= 4 else { return nil }
    let size = bytes[1..<1 + lengthBytes].reduce(0) { $0 << 8 | Int($1) }
    let packed = UnsafeBufferPointer(rebasing: bytes[(1 + lengthBytes)...])
    // Without a header where a bit says so.
    guard Inflation.inflate(packed, windowBits: form & 8 != 0 ? -MAX_WBITS : MAX_WBITS, size: size, into: scratch) else { return nil }
    return UnsafeBufferPointer(start: scratch.base.assumingMemoryBound(to: UInt8.self), count: size)
  }
}
