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

  /// Applies the events of one statement; `false` when the run ends before it is done.
  func apply(_ events: [SchemaEvent], _ stream: any ChangeStream) throws -> Bool {
    // By their names before the statement: tables may trade names in it.
    let tables = events.map { run.tables.find($0.table) }
    for (event, tables) in zip(events, tables) {
      guard try apply(event, tables, stream) else { return false }
    }
    return true
  }

  /// `tables` are the table's ways to its targets.
  private func apply(_ event: SchemaEvent, _ tables: [TableRun], _ stream: any ChangeStream) throws -> Bool {
    do {
      for table in tables { table.counters.schemaChanges.add(1, ordering: .relaxed) }
      var results: [SchemaChangeLog.Result] = []
      for change in event.changes {
        switch change {
        case .createTable(let definition):
          guard let result = try create(definition, event, stream) else { return false }
          results.append(result)
        case .dropTable:
          guard let result = try drop(event, stream) else { return false }
          results.append(result)
        case .renameTable(_, let name):
          guard let result = try rename(tables, to: name, event, stream) else { return false }
          results.append(result)
        case .truncateTable:
          guard let result = try truncate(event) else { return false }
          results.append(result)
        case .replaceRows(_, let reason):
          guard let result = try replaceRows(event, reason) else { return false }
          results.append(result)
        default: break
        }
      }
      if let definition = event.definition, definition.id == event.table {
        for table in tables where isPresent(table) {
          guard let columns = try ColumnChanges(run: run, following: following, table: table, event: event).apply(definition) else { return false }
          results += columns
        }
      }
      try log.append(event, results, schemaVersion: run.tables.find(event.table).first?.target.lake.schemaVersion)
      CrashPoint.reach("after-schema-change")
      return true
    } catch let error as SluiceError {
      throw error.inTable(event.table)
    }
  }

  private func isPresent(_ table: TableRun) -> Bool { run.tables.find(table.source).contains { $0 === table } }

  // MARK: Whole tables

  // Each answers `nil` when the run ends before it is done.

  private func create(_ definition: TableDefinition, _ event: SchemaEvent, _ stream: any ChangeStream) throws -> SchemaChangeLog.Result? {
    if let table = run.tables.find(definition.id).first {
      // The statement is read a second time, or the table was made before the copy began.
      return .init(
        "createTable", .apply, table.plan.source.columns.map(\.name) == definition.columns.map(\.name) ? "is there already" : "is followed already")
    }
    let action = try decide(.createTable, event)
    guard action == .apply else {
      keepOut(definition.id, stream)
      return .init("createTable", action, "not followed")
    }
    let plans = try following.plan(definition)
    guard !plans.isEmpty else {
      stream.leave(definition.id)
      return .init("createTable", .ignore, "no route takes it")
    }
    var what: [String] = []
    for plan in plans {
      var state = TableState(plan: plan)
      state.phase = .aligned
      state.lowPosition = event.position
      state.highPosition = event.position
      do {
        guard let joined = try join(state) else { return nil }
        what.append(joined)
      } catch let error as SluiceError where error.kind == .targetConflict {
        // What stands there is not this job's, and is kept; the other tables go on.
        if run.tables.find(definition.id).isEmpty { stream.leave(definition.id) }
        run.notice.update { $0 = "\(definition.id) is not followed: \(error)" }
        return .init("createTable", .alert, "not followed: \(error)")
      }
    }
    if plans.contains(where: { FollowedTable($0).needsImagesBefore }) { stream.follow(FollowedTable(definition, needsImagesBefore: true)) }
    return .init("createTable", .apply, what.joined(separator: "; "))
  }

  /// Takes a table in, alone or beside those that have its target already.
  private func join(_ state: TableState) throws -> String? {
    guard let shared = try TargetJoin(run: run).join(state) else { return nil }
    if shared { return "followed, in \(state.plan.target.id)" }
    var state = state
    guard let lake = try takeOver(&state) else { return nil }
    try run.add(state, lake: lake, isAligned: state.phase == .aligned)
    return state.replacesTarget == true ? "followed; an earlier table's rows go" : "made, followed"
  }

  private func drop(_ event: SchemaEvent, _ stream: any ChangeStream) throws -> SchemaChangeLog.Result? {
    let tables = run.tables.find(event.table)
    guard !tables.isEmpty else { return .init("dropTable", .ignore, "not followed") }
    let action = try decide(.dropTable, event)
    for table in tables { leave(table, stream) }
    guard action == .apply else { return .init("dropTable", action, "no longer followed, the target stays") }
    // A run that starts after a crash does not look for a target that is gone.
    guard run.requests.ask(.checkpoint) else { return nil }
    var what = "the target is dropped"
    for target in tables.map(\.plan.target.id) {
      if run.tables.find(target: target).isEmpty {
        try run.plan.lake.drop(target)
      } else {
        what = "no longer followed; \(target) is other tables' target, too, and keeps its rows"
      }
    }
    return .init("dropTable", .apply, what)
  }

  /// The old name leaves; the new one is copied when the job selects it.
  private func rename(
    _ tables: [TableRun], to name: TableID, _ event: SchemaEvent, _ stream: any ChangeStream
  ) throws -> SchemaChangeLog.Result? {
    let action = try decide(.renameTable, event)
    for table in tables where isPresent(table) { leave(table, stream) }
    guard action == .apply, let definition = event.definition, definition.id == name else {
      keepOut(name, stream)
      return .init("renameTable", action, "no longer followed, the target stays")
    }
    let plans = try following.plan(definition)
    for table in run.tables.find(name) { leave(table, stream) }
    guard let first = plans.first else {
      stream.leave(name)
      return .init("renameTable", .ignore, "no longer followed: no route takes \(name)")
    }
    for plan in plans {
      var state = TableState(plan: plan)
      state.lowPosition = event.position
      guard let isShared = try TargetJoin(run: run).join(state) else { return nil }
      if isShared {
        // Rows that came under the old name cannot be told from the others.
        guard let table = run.tables.find(name).last, run.requests.ask(.recopy(table: table.number)) else { return nil }
      } else {
        state.replacesTarget = true
        guard let lake = try takeOver(&state) else { return nil }
        try run.add(state, lake: lake, isAligned: false)
      }
      run.leftOut.update { _ = $0.remove(name) }
    }
    stream.follow(FollowedTable(definition, needsImagesBefore: FollowedTable(first).needsImagesBefore))
    return .init("renameTable", .apply, "\(name) is copied")
  }

  private func keepOut(_ table: TableID, _ stream: any ChangeStream) {
    stream.leave(table)
    run.leftOut.update { _ = $0.insert(table) }
  }

  /// The target of a table that joins. Before one that is there already is touched, a checkpoint says that its earlier table has left.
  private func takeOver(_ state: inout TableState) throws -> (any LakeTable)? {
    if (try? run.plan.lake.open(state.plan.target.id)) != nil {
      guard run.requests.ask(.checkpoint) else { return nil }
    }
    run.leftOut.update { _ = $0.remove(state.plan.source.id) }
    return try run.openTarget(takingOver: &state)
  }

  private func truncate(_ event: SchemaEvent) throws -> SchemaChangeLog.Result? {
    let tables = run.tables.find(event.table)
    guard !tables.isEmpty else { return .init("truncateTable", .ignore, "not followed") }
    let action = try decide(.truncateTable, event)
    guard action == .apply else { return .init("truncateTable", action, "the target keeps its rows") }
    var what = "emptied"
    for table in tables {
      if table.target.isAligned, run.tables.sharing(table).count == 1 {
        run.scheduler.update(table.number) { $0.state.replacesTarget = true }
      } else {
        // Among the rows of several tables one's own cannot be told.
        guard run.requests.ask(.recopy(table: table.number)) else { return nil }
        what = "copied anew"
      }
    }
    return .init("truncateTable", .apply, what)
  }

  private func replaceRows(_ event: SchemaEvent, _ reason: String) throws -> SchemaChangeLog.Result? {
    let tables = run.tables.find(event.table)
    guard !tables.isEmpty else { return .init("replaceRows", .ignore, "not followed") }
    let action = try decide(.replaceRows, event)
    guard action == .apply else { return .init("replaceRows", action, "\(reason): the target keeps its rows") }
    for table in tables { guard run.requests.ask(.recopy(table: table.number)) else { return nil } }
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
