internal import Foundation
internal import SluiceCore
internal import Synchronization

/// Prepared work on one table that the coordinator is to publish.
struct MaintenanceWork: Sendable {
  let table: Int
  let target: TableID
  let maintenance: any TableMaintenance
}

/// Keeps the tables in shape in the background, one after the other: many commits make many files.
///
/// The heavy part runs on this thread beside everything else; the coordinator publishes the result between two commits.
final class MaintenanceWorker: Sendable {
  private let run: JobRun
  /// What waits for the coordinator.
  private let ready = Monitor<MaintenanceWork?>(nil)
  private let isOver = Atomic<Bool>(false)
  private let rounds = Atomic<Int>(0)

  /// A table is looked at after so many commits, or after so many seconds when there was any.
  private static let commits = 5
  private static let seconds = 60.0

  init(run: JobRun) {
    self.run = run
  }

  func work() {
    var lastTimes: [Int: Date] = [:]
    while !isDone {
      let now = Date()
      let due = run.tables.present.filter { table in
        let commits = table.counters.commits.load(ordering: .relaxed)
        let isLong = now.timeIntervalSince(lastTimes[table.number, default: now]) >= Self.seconds
        if lastTimes[table.number] == nil { lastTimes[table.number] = now }
        return table.target.isAligned
          && (commits >= Self.commits || commits > 0 && isLong || table.counters.owesFills.load(ordering: .relaxed))
      }
      for table in due where !isDone {
        maintain(table)
        lastTimes[table.number] = Date()
      }
      _ = ready.wait(atMost: 0.2) { _ in self.isDone ? () : nil }
    }
  }

  func stop() {
    isOver.store(true, ordering: .relaxed)
    ready.update { work in
      work?.maintenance.abandon()
      work = nil
    }
  }

  private var isDone: Bool { isOver.load(ordering: .relaxed) || run.hasFailed || run.scheduler.state.read { $0.isStopping } }

  private func maintain(_ table: TableRun) {
    table.counters.commits.store(0, ordering: .relaxed)
    let target = table.target
    let number = rounds.add(1, ordering: .relaxed).newValue
    let options = MaintenanceOptions(
      label: "\(run.label)-m\(number)", targetFileSize: run.settings.targetFileSize, memory: run.settings.memory / 4,
      scratch: "\(run.settings.state)/scratch")
    do {
      let maintenance = try target.lake.makeMaintenance(options)
      guard try maintenance.prepare(isCancelled: { [self] in isDone || table.target !== target }) else {
        // There was nothing to do, unless the work was broken off.
        if table.target === target, !isDone { table.counters.owesFills.store(false, ordering: .relaxed) }
        return
      }
      CrashPoint.reach("after-prepare")
      let work = MaintenanceWork(table: table.number, target: target.plan.target.id, maintenance: maintenance)
      ready.update { $0 = work }
      // One at a time: the next table waits until this one is published.
      ready.wait { work in work == nil || self.isDone ? () : nil }
    } catch {
      // A table that has left, or got another target, takes its files with it.
      guard table.target === target, run.tables.find(table.source) === table else { return }
      run.fail((error as? SluiceError)?.inTable(target.plan.target.id) ?? error)
    }
  }

  /// The work that waits, for the coordinator; void when the table has changed meanwhile.
  func takeReady() -> MaintenanceWork? {
    ready.update { work in
      guard let waiting = work else { return nil }
      work = nil
      let table = run.tables[waiting.table]
      guard run.tables.find(table.source) === table, table.target.isAligned else {
        waiting.maintenance.abandon()
        return nil
      }
      return waiting
    }
  }
}
