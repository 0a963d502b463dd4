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
    run.control.send(current())
  }

  func current() -> RunReport {
    let phases = run.scheduler.state.read { state in state.tables.map { $0.isRead ? .copied : $0.state.phase } }
    let tables = zip(run.tables, phases).map { table, phase in
      RunReport.TableProgress(
        source: table.plan.source.id, target: table.plan.target.id, phase: phase, rows: table.counters.rows.load(ordering: .relaxed),
        bytes: table.counters.bytes.load(ordering: .relaxed), estimatedRows: table.plan.source.estimatedRows,
        dirtyRows: table.dirty.extent.rows, activeReaders: table.counters.activeReaders.load(ordering: .relaxed))
    }
    return RunReport(
      job: run.plan.job, seconds: Date().timeIntervalSince(started), tables: tables, rows: tables.reduce(0) { $0 + $1.rows },
      bytes: tables.reduce(0) { $0 + $1.bytes }, fileBytes: run.fileBytes.load(ordering: .relaxed),
      dirtyRows: tables.reduce(0) { $0 + $1.dirtyRows }, residentBytes: Self.residentBytes(), checkpoint: checkpoint,
      notice: run.notice.read { $0 })
  }

  /// Resident memory of this process, from the kernel.
  private static func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii) else { return 0 }
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }
}
