internal import Foundation
internal import SluiceCore
internal import Synchronization

/// Takes a run's reports and shows the newest one at a steady pace, so that a slow terminal never slows the run.
final class RunFeed: Sendable {
  private struct State: Sendable {
    var report: RunReport?
    var stopping: String?
    var isFinished = false
    var rowsBefore = 0
  }

  private let view: any RunView
  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  init(view: any RunView) {
    self.view = view
  }

  func accept(_ report: RunReport) {
    state.withLock { $0.report = report }
  }

  func announceStop(_ text: String) {
    state.withLock { $0.stopping = text }
  }

  /// Begins to show, in a thread of its own.
  func start(every interval: Double, rowsBefore: Int) {
    state.withLock { $0.rowsBefore = rowsBefore }
    Thread { self.work(interval) }.start()
  }

  /// Ends the thread and closes the view.
  func finish() {
    state.withLock { $0.isFinished = true }
    wake.signal()
    ended.wait()
  }

  private func work(_ interval: Double) {
    let started = Date()
    var rates = RunRates(rowsBefore: state.withLock { $0.rowsBefore })
    while true {
      _ = wake.wait(timeout: .now() + interval)
      let now = state.withLock { $0 }
      if now.isFinished { break }
      if let report = now.report { rates.add(report) }
      view.show(RunLook(report: now.report, seconds: Date().timeIntervalSince(started), rates: rates, stopping: now.stopping))
    }
    view.close()
    ended.signal()
  }
}
