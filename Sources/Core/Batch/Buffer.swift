/// A run of bytes that nobody changes any more, freed with its last owner.
///
/// Unchecked because it holds a raw pointer; safe because the bytes are written before the buffer exists.
public final class Buffer: @unchecked Sendable {
  public let base: UnsafeMutableRawPointer
  public let byteCount: Int
  /// What keeps the bytes alive when they are not our own allocation.
  private let owner: AnyObject?

  /// Takes over `base`, which was made by `UnsafeMutableRawPointer.allocate`.
  public init(adopting base: UnsafeMutableRawPointer, byteCount: Int) {
    self.base = base
    self.byteCount = byteCount
    owner = nil
  }

  /// Refers to bytes that live as long as `owner`.
  public init(borrowing base: UnsafeMutableRawPointer, byteCount: Int, owner: AnyObject) {
    self.base = base
    self.byteCount = byteCount
    self.owner = owner
  }

  deinit {
    if owner == nil { base.deallocate() }
  }

  /// A zeroed buffer, to be filled through `base` before it is shared.
  static func zeroed(byteCount: Int) -> Buffer {
    let buffer = uninitialized(byteCount: byteCount)
    buffer.base.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 1))
    return buffer
  }

  /// A buffer to be filled through `base` before it is shared.
  static func uninitialized(byteCount: Int) -> Buffer {
    Buffer(adopting: .allocate(byteCount: max(byteCount, 1), alignment: 16), byteCount: byteCount)
  }
}
