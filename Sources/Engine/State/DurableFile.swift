internal import Foundation
internal import SluiceCore

/// Files of the state folder that are replaced whole and survive a power cut.
enum DurableFile {
  /// Writes `bytes` to `path`: after return the new content is durable, before it the old one is whole.
  static func replace(_ path: String, with bytes: Data) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try makeFolder(folder)
    let temporary = path + ".tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(temporary) }
    do {
      defer { close(file) }
      try bytes.withUnsafeBytes { try writeAll(file, $0, path: temporary) }
      guard fsync(file) == 0 else { throw failure(temporary) }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else { throw failure(path) }
    try syncFolder(folder)
  }

  static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      var folder = stat()
      if stat(path, &folder) == 0, folder.st_mode & S_IFMT == S_IFDIR { return }
      throw SluiceError(.storageDenied, "the folder cannot be made", at: .init(path: path), cause: error)
    }
  }

  static func syncFolder(_ path: String) throws {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw failure(path) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw failure(path) }
  }

  static func writeAll(_ file: Int32, _ bytes: UnsafeRawBufferPointer, path: String) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = UnsafeRawBufferPointer(rebasing: rest).withMemoryRebound(to: UInt8.self) { write(file, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        throw failure(path)
      }
      rest = rest.dropFirst(written)
    }
  }

  /// The error of the last system call, as a kind.
  static func failure(_ path: String) -> SluiceError {
    let code = errno
    let kind: ErrorKind =
      switch code {
      case EACCES, EPERM, EROFS: .storageDenied
      case ENOSPC, EDQUOT, EFBIG: .storageFull
      default: .storageFailed
      }
    return SluiceError(kind, String(cString: strerror(code)), at: .init(path: path))
  }
}
