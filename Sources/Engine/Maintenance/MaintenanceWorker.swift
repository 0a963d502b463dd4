internal import Foundation
internal import SluiceCore
internal import Synchronization

/// Prepared work on one table that the coordinator is to publish.
struct MaintenanceWork: Sendable {
  let table: Int
  let target: TableID
  let maintenance: any TableMaintenance
}

/// Keeps the tables in shape in the background, a few at a time: many commits make many files.
///
/// The heavy part runs on threads of its own beside everything else; the coordinator publishes the result between two commits.
final class MaintenanceWorker: Sendable {
  /// So many tables are worked on at a time: a large one does not keep the others waiting.
  static let threads = 2

  private struct State {
    /// What waits for the coordinator, by table.
    var ready: [Int: MaintenanceWork] = [:]
    /// Tables that a thread works on.
    var claimed: Set<Int> = []
    /// When a table was looked at last.
    var lastTimes: [Int: Date] = [:]
  }

  private let run: JobRun
  private let state = Monitor(State())
  private let isOver = Atomic<Bool>(false)
  private let rounds = Atomic<Int>(0)

  /// A table is looked at after so many commits, or after so many seconds when there was any.
  private static let commits = 5
  private static let seconds = 60.0
  /// A table with so many commits since it was looked at holds the stream until it was: its files may only be so many.
  private static let mostCommits = 250

  init(run: JobRun) {
    self.run = run
  }

  /// One thread's work until the run ends.
  func work() {
    while !isDone {
      if let table = claim() {
        maintain(table)
        state.update { state in
          state.claimed.remove(table.number)
          state.lastTimes[table.number] = Date()
        }
      } else {
        _ = state.wait(atMost: 0.2) { _ in self.isDone ? () : nil }
      }
    }
  }

  func stop() {
    isOver.store(true, ordering: .relaxed)
    state.update { state in
      for work in state.ready.values { work.maintenance.abandon() }
      state.ready = [:]
    }
  }

  /// Whether commits come faster than files are merged.
  var isBehind: Bool {
    run.tables.present.contains { $0.target.isAligned && $0.counters.commits.load(ordering: .relaxed) >= Self.mostCommits }
  }

  private var isDone: Bool { isOver.load(ordering: .relaxed) || run.hasFailed || run.scheduler.state.read { $0.isStopping } }

  /// The table that has waited for most commits.
  private func claim() -> TableRun? {
    // Of tables that share a target the first stands for all.
    let present = run.tables.present.filter { run.tables.sharing($0).first === $0 }
    return state.update { state in
      let now = Date()
      let due = present.filter { table in
        let commits = table.counters.commits.load(ordering: .relaxed)
        let isLong = now.timeIntervalSince(state.lastTimes[table.number, default: now]) >= Self.seconds
        if state.lastTimes[table.number] == nil { state.lastTimes[table.number] = now }
        return table.target.isAligned && !state.claimed.contains(table.number)
          && (commits >= Self.commits || commits > 0 && isLong || table.counters.owesFills.load(ordering: .relaxed))
      }
      guard let next = due.max(by: { $0.counters.commits.load(ordering: .relaxed) < $1.counters.commits.load(ordering: .relaxed) }) else {
        return nil
      }
      state.claimed.insert(next.number)
      return next
    }
  }

  private func maintain(_ table: TableRun) {
    let before = table.counters.commits.load(ordering: .relaxed)
    let target = table.target
    let number = rounds.add(1, ordering: .relaxed).newValue
    let options = MaintenanceOptions(
      label: "\(run.label)-m\(number)", targetFileSize: run.settings.targetFileSize, memory: run.settings.memory / 4 / Self.threads,
      scratch: "\(run.settings.state)/scratch")
    do {
      let maintenance = try target.lake.makeMaintenance(options)
      let hasWork = try maintenance.prepare(isCancelled: { [self] in isDone || table.target !== target })
      defer { table.counters.commits.subtract(before, ordering: .relaxed) }
      guard hasWork else {
        // There was nothing to do, unless the work was broken off.
        if table.target === target, !isDone { table.counters.owesFills.store(false, ordering: .relaxed) }
        return
      }
      CrashPoint.reach("after-prepare")
      state.update { $0.ready[table.number] = MaintenanceWork(table: table.number, target: target.plan.target.id, maintenance: maintenance) }
      state.wait { state in state.ready[table.number] == nil || self.isDone ? () : nil }
    } catch {
      // A table that has left, or got another target, takes its files with it.
      guard table.target === target, run.tables.find(table.source).contains(where: { $0 === table }) else { return }
      run.fail((error as? SluiceError)?.inTable(target.plan.target.id) ?? error)
    }
  }

  /// The work that waits, for the coordinator, without what is void because its table has changed meanwhile.
  func takeReady() -> [MaintenanceWork] {
    state.update { state in
      defer { state.ready = [:] }
      return state.ready.values.filter { work in
        let table = run.tables[work.table]
        if run.tables.find(table.source).contains(where: { $0 === table }), table.target.isAligned { return true }
        work.maintenance.abandon()
        return false
      }
    }
  }
}
