internal import SluiceCore
internal import Synchronization

/// Carries what a statement did to the columns and the key of a table over to one of its targets. Confined to the stream's thread.
struct ColumnChanges {
  let run: JobRun
  let following: FollowPlan
  let table: TableRun
  let event: SchemaEvent

  /// `definition` is the table after the statement. `nil` when the run ends before it is done.
  func apply(_ definition: TableDefinition) throws -> [SchemaChangeLog.Result]? {
    let target = table.target
    let peers = run.tables.sharing(table).filter { $0 !== table }
    let (chain, kept, notes) = try reshape(target.plan, definition)
    var draft = TargetDraft(target, peers: peers.map(\.plan), policy: following.policy, event: event)
    let changes = ShapedChanges.of(event, target.plan.rows, try? target.chain.get(), of: target.plan.source, to: chain)
    for change in changes { try draft.take(change) }
    let results = notes + draft.results
    if chain.keepsDeletedRows, draft.isRemade || draft.needsCopy, !isBeingCopied { throw keepingDeletedRows() }
    if draft.isRemade {
      guard run.requests.ask(.remake(try remade(definition, peers))) else { return nil }
      return results
    }
    let plan = TablePlan(
      source: definition, target: target.plan.target.applying(draft.changes), shaped: chain.isEmpty ? nil : chain.output, links: draft.links,
      kept: kept, fills: draft.fills, needsImagesBefore: chain.needsImagesBefore)
    guard plan != target.plan || !draft.changes.isEmpty else { return results }
    let lake = draft.changes.isEmpty ? target.lake : try target.lake.evolve(draft.changes)
    CrashPoint.reach("after-evolve")
    // Rows that cannot be carried over are told now and not at the first row.
    _ = try RowMapping(plan, storageTypes: lake.storageTypes)
    change(table, to: plan, .success(chain), lake)
    if !draft.changes.isEmpty {
      for peer in peers { change(peer, to: peer.plan.following(draft.changes, fills: draft.addedFills), peer.target.chain, lake) }
    }
    // Rows from before get their values by maintenance, at once.
    if draft.needsFill { run.tables.sharing(table).first?.counters.owesFills.store(true, ordering: .relaxed) }
    if draft.needsCopy {
      guard run.requests.ask(.recopy(table: table.number)) else { return nil }
    }
    return results
  }

  private func change(_ table: TableRun, to plan: TablePlan, _ chain: Result<TransformChain, SluiceError>, _ lake: any LakeTable) {
    run.scheduler.update(table.number) { entry in
      entry.state.plan = plan
      entry.state.schemaVersion = lake.schemaVersion
      table.target = TableTarget(plan: plan, chain: chain, lake: lake, isAligned: table.target.isAligned)
    }
  }

  /// The T-nodes for the new definition. Columns that nodes name and that are gone read NULL there, unless the policy is to drop them.
  private func reshape(_ plan: TablePlan, _ definition: TableDefinition) throws -> (TransformChain, [ColumnDefinition], [SchemaChangeLog.Result]) {
    let shaping = run.plan.shaping
    guard let way = shaping.ways(of: definition.id).first(where: { $0.target == plan.target.id }) else {
      throw SluiceError(.defect, "no way leads from the table to its target", at: .init(table: definition.id))
    }
    let kept = (plan.kept ?? []).filter { definition.columnIndex($0.name) == nil }
    do {
      let chain = try shaping.chain(of: definition, on: way, keeping: kept)
      try refuseBareColumns(chain)
      return (chain, kept, [])
    } catch let error as SluiceError where error.kind != .schemaChangeRefused {
      let dropped = event.changes.compactMap { change -> ColumnDefinition? in
        guard case .dropColumn(_, let name) = change, definition.columnIndex(name) == nil else { return nil }
        return plan.source.columns.first { $0.name == name }
      }
      let action = following.policy.action(on: .dropColumn, of: event.table)
      guard !dropped.isEmpty, action == .ignore || action == .alert else { throw broken(error) }
      do {
        let chain = try shaping.chain(of: definition, on: way, keeping: kept + dropped)
        if let name = dropped.map(\.name).first(where: chain.decidingColumns.contains) {
          throw SluiceError(.specInvalid, "a condition needs the column, and would leave out every row where it reads NULL", at: .init(column: name))
        }
        let names = dropped.map(\.name).joined(separator: ", ")
        return (chain, kept + dropped, [.init("dropColumn", action, "\(names): T-nodes read NULL from here on")])
      } catch let error as SluiceError {
        throw broken(error)
      }
    }
  }

  /// A column that a node hides must not go on under a name that none does.
  private func refuseBareColumns(_ chain: TransformChain) throws {
    guard let hidden = try? table.target.chain.get().sensitiveColumns else { return }
    for case .renameColumn(_, let old, let new) in event.changes where hidden.contains(old) && !chain.sensitiveColumns.contains(new) {
      throw SluiceError(
        .schemaChangeRefused, "\(old), which `transforms` masks, is called \(new) now, and nothing masks that; the statement is \(event.statement)",
        at: .init(table: event.table, column: new, position: event.position.text),
        remedy: "Let the `mask` name \(new), too, and run the job again: it goes on with the statement.")
    }
  }

  private var isBeingCopied: Bool { run.scheduler.state.read { $0.tables[table.number].state.phase != .aligned } }

  private func keepingDeletedRows() -> SluiceError {
    SluiceError(
      .schemaChangeRefused,
      "the statement needs the table to be copied anew, and the rows that the lake keeps though the source has deleted them would be gone; it is "
        + event.statement, at: .init(table: event.table, position: event.position.text),
      remedy: "If they may go, run `sluice resnapshot` for the table and then the job again. Otherwise save them first.")
  }

  private func broken(_ error: SluiceError) -> SluiceError {
    let place = [error.place.path, error.place.column.map { "column \($0)" }, error.place.position].compactMap(\.self).joined(separator: ", ")
    return SluiceError(
      .schemaChangeRefused, "the spec's T-nodes do not fit the table any more: \(place): \(error.message); the statement is \(event.statement)",
      at: .init(table: event.table, position: event.position.text),
      remedy: "Change `transforms` or `routes` so that they fit the table after the statement, and run the job again: it goes on with it.")
  }

  /// Plans of all tables of the target, as it is to be made anew.
  private func remade(_ definition: TableDefinition, _ peers: [TableRun]) throws -> [TablePlan] {
    let target = table.plan.target.id
    var plans: [TablePlan] = []
    for source in [definition] + peers.map(\.plan.source) {
      guard let plan = try following.plan(source).first(where: { $0.target.id == target }) else { continue }
      guard let first = plans.first else {
        plans.append(plan)
        continue
      }
      let merge = TargetMerge(first.target, taking: plan.target, of: source.id)
      if let conflict = merge.conflicts.first {
        throw SchemaApplier.refused(.primaryKey, event, "\(target) is other tables' target, too: \(conflict)")
      }
      plans = (plans + [plan]).map { $0.replacingTarget(first.target.applying(merge.changes)) }
    }
    return plans
  }
}
