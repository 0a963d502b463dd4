internal import SluiceCore

/// Takes tables into a run whose target others have already.
struct TargetJoin {
  let run: JobRun

  /// `false` when nobody has the target, and nothing is done; `nil` when the run ends before it is done. What does not fit the target is a
  /// `target-conflict`, and nothing is changed.
  ///
  /// Called by the stream's thread, which alone changes targets. A table that brings a history keeps the target from being aligned until it is
  /// copied: changes of the others wait beside it as long.
  func join(_ state: TableState) throws -> Bool? {
    let peers = run.tables.find(target: state.plan.target.id)
    guard let first = peers.first else { return false }
    let place = SluiceError.Place(table: state.plan.source.id)
    if let keyless = (peers.map(\.plan.source) + [state.plan.source]).first(where: \.primaryKey.isEmpty) {
      throw SluiceError(.targetConflict, "\(keyless.id) has no key and cannot share \(first.plan.target.id) with other tables", at: place)
    }
    let target = first.target
    let merge = TargetMerge(target.plan.target, taking: state.plan.target, of: state.plan.source.id)
    if let conflict = merge.conflicts.first { throw SluiceError(.targetConflict, conflict, at: place) }
    for (index, change) in merge.changes.enumerated() {
      guard let why = target.lake.refusal(of: change, after: Array(merge.changes[..<index])) else { continue }
      throw SluiceError(.targetConflict, "it does not fit \(first.plan.target.id): \(why)", at: place)
    }
    let isDone = run.requests.ask(.between { [run] in try Self.add(state, beside: peers, merge.changes, run) })
    return isDone ? true : nil
  }

  private static func add(_ state: TableState, beside peers: [TableRun], _ changes: [TargetChange], _ run: JobRun) throws {
    guard let first = peers.first else { return }
    let lake = changes.isEmpty ? first.target.lake : try first.target.lake.evolve(changes)
    CrashPoint.reach("after-join-evolve")
    let isAligned = first.target.isAligned && state.phase == .aligned
    for peer in peers {
      let now = peer.target
      let plan = now.plan.following(changes)
      run.scheduler.update(peer.number) { entry in
        entry.state.plan = plan
        entry.state.schemaVersion = lake.schemaVersion
        peer.target = TableTarget(plan: plan, chain: now.chain, lake: lake, isAligned: isAligned)
      }
    }
    var state = state
    state.plan = state.plan.replacingTarget(first.plan.target)
    state.schemaVersion = lake.schemaVersion
    try run.add(state, lake: lake, isAligned: isAligned)
  }
}
