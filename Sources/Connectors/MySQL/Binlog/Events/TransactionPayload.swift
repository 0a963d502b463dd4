internal import CZstd
internal import Glibc
internal import SluiceCore

/// A transaction that MySQL compressed as a whole: a short description, then its events as one stream.
struct TransactionPayload {
  private let isCompressed: Bool
  private let content: UnsafeRawBufferPointer

  init(_ body: UnsafeRawBufferPointer) throws {
    var cursor = BinlogCursor(body, "a compressed transaction")
    var algorithm: UInt64 = 255
    var size: UInt64?
    fields: while true {
      switch try cursor.packed() {
      case 0: break fields
      case let kind:
        let length = try cursor.packedCount()
        var field = BinlogCursor(try cursor.bytes(length), "a compressed transaction")
        if kind == 1 { size = try field.packed() }
        if kind == 2 { algorithm = try field.packed() }
      }
    }
    guard algorithm == 0 || algorithm == 255 else {
      throw SluiceError(.sourceLogUnusable, "a transaction is compressed in an unknown way (\(algorithm)); zstd is expected")
    }
    isCompressed = algorithm == 0
    if let size, size != UInt64(cursor.remaining) { throw cursor.damaged("its length is not the one that it tells") }
    content = cursor.rest
  }

  /// Calls `visit` with the bytes of each event in order; they are valid until it returns. No more than the largest event is kept in memory.
  func forEachEvent(_ stream: ZstdStream, _ visit: (UnsafeRawBufferPointer) throws -> Void) throws {
    if !isCompressed {
      guard try Self.visitEvents(content, visit) == content.count else { throw damaged("it ends within an event") }
      return
    }
    try stream.start()
    var source = ZSTD_inBuffer(src: content.baseAddress, size: content.count, pos: 0)
    var filled = 0
    let scratch = stream.scratch
    while true {
      let (added, isEnd) = try stream.step(&source, at: filled)
      filled += added
      let all = UnsafeRawBufferPointer(start: scratch.base, count: filled)
      let used = try Self.visitEvents(all, visit)
      if used > 0 {
        filled -= used
        memmove(scratch.base, scratch.base + used, filled)
      } else if filled == scratch.capacity {
        scratch.reserve(scratch.capacity * 2, keeping: filled)
      }
      if isEnd, source.pos == source.size { break }
      // No progress and nothing left to read: the stream was cut.
      if added == 0, used == 0, source.pos == source.size { throw damaged("it ends within its compressed stream") }
    }
    guard filled == 0 else { throw damaged("it ends within an event") }
    scratch.shrink(to: 4 << 20)
  }

  /// Visits the events that are whole, and returns the bytes that they take.
  private static func visitEvents(_ bytes: UnsafeRawBufferPointer, _ visit: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
    var place = 0
    while bytes.count - place >= BinlogHeader.size {
      let size = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 9, as: UInt32.self)))
      guard size >= BinlogHeader.size else {
        throw SluiceError(.sourceLogDamaged, "an event in a compressed transaction is shorter than its header")
      }
      guard bytes.count - place >= size else { break }
      try visit(UnsafeRawBufferPointer(rebasing: bytes[place..<place + size]))
      place += size
    }
    return place
  }

  private func damaged(_ what: String) -> SluiceError {
    SluiceError(.sourceLogDamaged, "a compressed transaction cannot be read: \(what)")
  }
}

/// A decompressor, used again from transaction to transaction.
final class ZstdStream {
  let scratch = ByteScratch(capacity: 1 << 17)
  private let context: OpaquePointer?

  init() { context = ZSTD_createDCtx() }

  deinit { ZSTD_freeDCtx(context) }

  fileprivate func start() throws {
    guard let context, ZSTD_isError(ZSTD_DCtx_reset(context, ZSTD_reset_session_only)) == 0 else {
      throw SluiceError(.defect, "the decompressor cannot be started")
    }
  }

  /// Decompresses to `place` of the scratch memory: how many bytes were added, and whether the stream is at its end.
  fileprivate func step(_ source: inout ZSTD_inBuffer, at place: Int) throws -> (added: Int, isEnd: Bool) {
    var target = ZSTD_outBuffer(dst: scratch.base + place, size: scratch.capacity - place, pos: 0)
    let left = ZSTD_decompressStream(context, &target, &source)
    guard ZSTD_isError(left) == 0 else {
      throw SluiceError(.sourceLogDamaged, "a compressed transaction cannot be read: \(String(cString: ZSTD_getErrorName(left)))")
    }
    return (target.pos, left == 0)
  }
}
