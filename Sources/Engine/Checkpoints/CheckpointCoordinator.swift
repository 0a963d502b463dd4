internal import Foundation
internal import SluiceCore
internal import Synchronization

/// Takes a run's checkpoints, one after the other: freeze, barrier, store, commit, settle. Confined to one thread.
///
/// A source position becomes durable only with the files before it: the checkpoint is stored with the files' descriptions before any table
/// commits, and a commit is repeated after a crash until the table holds it.
final class CheckpointCoordinator {
  let run: JobRun
  private let store: any CheckpointStore
  private let committers: TableCommitters
  /// The source's position before the first page of this run.
  private let lowPosition: Position?
  private(set) var checkpoint: Checkpoint
  /// The slice of the stream that the newest checkpoint holds.
  private var slices = 0
  /// Finished files of tables that are read in one piece and are not at their end.
  private var held: [Int: [PreparedFile]] = [:]

  init(run: JobRun, store: any CheckpointStore, committers: TableCommitters, checkpoint: Checkpoint, lowPosition: Position?) {
    self.run = run
    self.store = store
    self.committers = committers
    self.checkpoint = checkpoint
    self.lowPosition = lowPosition
  }

  /// What a barrier cuts off.
  private struct Cut {
    /// States by table number; tables that have left are not among them.
    var states: [Int: TableState] = [:]
    var stream: Checkpoint.StreamState?
    var slices = 0
    /// Numbers of the tables whose copy the stream has caught up with.
    var aligning: [Int] = []
    /// Numbers of the tables whose target is about to be made anew.
    var remade: Set<Int> = []
    var oldestChange: Int64?
  }

  /// Takes one checkpoint. On return every table holds the rows before it, and tables whose copy is complete are aligned.
  func take() throws {
    let started = Date()
    let id = checkpoint.id + 1
    var cut = try cut(id)
    defer { run.scheduler.releaseStream() }
    let files = try collectFiles(id)
    try addHighPositions(&cut)
    var next = Checkpoint(job: checkpoint.job, id: id, writer: checkpoint.writer, tables: [])
    next.stream = cut.stream
    next.leftOut = run.leftOut.read { $0.isEmpty ? nil : $0.sorted() }
    preparePending(files, &cut, in: &next)
    next.tables = cut.states.sorted { $0.key < $1.key }.map(\.value)
    for table in run.tables.all { try table.dirty.sync() }
    CrashPoint.reach("before-checkpoint")
    try store.save(next)
    let isNews = !next.pending.isEmpty
    checkpoint = next
    slices = cut.slices
    CrashPoint.reach("after-checkpoint")
    try commit()
    run.streamFigures.noteCommit(oldest: cut.oldestChange, seconds: Date().timeIntervalSince(started))
    if run.plan.following == nil { cut.aligning = cut.states.filter { $0.value.phase == .copied }.map(\.key).sorted() }
    try align(cut)
    if isNews { CrashPoint.reach("after-take") }
  }

  /// Whether a checkpoint would hold anything that the last one does not.
  var hasNews: Bool {
    run.scheduler.state.read { state in
      state.slices != slices || state.tables.contains { !$0.isGone && $0.state.phase != .aligned && !$0.active.isEmpty }
        || state.tables.contains { $0.state.replacesTarget == true }
    }
  }

  /// Whether a table waits for nothing but a checkpoint to be aligned, or to be known as read.
  func canAdvance() throws -> Bool {
    let (tables, stream) = run.scheduler.state.read { ($0.tables, $0.stream) }
    if tables.contains(where: \.isRead) { return true }
    return try tables.contains { try isReached($0, by: stream) }
  }

