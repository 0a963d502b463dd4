internal import CZstd
internal import Glibc
internal import SluiceCore

/// The events of a transaction that was compressed as a whole, one after the other. No more than the largest one is kept in memory.
struct PayloadEvents {
  private let payload: TransactionPayload
  private let stream: ZstdStream
  private var source: ZSTD_inBuffer
  private var isStreamEnd = false
  /// Bytes of the scratch memory, or of plain content, that are there, and those of them that were handed out.
  private var filled: Int
  private var used = 0

  /// The payload's bytes must stay where they are until the last event was read.
  init(_ payload: TransactionPayload, _ stream: ZstdStream) throws {
    self.payload = payload
    self.stream = stream
    source = ZSTD_inBuffer(src: payload.content.baseAddress, size: payload.content.count, pos: 0)
    filled = payload.isCompressed ? 0 : payload.content.count
    if payload.isCompressed { try stream.start() }
  }

  /// The bytes of the next event, valid until the next call; `nil` after the last.
  mutating func next() throws -> UnsafeRawBufferPointer? {
    while true {
      let bytes = payload.isCompressed ? UnsafeRawBufferPointer(start: stream.scratch.base, count: filled) : payload.content
      if let size = try Self.size(bytes, at: used) {
        defer { used += size }
        return UnsafeRawBufferPointer(rebasing: bytes[used..<used + size])
      }
      guard payload.isCompressed, !isStreamEnd else { break }
      try fill()
    }
    guard used == filled else { throw damaged("it ends within an event") }
    if payload.isCompressed { stream.scratch.shrink(to: 4 << 20) }
    return nil
  }

  /// Bytes of the event at `place`; `nil` when it is not there whole.
  private static func size(_ bytes: UnsafeRawBufferPointer, at place: Int) throws -> Int? {
    guard bytes.count - place >= BinlogHeader.size else { return nil }
    let size = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 9, as: UInt32.self)))
    guard size >= BinlogHeader.size else {
      throw SluiceError(.sourceLogDamaged, "an event in a compressed transaction is shorter than its header")
    }
    return bytes.count - place >= size ? size : nil
  }

  private mutating func fill() throws {
    let scratch = stream.scratch
    if used > 0 {
      filled -= used
      memmove(scratch.base, scratch.base + used, filled)
      used = 0
    } else if filled == scratch.capacity {
      scratch.reserve(scratch.capacity * 2, keeping: filled)
    }
    let (added, isEnd) = try stream.step(&source, at: filled)
    filled += added
    isStreamEnd = isEnd && source.pos == source.size
    // No progress and nothing left to read: the stream was cut.
    if added == 0, !isStreamEnd, source.pos == source.size { throw damaged("it ends within its compressed stream") }
  }

  private func damaged(_ what: String) -> SluiceError {
    SluiceError(.sourceLogDamaged, "a compressed transaction cannot be read: \(what)")
  }
}
