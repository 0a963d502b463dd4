internal import Foundation

/// State behind a lock that threads can wait on.
///
/// Unchecked because the state is mutable; safe because it is only reached with the lock held.
final class Monitor<State>: @unchecked Sendable {
  private var state: State
  private let condition = NSCondition()

  init(_ state: State) {
    self.state = state
  }

  /// Runs `body` with the lock held, then wakes every waiter so that it looks again.
  func update<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    return try body(&state)
  }

  /// Runs `body` with the lock held.
  func read<Result>(_ body: (State) throws -> Result) rethrows -> Result {
    condition.lock()
    defer { condition.unlock() }
    return try body(state)
  }

  /// Waits until `body` returns a value; it is called with the lock held, at once and after every update.
  func wait<Result>(_ body: (inout State) throws -> Result?) rethrows -> Result {
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    while true {
      if let result = try body(&state) { return result }
      condition.wait()
    }
  }

  /// As `wait`, but returns `nil` when `seconds` pass without a value.
  func wait<Result>(atMost seconds: Double, _ body: (inout State) throws -> Result?) rethrows -> Result? {
    let deadline = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer {
      condition.broadcast()
      condition.unlock()
    }
    while true {
      if let result = try body(&state) { return result }
      if !condition.wait(until: deadline) { return try body(&state) }
    }
  }
}
