internal import Foundation
internal import SluiceCore

/// Brings a job's state and its tables in step before a run: what starting again means.
struct Recovery {
  let plan: JobPlan
  let store: any CheckpointStore

  /// The state to start from: the newest checkpoint with tables that joined or left since, or a new job's.
  func loadCheckpoint() throws -> Checkpoint {
    guard var checkpoint = try store.latest() else {
      let writer = WriterIdentity(id: "\(plan.job)-\(UUID().uuidString.prefix(8).lowercased())")
      var fresh = Checkpoint(job: plan.job, id: 0, writer: writer, tables: plan.tables.map { TableState(plan: $0) })
      fresh.dirty = DirtyState()
      // Stored before any table is made, so that tables and files can be told to be this job's whatever happens.
      try store.save(fresh)
      CrashPoint.reach("after-first-state")
      return fresh
    }
    for table in plan.tables {
      guard let place = checkpoint.tables.firstIndex(where: { $0.plan.id == table.id }) else {
        try refuseRerouting(table, checkpoint)
        if !isKeptOut(table.source.id, by: checkpoint) { checkpoint.tables.append(TableState(plan: table)) }
        continue
      }
      try adopt(table, in: &checkpoint.tables[place])
    }
    try dropLeft(&checkpoint)
    return checkpoint
  }

  /// A table goes on to where it went; only further targets may come to it.
  private func refuseRerouting(_ table: TablePlan, _ checkpoint: Checkpoint) throws {
    let wanted = Set(plan.tables.filter { $0.source.id == table.source.id }.map(\.id))
    for state in checkpoint.tables where state.plan.source.id == table.source.id && !wanted.contains(state.plan.id) {
      throw SluiceError(
        .stateForeign, "the state copies it to \(state.plan.target.id), the spec to \(table.target.id)",
        at: .init(job: plan.job, table: table.source.id))
    }
  }

  /// A table that the policy kept out when it came to be stays out as long as the policy does not let it in.
  private func isKeptOut(_ table: TableID, by checkpoint: Checkpoint) -> Bool {
    guard let policy = plan.following?.policy, checkpoint.leftOut?.contains(table) == true else { return false }
    return policy.action(on: .createTable, of: table) != .apply || policy.action(on: .renameTable, of: table) != .apply
  }

  /// Tables that the spec no longer selects leave. One that it selects and that the source no longer has stays: the log will tell of it.
  private func dropLeft(_ checkpoint: inout Checkpoint) throws {
    let present = Set(plan.tables.map(\.source.id))
    let planned = Set(plan.tables.map(\.id))
    let include = try plan.following?.selection.include.map { try TablePattern($0) } ?? []
    let exclude = try plan.following?.selection.exclude.map { try TablePattern($0) } ?? []
    checkpoint.tables.removeAll { state in
      let id = state.plan.source.id
      if present.contains(id) { return !planned.contains(state.plan.id) }
      let isSelected = include.contains { $0.matches(id) } && !exclude.contains { $0.matches(id) }
      return !isSelected || state.phase == .waiting
    }
    let targets = Set(checkpoint.tables.map(\.plan.target.id))
    checkpoint.pending.removeAll { !targets.contains($0.target) }
  }

  /// Checks that the state's table is still the one of the plan.
  private func adopt(_ table: TablePlan, in state: inout TableState) throws {
    let place = SluiceError.Place(job: plan.job, table: table.source.id)
    if state.phase == .waiting {
      if state.schemaVersion == nil { state.plan = table }
      return
    }
    // What changed since comes by the log.
    guard plan.following == nil, state.phase != .aligned else { return }
    if let difference = Self.difference(state.plan.source, table.source) {
      throw SluiceError(.sourceSchemaChanged, "the table changed while its copy was under way: \(difference)", at: place)
    }
    // The target is kept as it was made: estimates, and the buckets that follow from them, move.
    state.plan = TablePlan(
      source: table.source, target: state.plan.target, shaped: table.shaped, links: state.plan.links, kept: state.plan.kept,
      fills: state.plan.fills, needsImagesBefore: table.needsImagesBefore)
  }

  /// Where the stream starts, and from where each table is followed. Answers the source's position before the first page of this run.
  func startStream(_ checkpoint: inout Checkpoint) throws -> Position? {
    guard let following = plan.following else { return try Patience.briefly { try plan.source.knownPosition() } }
    if let start = following.start, checkpoint.stream == nil {
      let position = try Patience.briefly { try following.source.position(of: start) }
      checkpoint.stream = .init(position: position)
      for index in checkpoint.tables.indices where checkpoint.tables[index].phase == .waiting {
        checkpoint.tables[index].phase = .aligned
        checkpoint.tables[index].lowPosition = position
        checkpoint.tables[index].highPosition = position
      }
      try store.save(checkpoint)
      return position
    }
    let low = try fixDefinitions(&checkpoint, following)
    if checkpoint.stream == nil {
      // A job that only copied so far is followed from where its first copy began; a new one from before its tables were looked up, so that
      // the log tells of those that have come, gone or changed their names since.
      let begun = checkpoint.tables.filter { $0.phase != .waiting }.compactMap(\.lowPosition)
      let first = try begun.first { candidate in
        try begun.allSatisfy { try following.source.isReached(candidate, by: $0) }
      }
      checkpoint.stream = .init(position: first ?? following.lookup ?? low)
      for index in checkpoint.tables.indices where first != nil {
        checkpoint.tables[index].followFrom = checkpoint.tables[index].lowPosition ?? low
      }
    }
    // The definition of a table that was opened before is that of the stream's place, however little was read of it; others' were fixed just now.
    for index in checkpoint.tables.indices where checkpoint.tables[index].phase == .waiting && checkpoint.tables[index].schemaVersion == nil {
      // A table that is read whole is followed from where its read begins.
      guard !checkpoint.tables[index].plan.source.primaryKey.isEmpty else { continue }
      checkpoint.tables[index].followFrom = low
    }
    try store.save(checkpoint)
    return low
  }

