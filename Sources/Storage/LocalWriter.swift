internal import Glibc
internal import SluiceCore

/// Writes a file under a hidden name, which it loses when it is finished.
final class LocalWriter: ObjectWriter {
  private let target: String
  private let hidden: String
  private var file: LocalFile?
  private var buffer: UnsafeMutableRawBufferPointer
  private var used = 0

  private static let bufferBytes = 256 << 10

  init(_ target: String) throws {
    self.target = target
    let folder = LocalFolder.parent(of: target)
    let name = target.dropFirst(folder.utf8.count).drop { $0 == "/" }
    hidden = "\(folder)/.\(name).\(String(UInt64.random(in: .min ... .max), radix: 16)).tmp"
    buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    let flags = O_WRONLY | O_CREAT | O_EXCL
    do {
      file = try LocalFile(hidden, flags)
    } catch {
      // Most folders are there: they are made only when that turns out wrong. Another thread may have made it just now.
      if access(folder, F_OK) != 0 {
        guard errno == ENOENT else { throw error }
        try LocalFolder.make(folder)
      }
      file = try LocalFile(hidden, flags)
    }
  }

  deinit {
    abandon()
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard let file else { throw SluiceError(.defect, "write to a file that has ended", at: .init(path: target)) }
    if bytes.isEmpty { return }
    if used + bytes.count <= Self.bufferBytes {
      if buffer.baseAddress == nil { buffer = .allocate(byteCount: Self.bufferBytes, alignment: 16) }
      UnsafeMutableRawBufferPointer(rebasing: buffer[used...]).copyMemory(from: bytes)
      used += bytes.count
      return
    }
    try flush(to: file)
    if bytes.count >= Self.bufferBytes / 2 { try file.write(bytes) } else { try write(bytes) }
  }

  func finish() throws {
    try close()
    if rename(hidden, target) != 0 { throw failure("rename to") }
    file = nil
    try LocalFolder.synchronize(LocalFolder.parent(of: target))
  }

  /// Finishes unless there is a file of that name: then this one is removed, and the answer is `false`.
  func finishIfAbsent() throws -> Bool {
    try close()
    let isFirst = link(hidden, target) == 0
    if !isFirst && errno != EEXIST { throw failure("link to") }
    file = nil
    unlink(hidden)
    if isFirst { try LocalFolder.synchronize(LocalFolder.parent(of: target)) }
    return isFirst
  }

  func abandon() {
    release()
    guard file != nil else { return }
    file = nil
    unlink(hidden)
  }

  /// Writes what is left; `file` stays set, to tell that the hidden file must go if a later step fails.
  private func close() throws {
    guard let file else { throw SluiceError(.defect, "a file that has ended cannot be finished", at: .init(path: target)) }
    try flush(to: file)
    release()
    try file.synchronize()
    try file.close()
  }

  private func flush(to file: LocalFile) throws {
    try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<used]))
    used = 0
  }

  private func release() {
    buffer.deallocate()
    buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    used = 0
  }

  private func failure(_ action: String) -> SluiceError {
    LocalFailure.last(action, target)
  }
}
