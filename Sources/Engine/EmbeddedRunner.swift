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
    if recoversFromLake, try store.latest() == nil { try store.save(try RecoveryFromLake(plan: plan).checkpoint()) }
    let recovery = Recovery(plan: plan, store: store)
    var checkpoint = try recovery.loadCheckpoint()
    Recovery.restartWholeTables(&checkpoint)
    let lowPosition = try recovery.startStream(&checkpoint)
    let label = String(UInt32.random(in: 0 ... .max), radix: 36)
    let run = JobRun(plan: plan, writer: checkpoint.writer, stream: checkpoint.stream, label: label, control: control)
    run.leftOut.update { $0 = Set(checkpoint.leftOut ?? []) }
    try TargetOpening(run: run).open(&checkpoint.tables)
    let committers = TableCommitters(run.tables)
    try recovery.settle(checkpoint, run.tables.all, committers)
    let coordinator = CheckpointCoordinator(
      run: run, store: store, committers: committers, checkpoint: checkpoint, lowPosition: lowPosition)
    return try RunSession(run: run, coordinator: coordinator).work()
  }
}
