import Foundation
import TestKit

/// A small disk in memory, gone with its owner. Only root may mount one.
final class MountedDisk {
  static let isPossible = geteuid() == 0

  let path: String
  private let folder: TemporaryFolder

  init(megabytes: Int) throws {
    folder = try TemporaryFolder()
    path = folder.appending("disk")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path)
  }

  deinit {
    _ = try? Self.run("umount", "-l", path)
  }

  func resize(megabytes: Int) throws {
    try Self.run("mount", "-o", "remount,size=\(megabytes)m", path)
  }

  func makeReadOnly() throws {
    try Self.run("mount", "-o", "remount,ro", path)
  }

  /// Writes zeros until nothing more fits.
  func fill() throws {
    let zeros = [UInt8](repeating: 0, count: 1 << 16)
    let file = open(path + "/filling", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    guard file >= 0 else { throw TestFailure("\(path) cannot be filled: errno \(errno)") }
    defer { close(file) }
    while write(file, zeros, zeros.count) > 0 {}
    guard errno == ENOSPC else { throw TestFailure("\(path) cannot be filled: errno \(errno)") }
  }

  /// Takes away what `fill` wrote.
  func clear() throws {
    try FileManager.default.removeItem(atPath: path + "/filling")
  }

  private static func run(_ program: String, _ arguments: String...) throws {
    let process = try ChildProcess("/usr/bin/env", [program] + arguments)
    let end = try process.wait(within: .seconds(180))
    guard end == .exit(0) else { throw TestFailure("\(program) \(arguments): \(end) \(process.tail)") }
  }
}
