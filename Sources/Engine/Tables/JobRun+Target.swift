internal import SluiceCore

extension JobRun {
  /// The target of a table that joins the job, perhaps under a name that an earlier table had.
  ///
  /// What stands there from the earlier one goes: its rows with the first commit, the whole target when it has other columns. A target that is
  /// not this job's is a `target-conflict`. The state then says the target's version, and whether rows are to be replaced.
  func openTarget(takingOver state: inout TableState) throws -> any LakeTable {
    let target = state.plan.target
    let lake: any LakeTable
    do {
      lake = try plan.lake.openOrCreate(target, writer: writer)
    } catch let error as SluiceError where error.kind == .targetConflict {
      guard try plan.lake.open(target.id).summary().properties["sluice.writer"] == writer.id else { throw error }
      try plan.lake.drop(target.id)
      lake = try plan.lake.openOrCreate(target, writer: writer)
    }
    state.schemaVersion = lake.schemaVersion
    if try lake.summary().snapshot != nil { state.replacesTarget = true }
    return lake
  }
}
