import SluiceCore

/// An object in memory that may fail at a given byte.
final class MemoryObject: ObjectWriter, ObjectReader {
  private(set) var bytes: [UInt8]
  private(set) var isFinished = false
  private(set) var isAbandoned = false
  var failsBeyond = Int.max

  init(_ bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  static let failure = SluiceError(.storageFull, "no room", at: .init(path: "/memory"))

  var size: Int { bytes.count }

  func write(_ piece: UnsafeRawBufferPointer) throws {
    if bytes.count + piece.count > failsBeyond { throw Self.failure }
    bytes += piece
  }

  func finish() throws { isFinished = true }

  func abandon() { isAbandoned = true }

  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws {
    guard offset + target.count <= min(bytes.count, failsBeyond) else { throw Self.failure }
    bytes.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + target.count])) }
  }
}
