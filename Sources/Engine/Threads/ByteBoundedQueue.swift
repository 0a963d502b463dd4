/// A queue between threads that holds a bounded number of bytes: a slow consumer slows its producers.
final class ByteBoundedQueue<Element: Sendable>: Sendable {
  private struct State {
    var elements: [(element: Element, bytes: Int)] = []
    var head = 0
    var bytes = 0
    var isClosed = false
  }

  private let state = Monitor(State())
  private let capacity: Int

  /// `capacity` bytes may wait; an element larger than that passes alone.
  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Waits for room, then appends. `false` when the queue was closed; the element is dropped then.
  func push(_ element: Element, bytes: Int) -> Bool {
    state.wait { state in
      if state.isClosed { return false }
      guard bytes == 0 || state.bytes == 0 || state.bytes + bytes <= capacity else { return nil }
      state.elements.append((element, bytes))
      state.bytes += bytes
      return true
    }
  }

  /// Waits for an element; `nil` when the queue is closed, whatever it still held.
  func pop() -> Element? {
    state.wait { state -> Element?? in
      if state.isClosed { return .some(nil) }
      guard state.head < state.elements.count else { return nil }
      let (element, bytes) = state.elements[state.head]
      state.head += 1
      state.bytes -= bytes
      if state.head == state.elements.count || state.head > 64 {
        state.elements.removeFirst(state.head)
        state.head = 0
      }
      return .some(element)
    }
  }

  /// Drops what waits and releases everybody.
  func close() {
    state.update { state in
      state.isClosed = true
      state.elements = []
      state.head = 0
      state.bytes = 0
    }
  }
}
