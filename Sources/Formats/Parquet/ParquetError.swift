internal import CParquet
internal import SluiceCore

/// What the Parquet library reports, in our terms.
enum ParquetError {
  /// Calls `body` with room for an error; a nonzero code becomes a `SluiceError`.
  ///
  /// `stored` is what a callback of ours threw meanwhile: the error itself then. `isReading` tells bytes that are
  /// damaged from a defect of ours.
  static func check(isReading: Bool = false, stored: () -> (any Error)? = { nil }, _ body: (UnsafeMutablePointer<sl_error>) -> Int32) throws {
    var error = sl_error()
    let code = body(&error)
    if code == Int32(SL_OK.rawValue) { return }
    if let thrown = stored() { throw thrown }
    let message = withUnsafePointer(to: &error) { String(cString: sl_error_message($0)) }
    switch UInt32(bitPattern: code) {
    case SL_CORRUPT.rawValue: throw SluiceError(isReading ? .targetDamaged : .defect, message)
    case SL_UNSUPPORTED.rawValue, SL_INVALID.rawValue, SL_CAPACITY.rawValue:
      throw SluiceError(isReading ? .targetDamaged : .defect, "Parquet: \(message)")
    case SL_IO.rawValue: throw SluiceError(.storageFailed, message)
    default: throw SluiceError(.defect, "Parquet: \(message)")
    }
  }
}
