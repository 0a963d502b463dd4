internal import CParquet
internal import SluiceCore

/// Takes an object's bytes to the Parquet library, and keeps the error that reading throws.
final class ParquetSource {
  private let object: any ObjectReader
  fileprivate var error: (any Error)?

  init(_ object: any ObjectReader) {
    self.object = object
  }

  var size: Int { object.size }

  /// The library's callback; `context` is a source that the caller keeps alive.
  static let read: @convention(c) (UnsafeMutableRawPointer?, Int64, Int64, UnsafeMutablePointer<UInt8>?) -> Int32 = { context, offset, count, out in
    guard let context else { return 1 }
    let source = Unmanaged<ParquetSource>.fromOpaque(context).takeUnretainedValue()
    do {
      try source.object.read(at: Int(offset), into: UnsafeMutableRawBufferPointer(start: out, count: Int(count)))
      return 0
    } catch {
      source.error = error
      return 1
    }
  }
}

/// A reader of the Parquet library, freed with its last owner.
final class ParquetReaderHandle {
  let reader: OpaquePointer
  private let source: ParquetSource

  init(_ source: ParquetSource) throws {
    self.source = source
    var opened: OpaquePointer?
    let bytes = sl_source(context: Unmanaged.passUnretained(source).toOpaque(), size: Int64(source.size), read_at: ParquetSource.read)
    source.error = nil
    try ParquetError.check(isReading: true, stored: { source.error }) { sl_parquet_reader_open(bytes, &opened, $0) }
    guard let opened else { throw SluiceError(.defect, "the Parquet library opened no reader") }
    reader = opened
  }

  deinit {
    sl_parquet_reader_free(reader)
  }

  var rowCount: Int { Int(sl_parquet_reader_rows(reader)) }

  func call(_ body: (UnsafeMutablePointer<sl_error>) -> Int32) throws {
    source.error = nil
    try ParquetError.check(isReading: true, stored: { source.error }, body)
  }
}
