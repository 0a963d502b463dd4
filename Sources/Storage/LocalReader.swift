internal import Glibc
internal import SluiceCore

/// Reads a file at random places.
final class LocalReader: ObjectReader {
  let size: Int
  private let file: LocalFile

  init(_ path: String) throws {
    file = try LocalFile(path, O_RDONLY)
    size = try file.size()
  }

  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
    try file.read(at: offset, into: target)
  }
}
