internal import Foundation
internal import SluiceCore

/// Looks after a run's flow on a thread of its own: takes commands about its speed, opens and closes windows, and asks the source for its load.
final class FlowWorker {
  private let run: JobRun
  private let commands: JobCommands
  private var gate: LoadGate?
  private var probe: (any SourceLoadProbe)?
  private var load: SourceLoad?
  private var nextProbe = Date.distantPast
  private var backoff = Backoff(limit: .greatestFiniteMagnitude)

  init(run: JobRun) {
    self.run = run
    commands = JobCommands(state: run.settings.state)
    gate = run.settings.sourceLoad.map(LoadGate.init)
  }

  /// Until `isOver`, which waits as long as is asked of it, says so.
  func work(_ isOver: (Double) -> Bool) {
    repeat {
      do {
        try takeSpeed()
      } catch {
        return run.fail(error)
      }
      look()
      rest()
    } while !isOver(0.1)
  }

  /// The last word about the speed counts.
  private func takeSpeed() throws {
    for (command, file) in try commands.waiting() {
      guard case .speed(let limit) = command else { continue }
      run.flow.set(limit)
      commands.remove(file)
    }
  }

  /// A source that does not answer does not hold anything up: readers meet the same.
  private func look() {
    guard let settings = run.settings.sourceLoad, Date() >= nextProbe else { return }
    nextProbe = Date(timeIntervalSinceNow: settings.interval)
    do {
      if probe == nil { probe = try (run.source as? any LoadAwareSource)?.makeLoadProbe() }
      guard let probe else { return }
      let load = try probe.load()
      self.load = load
      gate?.note(load)
      backoff.reset()
    } catch {
      probe = nil
      nextProbe = Date(timeIntervalSinceNow: max(settings.interval, backoff.next() ?? 0))
    }
  }

  private func rest() { Self.rest(run, gate?.reason, load) }

  /// Closes what the windows say is closed, before anybody reads.
  static func begin(_ run: JobRun) { rest(run, nil, nil) }

  private static func rest(_ run: JobRun, _ busy: String?, _ load: SourceLoad?) {
    let now = Date().timeIntervalSince1970
    func reason(_ phase: ReadWindow.Phase) -> String? {
      run.settings.readWindows.isOpen(phase, at: now) ? busy : "outside of the read windows"
    }
    let copy = reason(.copy)
    run.flow.rest(copy: copy, stream: reason(.stream), load: load)
    run.scheduler.holdCopy(copy != nil)
  }
}
