internal import SluiceCore

/// Takes a run's checkpoints, one after the other: freeze, barrier, store, commit, settle. Confined to one thread.
///
/// A source position becomes durable only with the files before it: the checkpoint is stored with the files' descriptions before any table
/// commits, and a commit is repeated after a crash until the table holds it.
final class CheckpointCoordinator {
  private let run: JobRun
  private let store: any CheckpointStore
  private let committers: TableCommitters
  private let lowPosition: Position?
  private(set) var checkpoint: Checkpoint
  /// Finished files of tables that are read in one piece and are not at their end.
  private var held: [Int: [PreparedFile]] = [:]

  init(run: JobRun, store: any CheckpointStore, committers: TableCommitters, checkpoint: Checkpoint, lowPosition: Position?) {
    self.run = run
    self.store = store
    self.committers = committers
    self.checkpoint = checkpoint
    self.lowPosition = lowPosition
  }

  /// Takes one checkpoint. On return every table holds the rows that were read before it, and tables that were read to their end are aligned.
  func take() throws {
    let id = checkpoint.id + 1
    let states = try run.scheduler.frozen { tables in
      try run.throwFailure()
      let states = zip(tables, run.tables).map { captured($0, dirty: $1.dirty.extent) }
      for lane in run.lanes { _ = lane.push(.barrier(id), bytes: 0) }
      return states
    }
    var next = checkpoint
    next.id = id
    next.pending = []
    let files = try collectFiles(id)
    merge(try withHighPositions(states), into: &next)
    preparePending(files, in: &next)
    for table in run.tables { try table.dirty.sync() }
    CrashPoint.reach("before-checkpoint")
    try store.save(next)
    checkpoint = next
    CrashPoint.reach("after-checkpoint")
    try commit()
    try settle()
  }

  /// A table's state at the barrier, the extent of its dirty rows included.
  private func captured(_ table: SnapshotScheduler.Table, dirty: DirtyRowStore.Extent) -> TableState {
    var state = table.state
    state.ranges = table.ranges
    state.dirtyRows = dirty.rows
    state.dirtyBytes = dirty.bytes
    if table.isRead { state.phase = .copied }
    return state
  }

  /// Waits for every lane's answer to the barrier.
  private func collectFiles(_ id: CheckpointID) throws -> [Int: [PreparedFile]] {
    let answers = try run.barriers.wait { barriers -> [LaneBarrier]? in
      try run.throwFailure()
      let answers = barriers.values.filter { $0.checkpoint == id }
      return answers.count == run.lanes.count ? Array(answers) : nil
    }
    return answers.reduce(into: [:]) { files, answer in
      files.merge(answer.files) { $0 + $1 }
    }
  }

  /// The position after the last page, for tables whose last page was just read. When the run is to stop while the source is away, they
  /// stay unfinished.
  private func withHighPositions(_ states: [TableState]) throws -> [TableState] {
    guard states.contains(where: { $0.phase == .copied && $0.highPosition == nil }) else { return states }
    let answer = try run.patiently { try run.source.knownPosition() }
    return states.map { state in
      guard state.phase == .copied, state.highPosition == nil else { return state }
      var state = state
      if let answer { state.highPosition = answer } else { state.phase = .copying }
      return state
    }
  }

  private func merge(_ states: [TableState], into next: inout Checkpoint) {
    for state in states {
      guard let place = next.tables.firstIndex(where: { $0.plan.target.id == state.plan.target.id }) else { continue }
      var merged = state
      if merged.phase != .waiting, merged.lowPosition == nil { merged.lowPosition = lowPosition }
      merged.committed = next.tables[place].committed
      next.tables[place] = merged
    }
  }

  private func preparePending(_ files: [Int: [PreparedFile]], in next: inout Checkpoint) {
    for (index, table) in run.tables.enumerated() {
      guard let place = next.tables.firstIndex(where: { $0.plan.target.id == table.plan.target.id }) else { continue }
      var ready = files[index] ?? []
      if table.isWhole {
        let void = run.voidRanges.read { $0[index] ?? [] }
        ready = (held.removeValue(forKey: index) ?? []) + ready
        ready.removeAll { file in file.range.map(void.contains) ?? false }
        if next.tables[place].phase == .copying {
          held[index] = ready
          ready = []
        }
      }
      let isNews = next.tables[place].phase == .copied && checkpoint.tables[place].phase != .copied
      guard !ready.isEmpty || isNews else { continue }
      next.tables[place].committed = next.id
      next.pending.append(.init(target: table.plan.target.id, files: ready, properties: properties(next.tables[place], next)))
    }
  }

  /// What a table's snapshot says about where it came from.
  private func properties(_ state: TableState, _ checkpoint: Checkpoint) -> [String: String] {
    var properties = [
      "sluice.job": checkpoint.job, "sluice.checkpoint": String(checkpoint.id), "sluice.source": state.plan.source.id.description,
      "sluice.phase": state.phase.rawValue,
    ]
    properties["sluice.position.low"] = state.lowPosition?.text
    properties["sluice.position.high"] = state.highPosition?.text
    return properties
  }

  private func commit() throws {
    for pending in checkpoint.pending {
      try committers.commit(pending, checkpoint: checkpoint.id)
      CrashPoint.reach("after-commit")
    }
  }

  /// Merges what overlaps in tables that are read to their end, and calls them aligned.
  private func settle() throws {
    let copied = checkpoint.tables.indices.filter { checkpoint.tables[$0].phase == .copied }
    guard !copied.isEmpty else { return }
    for place in copied {
      let target = checkpoint.tables[place].plan.target.id
      guard run.tables.contains(where: { $0.plan.target.id == target }) else { continue }
      try committers.consolidate(target, checkpoint: checkpoint.id, memory: run.settings.memory / 2)
      CrashPoint.reach("after-consolidation")
      try removeVoidFiles(target)
      checkpoint.tables[place].phase = .aligned
      run.scheduler.state.update { state in
        for index in state.tables.indices where state.tables[index].state.plan.target.id == target {
          state.tables[index].state = checkpoint.tables[place]
        }
      }
    }
    checkpoint.pending = []
    try store.save(checkpoint)
    CrashPoint.reach("after-settling")
  }

  /// Files of reads that were broken off had been finished at earlier barriers.
  private func removeVoidFiles(_ target: TableID) throws {
    guard let index = run.tables.firstIndex(where: { $0.plan.target.id == target }), run.voidRanges.read({ $0[index] != nil }) else { return }
    _ = try committers.inTable(target) { try $0.removeOrphans(keeping: []) }
  }
}
