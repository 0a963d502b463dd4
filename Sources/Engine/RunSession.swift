internal import Foundation
internal import SluiceCore
internal import Synchronization

/// One run from its first thread to its last.
struct RunSession {
  let run: JobRun
  let coordinator: CheckpointCoordinator

  func work() throws -> RunSummary {
    let started = Date()
    let settings = run.settings
    let ended = Monitor(false)
    let reporter = ProgressReporter(run: run, started: started)
    // What is read from here on counts for shares of a window.
    reporter.sample()
    FlowWorker.begin(run)
    let lanes = makeLanes()
    let ticker = WorkerThread(name: "progress") {
      while ended.wait(atMost: 0.1, { $0 ? () : nil }) == nil { reporter.report() }
    }
    takeCommandsFirst()
    var sources = (0..<settings.readers).map { number in
      WorkerThread(name: "reader \(number)") { [run] in ReaderWorker(run: run, number: number).work() }
    }
    let maintenance = run.plan.following.map { _ in MaintenanceWorker(run: run) }
    if let following = run.plan.following { sources.append(stream(following)) }
    if let maintenance {
      sources += (0..<MaintenanceWorker.threads).map { number in WorkerThread(name: "maintenance \(number)") { maintenance.work() } }
    }
    let flow = WorkerThread(name: "flow") { [run] in FlowWorker(run: run).work { seconds in ended.wait(atMost: seconds) { $0 ? () : nil } != nil } }
    defer {
      ended.update { $0 = true }
      ticker.join()
      flow.join()
    }
    do {
      try takeCheckpoints(maintenance, reporter)
      run.scheduler.stop()
      run.flow.end()
      run.requests.close()
      maintenance?.stop()
      for source in sources { source.join() }
      try run.throwFailure()
      try run.dirty.checkFinally(reads: run.reads())
      try coordinator.take()
      reporter.checkpoint = coordinator.checkpoint.id
    } catch {
      run.fail(error)
    }
    maintenance?.stop()
    for source in sources { source.join() }
    for lane in run.lanes { lane.close() }
    for lane in lanes { lane.join() }
    try run.throwFailure()
    let isAligned = coordinator.checkpoint.tables.allSatisfy { $0.phase == .aligned }
    let isGoal = run.plan.following.map(\.endsWhenAligned) ?? true
    return RunSummary(outcome: isAligned && isGoal ? .aligned : .stopped, report: reporter.current())
  }

  /// Does what the job was asked for, with nobody reading.
  func serve() throws {
    let lanes = makeLanes()
    takeCommandsFirst()
    for lane in run.lanes { lane.close() }
    for lane in lanes { lane.join() }
    try run.throwFailure()
  }

  /// What people asked for while no run was there comes before the first row: a table that is to be copied anew need not follow statements that
  /// only a copy can.
  private func takeCommandsFirst() {
    do {
      try coordinator.takeCommands()
    } catch {
      run.fail(error)
    }
  }

  private func makeLanes() -> [WorkerThread] {
    (0..<run.settings.lanes).map { number in
      let memory = run.settings.memory / 2 / run.settings.lanes
      return WorkerThread(name: "lane \(number)") { [run] in LaneWorker(run: run, number: number, memory: memory).work() }
    }
  }

  private func stream(_ following: FollowPlan) -> WorkerThread {
    WorkerThread(name: "stream") { [run] in
      do {
        try StreamWorker(run: run, following: following).work()
      } catch {
        run.fail(error)
      }
    }
  }

  /// Until the goal is reached, a stop is asked for, or the run fails.
  private func takeCheckpoints(_ maintenance: MaintenanceWorker?, _ reporter: ProgressReporter) throws {
    var last = Date()
    let head = try headToReach()
    while try !run.control.isStopAsked && !run.hasFailed && !isGoalReached(head) {
      let interval = run.settings.checkpointSeconds
      wait(atMost: min(0.1, max(last.timeIntervalSinceNow + interval, 0)))
      if !run.requests.isEmpty {
        try coordinator.serve()
        last = Date()
      } else if try isDue(after: -last.timeIntervalSinceNow) {
        try coordinator.take()
        last = Date()
      } else if -last.timeIntervalSinceNow >= interval {
        last = Date()
      }
      for work in maintenance?.takeReady() ?? [] { try coordinator.publish(work) }
      run.scheduler.holdStream(maintenance?.isBehind ?? false)
      try coordinator.takeCommands()
      reporter.checkpoint = coordinator.checkpoint.id
    }
  }

  private func isDue(after seconds: Double) throws -> Bool {
    guard run.plan.following != nil else { return seconds >= run.settings.checkpointSeconds && !run.scheduler.isDone }
    if seconds >= run.settings.checkpointSeconds && coordinator.hasNews { return true }
    // Tables that are read to their end do not wait for the next round, but thousands of them share one.
    return try (seconds >= 1 || run.scheduler.isDone) && coordinator.canAdvance()
  }

  /// The head of the log as the run begins, for a run that is to end in step with it; `nil` when the source does not answer before a stop.
  private func headToReach() throws -> Position? {
    guard run.plan.following?.endsWhenAligned == true else { return nil }
    return try run.patiently { try run.source.currentPosition() } ?? nil
  }

  /// All tables are in step, and the stream has read what the log held when the run began: tables may have been aligned by an earlier run.
  private func isGoalReached(_ head: Position?) throws -> Bool {
    guard let following = run.plan.following else { return run.scheduler.isDone }
    // Readers of the lake see the constants of added columns, too.
    guard !run.tables.present.contains(where: { $0.counters.owesFills.load(ordering: .relaxed) }) else { return false }
    guard following.endsWhenAligned, run.scheduler.isAligned, let head else { return false }
    // Only a log that was read in this run is known to be the one that the position is in.
    guard run.streamFigures.hasRead, let stream = run.scheduler.state.read({ $0.stream }) else { return false }
    return try following.source.isReached(head, by: stream.position)
  }

  /// Wakes early for what cannot wait.
  private func wait(atMost seconds: Double) {
    if run.plan.following != nil { return run.requests.waitForOne(atMost: min(seconds, 0.05)) }
    let _: Bool? = run.scheduler.state.wait(atMost: seconds) { state in state.isStopping || state.tables.allSatisfy(\.isOver) ? true : nil }
  }
}
