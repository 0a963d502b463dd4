internal import CZstd
internal import SluiceCore

/// A transaction that MySQL compressed as a whole: a short description, then its events as one stream.
struct TransactionPayload {
  let isCompressed: Bool
  /// The events, packed or not. Leads into the event's bytes.
  let content: UnsafeRawBufferPointer

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
}

/// A decompressor, used again from transaction to transaction.
final class ZstdStream {
  let scratch = ByteScratch(capacity: 1 << 17)
  private let context: OpaquePointer?

  init() { context = ZSTD_createDCtx() }

  deinit { ZSTD_freeDCtx(context) }

  func start() throws {
    guard let context, ZSTD_isError(ZSTD_DCtx_reset(context, ZSTD_reset_session_only)) == 0 else {
      throw SluiceError(.defect, "the decompressor cannot be started")
    }
  }

  /// Decompresses to `place` of the scratch memory: how many bytes were added, and whether the stream is at its end.
  func step(_ source: inout ZSTD_inBuffer, at place: Int) throws -> (added: Int, isEnd: Bool) {
    var target = ZSTD_outBuffer(dst: scratch.base + place, size: scratch.capacity - place, pos: 0)
    let left = ZSTD_decompressStream(context, &target, &source)
    guard ZSTD_isError(left) == 0 else {
      throw SluiceError(.sourceLogDamaged, "a compressed transaction cannot be read: \(String(cString: ZSTD_getErrorName(left)))")
    }
    return (target.pos, left == 0)
  }
}
