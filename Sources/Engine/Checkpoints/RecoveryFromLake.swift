internal import Foundation
internal import SluiceCore

/// Makes a job's state anew from what the newest snapshots of its tables say.
///
/// A checkpoint may be in some tables and not in others when the job ended. So the stream starts where the checkpoint before it ended, which all
/// tables hold, and a table that holds more leaves out what it has. Tables whose copy was not complete are copied anew.
struct RecoveryFromLake {
  let plan: JobPlan

  private struct Found {
    let state: TableState
    let writer: WriterIdentity
    let checkpoint: CheckpointID
    let position: Position
    let previous: Position?
  }

  func checkpoint() throws -> Checkpoint {
    guard let following = plan.following else {
      throw SluiceError(.specInvalid, "only a job that follows changes can be recovered from its tables", at: .init(path: "$.source.startup"))
    }
    var found: [Found] = []
    var states: [TableState] = []
    for table in plan.tables {
      if let known = try look(at: table) { found.append(known) } else { states.append(TableState(plan: table)) }
    }
    guard let newest = found.max(by: { $0.checkpoint < $1.checkpoint }) else {
      throw SluiceError(
        .targetMissing, "no table of the job tells how far it was followed", at: .init(job: plan.job),
        remedy: "Start the job without `--recover-from-lake`.")
    }
    if let other = found.first(where: { $0.writer != newest.writer }) {
      throw SluiceError(
        .targetConflict, "two jobs wrote the tables: \(newest.writer.id) and \(other.writer.id)", at: .init(table: other.state.plan.target.id))
    }
    for table in found {
      var state = table.state
      state.committed = table.checkpoint
      // What a table holds beyond the place that all hold is left out when it is read again.
      state.followFrom = table.position
      if state.phase != .aligned {
        state = TableState(plan: state.plan)
        state.replacesTarget = true
      }
      states.append(state)
    }
    var checkpoint = Checkpoint(job: plan.job, id: newest.checkpoint, writer: newest.writer, tables: states)
    let start = newest.previous ?? newest.position
    checkpoint.stream = .init(position: start)
    for table in found where try !following.source.isReached(table.position, by: newest.position) {
      throw SluiceError(.targetConflict, "the table is ahead of the newest checkpoint", at: .init(table: table.state.plan.target.id))
    }
    return checkpoint
  }

  /// What the table's newest snapshot says; `nil` for a table that this job has not written to.
  private func look(at table: TablePlan) throws -> Found? {
    let properties: [String: String]
    do {
      properties = try plan.lake.open(table.target.id).summary().properties
    } catch let error as SluiceError where error.kind == .targetMissing {
      return nil
    }
    guard properties["sluice.job"] == plan.job, let writer = properties["sluice.writer"] else { return nil }
    guard let id = properties["sluice.checkpoint"].flatMap({ CheckpointID($0) }), let position = properties["sluice.position"],
      let text = properties["sluice.state"]
    else { return nil }
    do {
      let state = try JSONDecoder().decode(TableState.self, from: Data(text.utf8))
      return Found(
        state: state, writer: WriterIdentity(id: writer), checkpoint: id, position: Position(position),
        previous: properties["sluice.position.previous"].map { Position($0) })
    } catch {
      throw SluiceError(.targetDamaged, "the snapshot's account of the job cannot be read", at: .init(table: table.target.id), cause: error)
    }
  }
}