  /// The definitions of tables whose copy has not begun become those at the position that is answered; a table that is gone there leaves.
  private func fixDefinitions(_ checkpoint: inout Checkpoint, _ following: FollowPlan) throws -> Position {
    let waiting = checkpoint.tables.indices.filter { checkpoint.tables[$0].phase == .waiting && checkpoint.tables[$0].schemaVersion == nil }
    let names = waiting.map { checkpoint.tables[$0].plan.source.id }
    guard let fixed = try Patience.briefly({ try following.source.definitions(of: names) }) else {
      throw SluiceError(
        .sourceLogUnusable, "the server writes no binary log, so that changes cannot be followed", at: .init(job: plan.job),
        remedy: "Start the server with --log-bin and --binlog-format=ROW, or set `source.startup` to `snapshot`.")
    }
    var gone: Set<TableID> = []
    for index in waiting {
      let old = checkpoint.tables[index].plan
      guard let now = fixed.tables.first(where: { $0.id == old.source.id }) else {
        gone.insert(old.source.id)
        continue
      }
      guard old.source != now, let plan = try following.plan(now).first(where: { $0.id == old.id }) else { continue }
      let group = checkpoint.tables.indices.filter { checkpoint.tables[$0].plan.target.id == old.target.id }
      guard group.count > 1 else {
        checkpoint.tables[index].plan = plan
        continue
      }
      let merge = TargetMerge(old.target, taking: plan.target, of: now.id)
      if let conflict = merge.conflicts.first { throw SluiceError(.targetConflict, conflict, at: .init(table: now.id)) }
      for member in group { checkpoint.tables[member].plan = checkpoint.tables[member].plan.replacingTarget(old.target.applying(merge.changes)) }
      checkpoint.tables[index].plan = plan.replacingTarget(old.target.applying(merge.changes))
    }
    checkpoint.tables.removeAll { gone.contains($0.plan.source.id) && $0.phase == .waiting && $0.schemaVersion == nil }
    return fixed.position
  }

  /// The first difference that concerns the copy; `nil` when there is none.
  static func difference(_ old: TableDefinition, _ new: TableDefinition) -> String? {
    for column in old.columns {
      guard let place = new.columnIndex(column.name) else { return "column \(column.name) is gone" }
      let found = new.columns[place]
      if found.nativeType != column.nativeType { return "column \(column.name) was \(column.nativeType) and is \(found.nativeType)" }
      if found.isNullable != column.isNullable {
        return "column \(column.name) \(found.isNullable ? "may be NULL now" : "may no longer be NULL")"
      }
    }
    if let added = new.columns.first(where: { old.columnIndex($0.name) == nil }) { return "column \(added.name) is new" }
    if new.columns.map(\.name) != old.columns.map(\.name) { return "the order of its columns is another" }
    if new.primaryKey != old.primaryKey {
      return "its key was (\(old.primaryKey.joined(separator: ", "))) and is (\(new.primaryKey.joined(separator: ", ")))"
    }
    return nil
  }

  /// Finishes what the last run left: commits what its checkpoint promised, removes files that belong to nothing.
  func settle(_ checkpoint: Checkpoint, _ tables: [TableRun], _ committers: TableCommitters, isServing: Bool) throws {
    try committers.commit(checkpoint.pending, checkpoint: checkpoint.id) { CrashPoint.reach("after-recovered-commit") }
    var cleaned: Set<TableID> = []
    for table in tables {
      guard let state = checkpoint.tables.first(where: { $0.plan.id == table.plan.id }) else { continue }
      try checkCommitted(state, committers)
      guard state.phase != .aligned || plan.following != nil || isServing else { continue }
      if cleaned.insert(table.plan.target.id).inserted {
        _ = try committers.inTable(table.plan.target.id) { try $0.removeOrphans(keeping: []) }
      }
      CrashPoint.reach("after-cleanup")
    }
  }

  /// The table must hold what the state says it does: one that was dropped meanwhile is there again, but empty.
  private func checkCommitted(_ state: TableState, _ committers: TableCommitters) throws {
    guard let committed = state.committed else { return }
    let target = state.plan.target.id
    let found = try committers.inTable(target) { try $0.lastCommitted() }
    if let found, found >= committed { return }
    throw SluiceError(
      .targetConflict,
      "the job's state says that checkpoint \(committed) is in the table, the table holds \(found.map { "checkpoint \($0)" } ?? "none of this job")",
      at: .init(job: plan.job, table: target, path: plan.settings.state),
      remedy: "The table was replaced, or the warehouse is another one. Restore it, or remove the job's state folder and the table to load it anew.")
  }

  /// A table that is read whole and did not get to its end starts again.
  /// Answers which: what was kept of their rows is void.
  static func restartWholeTables(_ checkpoint: inout Checkpoint) -> [TablePlan] {
    var restarted: [TablePlan] = []
    for index in checkpoint.tables.indices where checkpoint.tables[index].plan.source.primaryKey.isEmpty {
      guard checkpoint.tables[index].phase == .copying else { continue }
      checkpoint.tables[index].phase = .waiting
      checkpoint.tables[index].followFrom = nil
      checkpoint.tables[index].ranges = []
      checkpoint.tables[index].rowsRead = 0
      restarted.append(checkpoint.tables[index].plan)
    }
    return restarted
  }
}
