internal import Glibc
internal import SluiceCore

/// Error numbers of the operating system, in our terms.
enum LocalFailure {
  /// What `errno` says of the call that just failed.
  static func last(_ action: String, _ path: String) -> SluiceError {
    error(errno, action, path)
  }

  static func error(_ code: Int32, _ action: String, _ path: String) -> SluiceError {
    SluiceError(kind(of: code), "cannot \(action): \(String(cString: strerror(code)))", at: .init(path: path))
  }

  /// A limit on the size of files (EFBIG) is a full disk to us: the way out is the same.
  private static func kind(of code: Int32) -> ErrorKind {
    switch code {
    case EACCES, EPERM, EROFS: .storageDenied
    case ENOSPC, EDQUOT, EFBIG: .storageFull
    default: .storageFailed
    }
  }
}
