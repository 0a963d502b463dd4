internal import Foundation
internal import Synchronization

/// Work of several threads at once.
public enum Concurrently {
  /// Runs `body` in `count` threads with their numbers, waits for all, and throws the first error.
  public static func run(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let failure = Mutex<(any Error)?>(nil)
    let group = DispatchGroup()
    for number in 0..<count {
      group.enter()
      Thread.detachNewThread {
        do {
          try body(number)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
        group.leave()
      }
    }
    guard group.wait(timeout: .now() + 240) == .success else { throw TestFailure("threads were not done in time") }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
