internal import Glibc
internal import SluiceCore

/// Folders of the local disk.
enum LocalFolder {
  /// The folder that `path` lies in.
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  /// Makes `path` and the folders above it where they are missing; on return those are on the disk.
  static func make(_ path: String) throws {
    if mkdir(path, 0o755) == 0 { return try synchronize(parent(of: path)) }
    if errno == EEXIST { return }
    guard errno == ENOENT, path != "/" else { throw LocalFailure.last("create the folder", path) }
    try make(parent(of: path))
    if mkdir(path, 0o755) != 0 && errno != EEXIST { throw LocalFailure.last("create the folder", path) }
    try synchronize(parent(of: path))
  }

  /// Waits until the names in the folder at `path` are on the disk.
  static func synchronize(_ path: String) throws {
    let folder = try LocalFile(path, O_RDONLY | O_DIRECTORY)
    try folder.synchronize()
  }
}
