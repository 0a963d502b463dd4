internal import SluiceCore
internal import Synchronization

/// Carries schema changes over to the targets, as the job's policy says, and keeps a record of each. Confined to the stream's thread.
///
/// Called after a checkpoint that holds everything before the statement. Everything it does may be done again after a crash.
final class SchemaApplier {
  private let run: JobRun
  private let following: FollowPlan
  private let log: SchemaChangeLog

  init(run: JobRun, following: FollowPlan) throws {
    self.run = run
    self.following = following
    log = SchemaChangeLog(folder: run.settings.state)
  }

  /// `false` when the run ends before it is done.
  func apply(_ event: SchemaEvent, _ stream: any ChangeStream) throws -> Bool {
    do {
      let table = run.tables.find(event.table)
      table?.counters.schemaChanges.add(1, ordering: .relaxed)
      var results: [SchemaChangeLog.Result] = []
      for change in event.changes {
        switch change {
        case .createTable(let definition): results.append(try create(definition, event, stream))
        case .dropTable:
          results.append(try drop(event, stream))
        case .renameTable(_, let name): results.append(try rename(to: name, event, stream))
        case .truncateTable:
          guard let result = try truncate(event) else { return false }
          results.append(result)
        case .replaceRows(_, let reason):
          guard let result = try replaceRows(event, reason) else { return false }
          results.append(result)
        default: break
        }
      }
      if let table, !table.isGone(run), let definition = event.definition, definition.id == event.table {
        guard let columns = try changeColumns(of: table, event, definition) else { return false }
        results += columns
      }
      try log.append(event, results, schemaVersion: run.tables.find(event.table)?.target.lake.schemaVersion)
      CrashPoint.reach("after-schema-change")
      return true
    } catch let error as SluiceError {
      throw error.inTable(event.table)
    }
  }

  // MARK: Columns and keys

  /// `nil` when the run ends before it is done.
  private func changeColumns(of table: TableRun, _ event: SchemaEvent, _ definition: TableDefinition) throws -> [SchemaChangeLog.Result]? {
    let target = table.target
    var draft = TargetDraft(target, policy: following.policy, event: event)
    for change in event.changes { try draft.take(change) }
    if draft.isRemade {
      guard run.requests.ask(.remake(table: table.number, try following.plan(definition))) else { return nil }
      return draft.results
    }
    let plan = TablePlan(source: definition, target: target.plan.target.applying(draft.changes), links: draft.links)
    guard plan != target.plan || !draft.changes.isEmpty else { return draft.results }
    let lake = draft.changes.isEmpty ? target.lake : try target.lake.evolve(draft.changes)
    CrashPoint.reach("after-evolve")
    // Rows that cannot be carried over are told now and not at the first row.
    _ = try RowMapping(plan, storageTypes: lake.storageTypes)
    run.scheduler.update(table.number) { entry in
      entry.state.plan = plan
      entry.state.schemaVersion = lake.schemaVersion
      table.target = TableTarget(plan: plan, lake: lake, isAligned: table.target.isAligned)
    }
    // Rows from before get their values by maintenance, at once.
    if draft.needsFill { table.counters.owesFills.store(true, ordering: .relaxed) }
    if draft.needsCopy {
      guard run.requests.ask(.recopy(table: table.number)) else { return nil }
    }
    return draft.results
  }

  // MARK: Whole tables

  private func create(_ definition: TableDefinition, _ event: SchemaEvent, _ stream: any ChangeStream) throws -> SchemaChangeLog.Result {
    if let table = run.tables.find(definition.id) {
      // The statement is read a second time, or the table was made before the copy began.
      return .init(
        "createTable", .apply, table.plan.source.columns.map(\.name) == definition.columns.map(\.name) ? "is there already" : "is followed already")
    }
    let action = try decide(.createTable, event)
    guard action == .apply else {
      stream.leave(definition.id)
      return .init("createTable", action, "not followed")
    }
    var state = TableState(plan: try following.plan(definition))
    state.phase = .aligned
    state.lowPosition = event.position
    state.highPosition = event.position
    do {
      let lake = try run.openTarget(takingOver: &state)
      run.add(state, lake: lake)
      let what = state.replacesTarget == true ? "followed; an earlier table's rows go" : "made, followed"
      return .init("createTable", .apply, what)
    } catch let error as SluiceError where error.kind == .targetConflict {
      // What stands there is not this job's, and is kept; the other tables go on.
      stream.leave(definition.id)
      run.notice.update { $0 = "\(definition.id) is not followed: \(error)" }
      return .init("createTable", .alert, "not followed: \(error)")
    }
  }

