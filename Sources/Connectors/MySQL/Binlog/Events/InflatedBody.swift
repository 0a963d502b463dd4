internal import SluiceCore

/// Inflates the part of an event that MariaDB compressed.
enum InflatedBody {
  /// Copies the first `head` bytes of `body`, and inflates the rest behind them. The result lies in `scratch`.
  static func inflate(_ body: UnsafeRawBufferPointer, after head: Int, into scratch: ByteScratch) throws -> UnsafeRawBufferPointer {
    var cursor = BinlogCursor(body, "a compressed event")
    try cursor.skip(head)
    let form = try cursor.uint8()
    // The uppermost bit is always set, the next three tell the algorithm, the lowest three the length of the length.
    guard form & 0xf8 == 0x80, form & 7 >= 1, form & 7 <= 4 else { throw cursor.damaged("it is compressed in an unknown way") }
    var size = 0
    for _ in 0..<(form & 7) { size = size << 8 | Int(try cursor.uint8()) }
    let packed = cursor.rest
    scratch.reserve(head)
    if head > 0, let start = body.baseAddress { scratch.base.copyMemory(from: start, byteCount: head) }
    let isWhole = packed.withMemoryRebound(to: UInt8.self) { Inflation.inflate($0, size: size, into: scratch, at: head) }
    guard isWhole else { throw cursor.damaged("it cannot be decompressed") }
    return UnsafeRawBufferPointer(start: scratch.base, count: head + size)
  }
}
