internal import Foundation
internal import SluiceCore

/// One run of a job with its view, its signals and its summary.
struct JobSession {
  let spec: JobSpec
  /// Stops after so many seconds; `nil` goes on to the job's end, if it has one.
  let seconds: Double?
  /// Ends when all tables are in step, even if the job follows changes.
  let endsWhenAligned: Bool
  let recoversFromLake: Bool

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    let terminal = Terminal.standardOutput
    let view: any RunView = terminal.isTerminal ? LiveScreen(title: title, terminal: terminal) : ProgressLines()
    let feed = RunFeed(view: view)
    let control = RunControl { feed.accept($0) }
    let signals = RunSignals(view: view) {
      control.stop()
      feed.announceStop("finishing the checkpoint, then stopping; once more to stop at once")
      if !terminal.isTerminal { Output.error("sluice: finishing the checkpoint, then stopping; once more to stop at once\n") }
    }
    let timer = seconds.map { StopTimer(seconds: $0, control: control, feed: feed) }
    let checkpoints = Composition.checkpoints(of: spec)
    let before = try? checkpoints.latest()
    let rowsBefore = before?.tables.reduce(0) { $0 + $1.rowsRead }
    feed.start(every: terminal.isTerminal ? 0.1 : 1, rowsBefore: rowsBefore ?? 0)
    let summary: RunSummary
    do {
      defer {
        feed.finish()
        signals.cancel()
        timer?.cancel()
      }
      var plan = try Composition.plan(of: spec, state: before, runs: true)
      plan.following?.endsWhenAligned = endsWhenAligned
      summary = try Composition.runner(checkpoints, recoversFromLake: recoversFromLake).run(plan, control: control)
    }
    let result = RunResult(summary: summary, spec: spec, rowsBefore: rowsBefore ?? 0, usage: ProcessorUsage.now())
    Output.print(terminal.isTerminal ? result.text(terminal) : JSONText.compact(result.json) + "\n")
  }

  private var title: String {
    "\(spec.sourcePlugin.id) \(Terminal.standardOutput.sign("→", "->")) \(spec.sinkPlugin.id)"
  }
}
