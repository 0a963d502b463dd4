internal import Glibc
public import SluiceCore

/// Objects are files below a folder of the local disk.
///
/// A file appears under its name only when all of its bytes are on the disk: it is written under a hidden name in the same
/// folder (`.<name>.<random>.tmp`), synchronised, then renamed, and the folder is synchronised. A process that is killed may
/// leave such a hidden file behind; listings show it, so that it can be cleaned up.
public struct LocalStore: ObjectStore {
  /// The absolute folder that paths count from.
  public let root: String

  /// A store of the files below `root`, which is taken from the current folder when it is relative, and made on demand.
  public init(root: String) {
    var path = root
    if !path.hasPrefix("/"), let current = getcwd(nil, 0) {
      path = "\(String(cString: current))/\(path)"
      free(current)
    }
    self.root = Self.normalized(path)
  }

  /// The whole disk as a store, and `location` as an absolute path in it; a relative location counts from the current folder.
  public static func locate(_ location: String) -> (store: any ObjectStore, path: String) {
    (LocalStore(root: "/"), LocalStore(root: location).root)
  }

  public func read(_ path: String) throws -> [UInt8]? {
    guard let file = try LocalFile.openIfPresent(resolve(path), O_RDONLY) else { return nil }
    let size = try file.size()
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      try file.read(at: 0, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<size]))
      count = size
    }
  }

  public func open(_ path: String) throws -> any ObjectReader {
    try LocalReader(resolve(path))
  }

  public func write(_ bytes: [UInt8], to path: String) throws {
    let writer = try LocalWriter(resolve(path))
    do {
      try bytes.withUnsafeBytes { try writer.write($0) }
      try writer.finish()
    } catch {
      writer.abandon()
      throw error
    }
  }

  public func createIfAbsent(_ bytes: [UInt8], at path: String) throws -> Bool {
    let target = resolve(path)
    // A cheap look first; `link` decides.
    if access(target, F_OK) == 0 { return false }
    let writer = try LocalWriter(target)
    do {
      try bytes.withUnsafeBytes { try writer.write($0) }
      return try writer.finishIfAbsent()
    } catch {
      writer.abandon()
      throw error
    }
  }

  public func upload(to path: String) throws -> any ObjectWriter {
    try LocalWriter(resolve(path))
  }

  public func delete(_ path: String) throws {
    let target = resolve(path)
    if unlink(target) != 0 && errno != ENOENT && errno != ENOTDIR { throw LocalFailure.last("delete", target) }
  }

  /// The file of `path`: `/` is the store's root, and nothing lies above it.
  func resolve(_ path: String) -> String {
    Self.normalized(root + Self.normalized("/" + path))
  }

  /// `path` without empty parts, `.` and `..`.
  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}
