internal import SluiceCore

/// An object in memory: of small files that are written with others.
final class MemoryWriter: ObjectWriter {
  private(set) var bytes: [UInt8] = []

  func write(_ added: UnsafeRawBufferPointer) throws {
    bytes.append(contentsOf: added)
  }

  func finish() throws {}

  func abandon() {}
}