  private func drop(_ event: SchemaEvent, _ stream: any ChangeStream) throws -> SchemaChangeLog.Result {
    guard let table = run.tables.find(event.table) else { return .init("dropTable", .ignore, "not followed") }
    let action = try decide(.dropTable, event)
    leave(table, stream)
    guard action == .apply else { return .init("dropTable", action, "no longer followed, the target stays") }
    try run.plan.lake.drop(table.plan.target.id)
    return .init("dropTable", .apply, "the target is dropped")
  }

  /// The old name leaves; the new one is copied when the job selects it.
  private func rename(to name: TableID, _ event: SchemaEvent, _ stream: any ChangeStream) throws -> SchemaChangeLog.Result {
    let action = try decide(.renameTable, event)
    if let table = run.tables.find(event.table) { leave(table, stream) }
    guard action == .apply, let definition = event.definition, definition.id == name else {
      stream.leave(name)
      return .init("renameTable", action, "no longer followed, the target stays")
    }
    var state = TableState(plan: try following.plan(definition))
    state.lowPosition = event.position
    state.replacesTarget = true
    if let table = run.tables.find(name) { leave(table, stream) }
    let lake = try run.openTarget(takingOver: &state)
    run.add(state, lake: lake)
    stream.follow(FollowedTable(definition))
    return .init("renameTable", .apply, "\(name) is copied")
  }

  private func truncate(_ event: SchemaEvent) throws -> SchemaChangeLog.Result? {
    guard let table = run.tables.find(event.table) else { return .init("truncateTable", .ignore, "not followed") }
    let action = try decide(.truncateTable, event)
    guard action == .apply else { return .init("truncateTable", action, "the target keeps its rows") }
    guard table.target.isAligned else {
      guard run.requests.ask(.recopy(table: table.number)) else { return nil }
      return .init("truncateTable", .apply, "copied anew")
    }
    run.scheduler.update(table.number) { $0.state.replacesTarget = true }
    return .init("truncateTable", .apply, "emptied")
  }

  private func replaceRows(_ event: SchemaEvent, _ reason: String) throws -> SchemaChangeLog.Result? {
    guard let table = run.tables.find(event.table) else { return .init("replaceRows", .ignore, "not followed") }
    let action = try decide(.replaceRows, event)
    guard action == .apply else { return .init("replaceRows", action, "\(reason): the target keeps its rows") }
    guard run.requests.ask(.recopy(table: table.number)) else { return nil }
    return .init("replaceRows", .apply, "\(reason): copied anew")
  }

  private func leave(_ table: TableRun, _ stream: any ChangeStream) {
    stream.leave(table.source)
    run.scheduler.update(table.number) { $0.isGone = true }
    run.tables.remove(table)
  }

  private func decide(_ kind: SchemaPolicy.Kind, _ event: SchemaEvent) throws -> SchemaPolicy.Action {
    let action = following.policy.action(on: kind, of: event.table)
    if action == .error { throw SchemaApplier.refused(kind, event, "the policy is `error`") }
    return action
  }

  static func refused(_ kind: SchemaPolicy.Kind, _ event: SchemaEvent, column: String? = nil, _ why: String) -> SluiceError {
    SluiceError(
      .schemaChangeRefused, "\(kind.rawValue) is not applied: \(why); the statement is \(event.statement)",
      at: .init(table: event.table, column: column, position: event.position.text),
      remedy: "Set `schemaChanges.\(kind.rawValue)` to `apply`, `ignore` or `alert`, for this table or for all, and run the job again.")
  }
}

extension TableRun {
  fileprivate func isGone(_ run: JobRun) -> Bool { run.tables.find(source) !== self }
}
