internal import SluiceCore
internal import Synchronization

/// Opens the targets of a run that begins, and takes its tables in. Structure migration: a target that is missing is made.
struct TargetOpening {
  let run: JobRun

  /// Takes the tables into the run in their order. Their states then say the versions of their targets.
  func open(_ states: inout [TableState]) throws {
    let groups = Dictionary(grouping: states.indices) { states[$0].plan.target.id }
    var lakes: [TableID: any LakeTable] = [:]
    for index in states.indices {
      let target = states[index].plan.target.id
      do {
        guard lakes[target] == nil else { continue }
        lakes[target] = try open(&states, groups[target] ?? [])
        CrashPoint.reach("after-table")
      } catch let error as SluiceError {
        throw error.inTable(target)
      }
    }
    for state in states {
      guard let lake = lakes[state.plan.target.id] else { continue }
      let isAligned = (run.plan.following != nil || run.isServing) && (groups[state.plan.target.id] ?? []).allSatisfy { states[$0].phase == .aligned }
      do {
        let table = try run.add(state, lake: lake, isAligned: isAligned)
        guard table.target.isAligned, run.tables.sharing(table).first === table else { continue }
        table.counters.owesFills.store(try lake.owesFills(), ordering: .relaxed)
      } catch let error as SluiceError {
        throw error.inTable(state.plan.target.id)
      }
    }
  }

  private func open(_ states: inout [TableState], _ members: [Int]) throws -> any LakeTable {
    for index in members where states[index].committed != nil { try requireTarget(of: states[index]) }
    // A table that joins may have the name of one that has left.
    let isFollowing = run.plan.following != nil
    let begun = members.filter { states[$0].phase != .waiting || states[$0].schemaVersion != nil }
    var lake: any LakeTable
    if let first = begun.first {
      lake = try run.plan.lake.openOrCreate(states[first].plan.target, writer: run.writer, schemaVersion: states[first].schemaVersion)
      lake = try widen(lake, &states, members, from: states[first].plan.target)
    } else {
      guard let first = members.first else { throw SluiceError(.defect, "a target without a table") }
      lake = try isFollowing ? run.openTarget(takingOver: &states[first]) : run.plan.lake.openOrCreate(states[first].plan.target, writer: run.writer)
    }
    if isFollowing { for index in members { states[index].schemaVersion = lake.schemaVersion } }
    return lake
  }

  /// Tables that join a target others have begun with: it gets what they have more.
  private func widen(_ lake: any LakeTable, _ states: inout [TableState], _ members: [Int], from target: TargetTable) throws -> any LakeTable {
    var wanted = target
    var changes: [TargetChange] = []
    for index in members where states[index].plan.target != wanted {
      let merge = TargetMerge(wanted, taking: states[index].plan.target, of: states[index].plan.source.id)
      if let conflict = merge.conflicts.first { throw SluiceError(.targetConflict, conflict, at: .init(table: states[index].plan.source.id)) }
      for change in merge.changes {
        if let why = lake.refusal(of: change, after: changes) {
          throw SluiceError(.targetConflict, "\(states[index].plan.source.id) does not fit the target: \(why)", at: .init(table: target.id))
        }
        changes.append(change)
      }
      wanted = wanted.applying(merge.changes)
    }
    for index in members { states[index].plan = states[index].plan.replacingTarget(wanted) }
    return changes.isEmpty ? lake : try lake.evolve(changes)
  }

  /// A target that the job has committed to must be there: made anew it would be empty.
  private func requireTarget(of state: TableState) throws {
    do {
      _ = try run.plan.lake.open(state.plan.target.id)
    } catch let error as SluiceError where error.kind == .targetMissing {
      throw SluiceError(
        .targetMissing, "the table is gone, and the job's state says that its rows are in it",
        at: .init(job: run.plan.job, path: run.plan.settings.state),
        remedy: "Restore the table, or check the warehouse; to load the job anew, remove its state folder and its tables.", cause: error)
    }
  }
}
