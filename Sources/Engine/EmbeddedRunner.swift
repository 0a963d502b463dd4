internal import Foundation
public import SluiceCore

/// The embedded runtime: reader and lane threads in this process, one coordinator that takes the checkpoints.
public struct EmbeddedRunner: Runner {
  private let store: any CheckpointStore

  public init(store: any CheckpointStore) {
    self.store = store
  }

  public func run(_ plan: JobPlan, control: RunControl) throws -> RunSummary {
    try store.lock()
    let recovery = Recovery(plan: plan, store: store)
    var checkpoint = try recovery.loadCheckpoint()
    Recovery.restartWholeTables(&checkpoint)
    let tables = try openTables(plan, checkpoint)
    let committers = TableCommitters(tables)
    try recovery.settle(checkpoint, tables, committers)
    let lowPosition = try plan.source.knownPosition()
    let states = tables.compactMap { table in checkpoint.tables.first { $0.plan.target.id == table.plan.target.id } }
    let label = String(UInt32.random(in: 0 ... .max), radix: 36)
    let run = JobRun(plan: plan, tables: tables, states: states, label: label, control: control)
    let coordinator = CheckpointCoordinator(
      run: run, store: store, committers: committers, checkpoint: checkpoint, lowPosition: lowPosition)
    return try RunSession(run: run, coordinator: coordinator).work()
  }

  /// Structure migration: makes the targets that are missing, and opens all that still get rows.
  private func openTables(_ plan: JobPlan, _ checkpoint: Checkpoint) throws -> [TableRun] {
    let byTarget = Dictionary(checkpoint.tables.map { ($0.plan.target.id, $0) }) { first, _ in first }
    return try plan.tables.compactMap { table in
      guard let state = byTarget[table.target.id] else { return nil }
      do {
        if state.committed != nil { try requireTarget(of: state, plan) }
        let lake = try plan.lake.openOrCreate(state.plan.target, writer: checkpoint.writer)
        CrashPoint.reach("after-table")
        let dirty = DirtyRowStore(folder: plan.settings.state, table: table.source.id, rows: state.dirtyRows, bytes: state.dirtyBytes)
        return TableRun(plan: state.plan, lake: lake, dirty: dirty, rowsRead: state.rowsRead)
      } catch let error as SluiceError {
        throw error.inTable(table.target.id)
      }
    }
  }

  /// A target that the job has committed to must be there: made anew it would be empty.
  private func requireTarget(of state: TableState, _ plan: JobPlan) throws {
    do {
      _ = try plan.lake.open(state.plan.target.id)
    } catch let error as SluiceError where error.kind == .targetMissing {
      throw SluiceError(
        .targetMissing, "the table is gone, and the job's state says that its rows are in it", at: .init(job: plan.job, path: plan.settings.state),
        remedy: "Restore the table, or check the warehouse; to load the job anew, remove its state folder and its tables.", cause: error)
    }
  }
}