  /// Freezes readers and stream, notes how far they are, and sends the barrier.
  private func cut(_ id: CheckpointID) throws -> Cut {
    try run.scheduler.frozen { state in
      try run.throwFailure()
      var cut = Cut(stream: state.stream, slices: state.slices)
      for number in state.tables.indices where !state.tables[number].isGone {
        let table = state.tables[number]
        cut.states[number] = captured(table, dirty: run.tables[number].dirty.extent)
        if try isReached(table, by: state.stream) { cut.aligning.append(number) }
        if table.isRemade { cut.remade.insert(number) } else { state.tables[number].state.replacesTarget = nil }
      }
      state.isStreamPaused = !cut.aligning.isEmpty
      cut.oldestChange = run.streamFigures.takeOldestWaiting()
      _ = run.tellLanes(.barrier(id))
      return cut
    }
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

  /// Whether the table is copied and committed, and the stream has passed the end of its copy.
  private func isReached(_ table: SnapshotScheduler.Table, by stream: Checkpoint.StreamState?) throws -> Bool {
    guard let following = run.plan.following, !table.isGone, table.state.phase == .copied else { return false }
    guard let high = table.state.highPosition, let stream else { return false }
    return try following.source.isReached(high, by: stream.position)
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
  private func addHighPositions(_ cut: inout Cut) throws {
    let read = cut.states.filter { $0.value.phase == .copied && $0.value.highPosition == nil }.map(\.key)
    for number in cut.states.keys where cut.states[number]?.phase != .waiting && cut.states[number]?.lowPosition == nil {
      cut.states[number]?.lowPosition = lowPosition
    }
    guard !read.isEmpty else { return }
    let answer = try run.patiently { try run.source.knownPosition() }
    for number in read {
      if let answer { cut.states[number]?.highPosition = answer } else { cut.states[number]?.phase = .copying }
      // From here on the copy is known to be complete.
      guard run.plan.following != nil, let state = cut.states[number], state.phase == .copied else { continue }
      run.scheduler.update(number) { table in
        guard table.isRead else { return }
        table.state.phase = .copied
        table.state.lowPosition = state.lowPosition
        table.state.highPosition = state.highPosition
      }
    }
  }

  private func preparePending(_ files: [Int: [PreparedFile]], _ cut: inout Cut, in next: inout Checkpoint) {
    let before = Dictionary(checkpoint.tables.map { ($0.plan.target.id, $0) }) { first, _ in first }
    for (number, state) in cut.states.sorted(by: { $0.key < $1.key }) {
      let table = run.tables[number]
      let target = state.plan.target.id
      var state = state
      if cut.remade.contains(number) {
        state.committed = nil
        cut.states[number] = state
        continue
      }
      state.committed = before[target]?.committed
      var ready = files[number] ?? []
      if table.isWhole {
        let void = run.voidRanges.read { $0[number] ?? [] }
        ready = (held.removeValue(forKey: number) ?? []) + ready
        ready.removeAll { file in file.range.map(void.contains) ?? false }
        if state.phase == .copying {
          held[number] = ready
          ready = []
        }
      }
      let isReplacing = state.replacesTarget == true
      let isNews = state.phase == .copied && before[target]?.phase != .copied
      if !ready.isEmpty || isNews || isReplacing {
        state.replacesTarget = nil
        state.committed = next.id
        let properties = SnapshotProperties(next, state, previous: checkpoint.stream).values
        next.pending.append(.init(target: target, files: ready, properties: properties, isReplacing: isReplacing))
        table.counters.commits.add(1, ordering: .relaxed)
      }
      cut.states[number] = state
    }
  }

  private func commit() throws {
    try committers.commit(checkpoint.pending, checkpoint: checkpoint.id) { CrashPoint.reach("after-commit") }
  }

  /// Merges what overlaps in tables whose copy is complete, and calls them aligned: from here on their changes are placed for good.
  private func align(_ cut: Cut) throws {
    guard !cut.aligning.isEmpty else { return }
    for number in cut.aligning {
      let table = run.tables[number]
      guard let place = checkpoint.tables.firstIndex(where: { $0.plan.target.id == table.plan.target.id }) else { continue }
      try committers.consolidate(
        table.plan.target.id, checkpoint: checkpoint.id, memory: run.settings.memory / 2, scratch: "\(run.settings.state)/scratch")
      CrashPoint.reach("after-consolidation")
      try removeVoidFiles(number)
      checkpoint.tables[place].phase = .aligned
      let state = checkpoint.tables[place]
      let isFollowing = run.plan.following != nil
      run.scheduler.update(number) { entry in
        entry.state.phase = .aligned
        entry.state.lowPosition = state.lowPosition
        entry.state.highPosition = state.highPosition
        // The stream may just carry a statement over: what it has made of the target stays.
        if isFollowing { table.target = TableTarget(plan: table.plan, lake: table.target.lake, isAligned: true) }
      }
    }
    checkpoint.pending = []
    try store.save(checkpoint)
    CrashPoint.reach("after-settling")
  }

  /// Files of reads that were broken off had been finished at earlier barriers.
  private func removeVoidFiles(_ number: Int) throws {
    guard run.voidRanges.read({ $0[number] != nil }) else { return }
    _ = try committers.inTable(run.tables[number].plan.target.id) { try $0.removeOrphans(keeping: []) }
  }
}

extension CheckpointCoordinator {
  /// Does what other threads asked for: a checkpoint first, which holds everything that they handed on before they asked.
  func serve() throws {
    let (requests, ticket) = run.requests.take()
    guard !requests.isEmpty else { return }
    try take()
    for request in requests {
      switch request {
      case .checkpoint: break
      case .recopy(let number): try startOver(number) { _ in }
      case .remake(let number, let plan): try remake(number, plan)
      }
    }
    run.requests.finish(ticket)
  }

  /// Does what people asked for in the state folder. A command is removed when a checkpoint holds its effect.
  func takeCommands() throws {
    guard run.plan.following != nil else { return }
    let waiting = try JobCommands(state: run.settings.state).waiting()
    guard !waiting.isEmpty else { return }
    try take()
    for case (.resnapshot(let id), _) in waiting {
      guard let table = run.tables.find(id) else {
        run.notice.update { $0 = "\(id) cannot be copied anew: it is not among the job's tables" }
        continue
      }
      try startOver(table.number) { _ in }
    }
    try take()
    for (_, file) in waiting { JobCommands(state: run.settings.state).remove(file) }
  }

  /// Starts the copy of a table over. Its rows that are on their way are void; what the target holds goes with the next commit.
  private func startOver(_ number: Int, _ change: (inout SnapshotScheduler.Table) -> Void) throws {
    let table = run.tables[number]
    try run.scheduler.frozen { state in
      _ = run.tellLanes(.discardTable(number))
      state.tables[number].startOver()
      change(&state.tables[number])
      let now = table.target
      table.target = TableTarget(plan: now.plan, lake: now.lake, isAligned: false)
      table.counters.rows.store(0, ordering: .relaxed)
      table.counters.bytes.store(0, ordering: .relaxed)
      try table.dirty.clear()
    }
    held[number] = nil
  }

  /// Makes a table's target anew and starts its copy over. The state says so before the old target goes, so that a run that ends in between is
  /// followed by one that goes on with it.
  private func remake(_ number: Int, _ plan: TablePlan) throws {
    try startOver(number) { table in
      table.state.plan = plan
      table.state.schemaVersion = nil
      table.isRemade = true
    }
    try take()
    CrashPoint.reach("after-remake")
    try run.plan.lake.drop(plan.target.id)
    let lake = try run.plan.lake.openOrCreate(plan.target, writer: run.writer)
    run.tables[number].target = TableTarget(plan: plan, lake: lake, isAligned: false)
    run.scheduler.update(number) { table in
      table.isRemade = false
      table.state.schemaVersion = lake.schemaVersion
      table.state.replacesTarget = nil
    }
  }

  /// Publishes what maintenance has prepared.
  func publish(_ work: MaintenanceWork) throws {
    let table = run.tables[work.table]
    do {
      try work.maintenance.publish(checkpoint: checkpoint.id)
      CrashPoint.reach("after-publish")
    } catch {
      // The target of a table that has just left may be gone.
      guard run.tables.find(table.source) === table else { return }
      throw (error as? SluiceError)?.inTable(work.target) ?? error
    }
  }
}
