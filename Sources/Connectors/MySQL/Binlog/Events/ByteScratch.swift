/// Memory that grows and is used again from event to event.
final class ByteScratch {
  private(set) var base: UnsafeMutableRawPointer
  private(set) var capacity: Int

  init(capacity: Int = 1 << 16) {
    self.capacity = capacity
    base = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { base.deallocate() }

  /// Makes room for `count` bytes, and keeps the first `keeping`.
  func reserve(_ count: Int, keeping: Int = 0) {
    guard count > capacity else { return }
    let grown = UnsafeMutableRawPointer.allocate(byteCount: max(count, capacity * 2), alignment: 16)
    grown.copyMemory(from: base, byteCount: keeping)
    base.deallocate()
    base = grown
    capacity = max(count, capacity * 2)
  }

  /// Gives memory back that one large event needed.
  func shrink(to limit: Int) {
    guard capacity > limit else { return }
    base.deallocate()
    base = .allocate(byteCount: limit, alignment: 16)
    capacity = limit
  }
}
