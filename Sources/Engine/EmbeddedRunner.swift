internal import Foundation
public import SluiceCore
internal import Synchronization

/// The embedded runtime: reader, stream and lane threads in this process, one coordinator that takes the checkpoints.
public struct EmbeddedRunner: Runner {
  private let store: any CheckpointStore
  private let recoversFromLake: Bool

  /// With `recoversFromLake`, a job without state goes on from what the snapshots of its tables say.
  public init(store: any CheckpointStore, recoversFromLake: Bool = false) {
    self.store = store
    self.recoversFromLake = recoversFromLake
  }

  public func run(_ plan: JobPlan, control: RunControl) throws -> RunSummary {
    try store.lock()
    let (run, coordinator) = try prepare(plan, control: control, isServing: false)
    return try RunSession(run: run, coordinator: coordinator).work()
  }

  /// Does what people asked of a job that does not run, and nothing else: no row is read but those that are asked for. `plan` has the tables of the
  /// job's state. Throws `job-locked` when the job runs: its run does it then.
  public func serve(_ plan: JobPlan) throws {
    try store.lock()
    let (run, coordinator) = try prepare(plan, control: RunControl { _ in }, isServing: true)
    try RunSession(run: run, coordinator: coordinator).serve()
  }

  private func prepare(_ plan: JobPlan, control: RunControl, isServing: Bool) throws -> (JobRun, CheckpointCoordinator) {
    if recoversFromLake, try store.latest() == nil { try store.save(try RecoveryFromLake(plan: plan).checkpoint()) }
    let recovery = Recovery(plan: plan, store: store)
    var checkpoint = try recovery.loadCheckpoint()
    let restarted = Recovery.restartWholeTables(&checkpoint)
    let lowPosition = isServing ? nil : try recovery.startStream(&checkpoint)
    let label = String(UInt32.random(in: 0 ... .max), radix: 36)
    let dirty = try DirtyStore(job: plan.job, settings: plan.settings, kept: checkpoint.dirty)
    let run = JobRun(
      plan: plan, writer: checkpoint.writer, stream: checkpoint.stream, dirty: dirty, label: label, control: control,
      isServing: isServing)
    run.leftOut.update { $0 = Set(checkpoint.leftOut ?? []) }
    try TargetOpening(run: run).open(&checkpoint.tables)
    let committers = TableCommitters(run.tables)
    try recovery.settle(checkpoint, run.tables.all, committers, isServing: isServing)
    try dirty.rewind()
    for table in restarted { try dirty.void(table.source.id, target: table.target.id) }
    let coordinator = CheckpointCoordinator(
      run: run, store: store, committers: committers, checkpoint: checkpoint, lowPosition: lowPosition)
    return (run, coordinator)
  }
}
