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

  /// A table is looked at after so many commits.
  private static let commits = 5

  init(run: JobRun) {
    self.run = run
  }

  func work() {
    while !isDone {
      let due = run.tables.present.filter { table in
        let counters = table.counters
        return table.target.isAligned
          && (counters.commits.load(ordering: .relaxed) >= Self.commits || counters.owesFills.load(ordering: .relaxed))
      }
      for table in due where !isDone { maintain(table) }
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
    } catch let error as SluiceError {
      run.fail(error.inTable(target.plan.target.id))
    } catch {
      run.fail(error)
    }
  }

  /// The work that waits, for the coordinator; void when the table has changed meanwhile.
  func takeReady() -> MaintenanceWork? {
    ready.update { work in
      guard let waiting = work else { return nil }
      work = nil
      guard run.tables[waiting.table].target.plan.target.id == waiting.target, run.tables[waiting.table].target.isAligned else {
        waiting.maintenance.abandon()
        return nil
      }
      return waiting
    }
  }
}
