internal import Synchronization

/// Counts the signals that asked for a stop.
final class SignalCounter: Sendable {
  private let count = Atomic<Int>(0)

  func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
