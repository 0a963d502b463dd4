import Foundation
import Synchronization

/// Does something beside a test; `wait` tells what became of it.
final class BusyThread: Sendable {
  private let done = DispatchSemaphore(value: 0)
  private let failure = Mutex<(any Error)?>(nil)

  init(_ body: @escaping @Sendable () throws -> Void) {
    Thread { [self] in
      do {
        try body()
      } catch {
        failure.withLock { $0 = error }
      }
      done.signal()
    }.start()
  }

  /// Waits for the end, once; throws what went wrong.
  func wait() throws {
    done.wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
