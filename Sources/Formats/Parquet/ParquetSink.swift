internal import SluiceCore

/// Takes the Parquet library's bytes to an object, and keeps the error that this throws.
final class ParquetSink {
  let object: any ObjectWriter
  private(set) var error: (any Error)?

  init(_ object: any ObjectWriter) {
    self.object = object
  }

  /// The library's callback; `context` is a sink that the caller keeps alive.
  static let write: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, Int64) -> Int32 = { context, bytes, count in
    guard let context else { return 1 }
    let sink = Unmanaged<ParquetSink>.fromOpaque(context).takeUnretainedValue()
    do {
      try sink.object.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
      return 0
    } catch {
      sink.error = error
      return 1
    }
  }
}
