internal import Glibc
internal import SluiceCore

/// A file of the local disk that may be lost at any time: nothing waits for the disk.
final class ScratchFile {
  let path: String
  private let descriptor: Int32

  /// Opens a file for reading; `nil` when it cannot be opened, for whatever reason.
  init?(reading path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    if descriptor < 0 { return nil }
  }

  /// Makes a file, and the folder that it lies in.
  init(writing path: String) throws {
    self.path = path
    var opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if opened < 0, errno == ENOENT {
      try Self.makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
      opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    }
    descriptor = opened
    if opened < 0 { throw Self.failure("create", path) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Whether all of `target` was filled with the bytes from `offset` on.
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) -> Bool {
    var done = 0
    while done < target.count {
      guard let base = target.baseAddress else { return false }
      let count = pread(descriptor, base + done, target.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return false }
      done += count
    }
    return true
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      guard let base = bytes.baseAddress else { return }
      let count = pwrite(descriptor, base + done, bytes.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw Self.failure("write", path) }
      done += count
    }
  }

  /// Gives the file another name, in place of one that may be there.
  func rename(to name: String) throws {
    if Glibc.rename(path, name) != 0 { throw Self.failure("rename to", name) }
  }

  static func remove(_ path: String) {
    unlink(path)
  }

  /// The names of files in a folder that were written that many seconds ago.
  static func names(in folder: String, olderThan seconds: Int) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    let now = time(nil)
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: Int(entry.pointee.d_reclen)) { String(cString: $0) }
      }
      var facts = stat()
      guard stat("\(folder)/\(name)", &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { continue }
      if now - facts.st_mtim.tv_sec >= seconds { names.append(name) }
    }
    return names
  }

  private static func makeFolder(_ path: String) throws {
    if path.isEmpty || mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/") else { throw failure("create the folder", path) }
    try makeFolder(String(path[..<slash]))
    if mkdir(path, 0o755) != 0 && errno != EEXIST { throw failure("create the folder", path) }
  }

  private static func failure(_ action: String, _ path: String) -> SluiceError {
    let code = errno
    let kind: ErrorKind =
      switch code {
      case EACCES, EPERM, EROFS: .storageDenied
      case ENOSPC, EDQUOT, EFBIG: .storageFull
      default: .storageFailed
      }
    return SluiceError(kind, "cannot \(action): \(String(cString: strerror(code)))", at: .init(path: path))
  }
}
