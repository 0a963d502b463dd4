internal import Foundation

/// A thread that can be waited for. Readers and lanes block in system calls, which tasks must not.
final class WorkerThread: Sendable {
  private let finished = Monitor(false)

  init(name: String, _ body: @escaping @Sendable () -> Void) {
    let finished = finished
    let thread = Thread {
      body()
      finished.update { $0 = true }
    }
    thread.name = name
    thread.stackSize = 2 << 20
    thread.start()
  }

  func join() {
    finished.wait { $0 ? () : nil }
  }
}
