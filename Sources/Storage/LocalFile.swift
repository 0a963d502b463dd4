internal import Glibc
internal import SluiceCore

/// An open file, closed with its last owner. Calls are repeated when a signal interrupts them.
final class LocalFile {
  let path: String
  private var descriptor: Int32

  /// Opens or creates `path`.
  init(_ path: String, _ flags: Int32) throws {
    guard let descriptor = try Self.descriptor(path, flags, isRequired: true) else { throw LocalFailure.error(ENOENT, "open", path) }
    self.path = path
    self.descriptor = descriptor
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    if descriptor >= 0 { Glibc.close(descriptor) }
  }

  /// `nil` when there is no such file.
  static func openIfPresent(_ path: String, _ flags: Int32) throws -> LocalFile? {
    try descriptor(path, flags, isRequired: false).map { LocalFile(path: path, descriptor: $0) }
  }

  private static func descriptor(_ path: String, _ flags: Int32, isRequired: Bool) throws -> Int32? {
    while true {
      let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o644)
      if descriptor >= 0 { return descriptor }
      if errno == EINTR { continue }
      if !isRequired && errno == ENOENT { return nil }
      throw LocalFailure.last(flags & O_CREAT != 0 ? "create" : "open", path)
    }
  }

  func size() throws -> Int {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw LocalFailure.last("read", path) }
    guard facts.st_mode & S_IFMT != S_IFDIR else { throw LocalFailure.error(EISDIR, "read", path) }
    return Int(facts.st_size)
  }

  /// Fills `target`; throws when the file ends before.
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < target.count {
      guard let base = target.baseAddress else { return }
      let count = pread(descriptor, base + done, target.count - done, off_t(offset + done))
      if count < 0 {
        if errno == EINTR { continue }
        throw LocalFailure.last("read", path)
      }
      guard count > 0 else { throw SluiceError(.storageFailed, "the file ends before byte \(offset + target.count)", at: .init(path: path)) }
      done += count
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      guard let base = bytes.baseAddress else { return }
      let count = Glibc.write(descriptor, base + done, bytes.count - done)
      if count < 0 {
        if errno == EINTR { continue }
        throw LocalFailure.last("write", path)
      }
      done += count
    }
  }

  /// Waits until all that was written is on the disk.
  func synchronize() throws {
    while fsync(descriptor) != 0 {
      if errno == EINTR { continue }
      throw LocalFailure.last("synchronise", path)
    }
  }

  /// Closes the file now, so that what `close` reports is not lost. The file is closed even when this throws.
  func close() throws {
    let closing = descriptor
    descriptor = -1
    if Glibc.close(closing) != 0 && errno != EINTR { throw LocalFailure.last("close", path) }
  }
}
