internal import Foundation
internal import SluiceCore
internal import Synchronization

/// Tells how a run is doing. Called from several threads.
final class ProgressReporter: Sendable {
  private let run: JobRun
  private let started: Date
  private let lastCheckpoint = Atomic<CheckpointID>(0)

  init(run: JobRun, started: Date) {
    self.run = run
    self.started = started
  }

  var checkpoint: CheckpointID {
    get { lastCheckpoint.load(ordering: .relaxed) }
    set { lastCheckpoint.store(newValue, ordering: .relaxed) }
  }

  func report() {
    sample()
    run.control.send(current())
  }

  /// Notes how many rows were read so far, where limits ask for it.
  func sample() {
    if run.dirty.needsReads { run.dirty.sample(present: run.tables.present.map(\.source), reads: run.reads()) }
  }

  func current() -> RunReport {
    let phases = run.scheduler.state.read { state in
      state.tables.map { table -> TableState.Phase? in table.isGone ? nil : table.isRead ? .copied : table.state.phase }
    }
    let tables = zip(run.tables.all, phases).compactMap { table, phase -> RunReport.TableProgress? in
      guard let phase else { return nil }
      let (plan, counters) = (table.plan, table.counters)
      return RunReport.TableProgress(
        source: plan.source.id, target: plan.target.id, phase: phase, rows: counters.rows.load(ordering: .relaxed),
        bytes: counters.bytes.load(ordering: .relaxed), estimatedRows: plan.source.estimatedRows, dirtyRows: run.dirty.open(of: plan.source.id),
        activeReaders: counters.activeReaders.load(ordering: .relaxed), inserts: counters.inserts.load(ordering: .relaxed),
        updates: counters.updates.load(ordering: .relaxed), deletes: counters.deletes.load(ordering: .relaxed),
        schemaChanges: counters.schemaChanges.load(ordering: .relaxed))
    }
    var report = RunReport(
      job: run.plan.job, seconds: Date().timeIntervalSince(started), tables: tables, rows: tables.reduce(0) { $0 + $1.rows },
      bytes: tables.reduce(0) { $0 + $1.bytes }, fileBytes: run.fileBytes.load(ordering: .relaxed),
      dirtyRows: tables.reduce(0) { $0 + $1.dirtyRows }, residentBytes: Self.residentBytes(), checkpoint: checkpoint,
      notice: run.notice.read { $0 }, stream: run.plan.following == nil ? nil : run.streamFigures.report, flow: run.flow.report)
    if report.dirtyRows > 0 { report.dirtyReasons = run.dirty.reasons }
    return report
  }

  /// Resident memory of this process, from the kernel.
  private static func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii) else { return 0 }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }
}
