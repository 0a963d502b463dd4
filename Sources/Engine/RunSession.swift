internal import Foundation
internal import SluiceCore

/// One run from its first thread to its last.
struct RunSession {
  let run: JobRun
  let coordinator: CheckpointCoordinator

  func work() throws -> RunSummary {
    let started = Date()
    let settings = run.settings
    let ended = Monitor(false)
    let reporter = ProgressReporter(run: run, started: started)
    let lanes = (0..<settings.lanes).map { number in
      let memory = settings.memory / 2 / settings.lanes
      return WorkerThread(name: "lane \(number)") { [run] in LaneWorker(run: run, number: number, memory: memory).work() }
    }
    let readers = (0..<settings.readers).map { number in
      WorkerThread(name: "reader \(number)") { [run] in ReaderWorker(run: run, number: number).work() }
    }
    let ticker = WorkerThread(name: "progress") {
      while ended.wait(atMost: 0.1, { $0 ? () : nil }) == nil { reporter.report() }
    }
    defer {
      ended.update { $0 = true }
      ticker.join()
    }
    do {
      try takeCheckpoints { reporter.checkpoint = $0 }
      run.scheduler.stop()
      for reader in readers { reader.join() }
      try run.throwFailure()
      try run.checkErrorLimit(isFinal: true)
      try coordinator.take()
      reporter.checkpoint = coordinator.checkpoint.id
    } catch {
      run.fail(error)
    }
    for reader in readers { reader.join() }
    for lane in run.lanes { lane.close() }
    for lane in lanes { lane.join() }
    try run.throwFailure()
    let isAligned = coordinator.checkpoint.tables.allSatisfy { $0.phase == .aligned }
    return RunSummary(outcome: isAligned ? .aligned : .stopped, report: reporter.current())
  }

  /// Until all tables are read, a stop is asked for, or the run fails.
  private func takeCheckpoints(_ report: (CheckpointID) -> Void) throws {
    var next = Date(timeIntervalSinceNow: run.settings.checkpointSeconds)
    while !run.control.isStopAsked && !run.hasFailed && !run.scheduler.isDone {
      let patience = min(0.1, max(next.timeIntervalSinceNow, 0))
      let isDone: Bool? = run.scheduler.state.wait(atMost: patience) { state in
        state.isStopping || state.tables.allSatisfy { $0.state.phase == .aligned || $0.isRead } ? true : nil
      }
      if isDone == nil, Date() >= next {
        try coordinator.take()
        report(coordinator.checkpoint.id)
        next = Date(timeIntervalSinceNow: run.settings.checkpointSeconds)
      }
    }
  }
}
