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
  /// Finished files of targets, by their numbers, whose table is read in one piece and is not at its end.
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
    /// Targets whose tables' copies the stream has caught up with.
    var aligning: [TableID] = []
    /// Numbers of the tables whose target is about to be made anew.
    var remade: Set<Int> = []
    var oldestChange: Int64?
    var dirty = DirtyState()
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
    next.dirty = cut.dirty
    next.leftOut = run.leftOut.read { $0.isEmpty ? nil : $0.sorted() }
    preparePending(files, &cut, in: &next)
    next.tables = cut.states.sorted { $0.key < $1.key }.map(\.value)
    try run.dirty.sync()
    CrashPoint.reach("before-checkpoint")
    try store.save(next)
    let isNews = !next.pending.isEmpty
    checkpoint = next
    slices = cut.slices
    CrashPoint.reach("after-checkpoint")
    try commit()
    run.streamFigures.noteCommit(oldest: cut.oldestChange, seconds: Date().timeIntervalSince(started))
    if run.plan.following == nil { cut.aligning = copied(cut) }
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
    return try !reached(tables, by: stream).isEmpty
  }

  /// Freezes readers and stream, notes how far they are, and sends the barrier.
  private func cut(_ id: CheckpointID) throws -> Cut {
    try run.scheduler.frozen { state in
      try run.throwFailure()
      var cut = Cut(stream: state.stream, slices: state.slices)
      for number in state.tables.indices where !state.tables[number].isGone {
        let table = state.tables[number]
        cut.states[number] = captured(table)
        cut.states[number]?.changesRead = run.tables[number].changes
        if table.isRemade { cut.remade.insert(number) } else { state.tables[number].state.replacesTarget = nil }
      }
      cut.dirty = run.dirty.captured
      cut.aligning = try reached(state.tables, by: state.stream)
      state.isStreamPaused = !cut.aligning.isEmpty
      cut.oldestChange = run.streamFigures.takeOldestWaiting()
      _ = run.tellLanes(.barrier(id))
      return cut
    }
  }

  /// A table's state at the barrier.
  private func captured(_ table: SnapshotScheduler.Table) -> TableState {
    var state = table.state
    state.ranges = table.ranges
    if table.isRead { state.phase = .copied }
    return state
  }

  /// Whether the table is copied and committed, and the stream has passed the end of its copy.
  private func isReached(_ table: SnapshotScheduler.Table, by stream: Checkpoint.StreamState?) throws -> Bool {
    guard let following = run.plan.following, !table.isGone, table.state.phase == .copied else { return false }
    guard let high = table.state.highPosition, let stream else { return false }
    return try following.source.isReached(high, by: stream.position)
  }

  /// The targets all of whose tables are copied or in step, where at least one is copied and not yet in step.
  private func reached(_ tables: [SnapshotScheduler.Table], by stream: Checkpoint.StreamState?) throws -> [TableID] {
    try targets(tables.indices.filter { !tables[$0].isGone }) { number in
      // The last table that kept the target from being aligned may have left.
      if tables[number].state.phase == .aligned { return run.tables[number].target.isAligned || run.plan.following == nil ? .done : .ready }
      return try isReached(tables[number], by: stream) ? .ready : .open
    }
  }

  /// The same for a job that ends with the copy.
  private func copied(_ cut: Cut) -> [TableID] {
    targets(cut.states.keys.sorted()) { number in
      switch cut.states[number]?.phase {
      case .aligned: .done
      case .copied: .ready
      default: .open
      }
    }
  }

  private enum Progress {
    case open, ready, done
  }

  private func targets(_ numbers: [Int], _ progress: (Int) throws -> Progress) rethrows -> [TableID] {
    var ready: Set<TableID> = []
    var open: Set<TableID> = []
    for number in numbers {
      let target = run.tables[number].plan.target.id
      switch try progress(number) {
      case .open: open.insert(target)
      case .ready: ready.insert(target)
      case .done: break
      }
    }
    return ready.subtracting(open).sorted()
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

  /// One commit for each target that there is something new for, whichever of its tables the rows came from.
  private func preparePending(_ files: [Int: [PreparedFile]], _ cut: inout Cut, in next: inout Checkpoint) {
    let before = Dictionary(checkpoint.tables.map { ($0.plan.id, $0) }) { first, _ in first }
    let groups = Dictionary(grouping: cut.states.keys.sorted()) { run.tables[$0].targetNumber }
    for (target, numbers) in groups.sorted(by: { $0.key < $1.key }) {
      if numbers.contains(where: cut.remade.contains) {
        for number in numbers { cut.states[number]?.committed = nil }
        continue
      }
      for number in numbers {
        guard let plan = cut.states[number]?.plan.id else { continue }
        cut.states[number]?.committed = before[plan]?.committed
      }
      let ready = readyFiles(files[target] ?? [], target, numbers, cut)
      let states = numbers.compactMap { cut.states[$0] }
      let isReplacing = states.contains { $0.replacesTarget == true }
      let isNews = states.contains { $0.phase == .copied && before[$0.plan.id]?.phase != .copied }
      guard let first = states.first, !ready.isEmpty || isNews || isReplacing else { continue }
      for number in numbers {
        cut.states[number]?.replacesTarget = nil
        cut.states[number]?.committed = next.id
      }
      run.tables[numbers[0]].counters.commits.add(1, ordering: .relaxed)
      let properties = SnapshotProperties(next, numbers.compactMap { cut.states[$0] }, previous: checkpoint.stream).values
      next.pending.append(.init(target: first.plan.target.id, files: ready, properties: properties, isReplacing: isReplacing))
    }
  }

  /// Files that may be committed: those of a table that is read in one piece wait for its end.
  private func readyFiles(_ files: [PreparedFile], _ target: Int, _ numbers: [Int], _ cut: Cut) -> [PreparedFile] {
    guard let number = numbers.first(where: { run.tables[$0].isWhole }) else { return files }
    let void = run.voidRanges.read { $0[number] ?? [] }
    var ready = (held.removeValue(forKey: target) ?? []) + files
    ready.removeAll { file in file.range.map(void.contains) ?? false }
    guard cut.states[number]?.phase == .copying else { return ready }
    held[target] = ready
    return []
  }

  private func commit() throws {
    try committers.commit(checkpoint.pending, checkpoint: checkpoint.id) { CrashPoint.reach("after-commit") }
  }

  /// Merges what overlaps in targets whose copy is complete, and calls their tables aligned: from here on changes are placed for good.
  private func align(_ cut: Cut) throws {
    guard !cut.aligning.isEmpty else { return }
    for target in cut.aligning {
      let tables = run.tables.find(target: target).filter { cut.states[$0.number] != nil }
      let plans = Set(tables.map(\.plan.id))
      let places = checkpoint.tables.indices.filter { plans.contains(checkpoint.tables[$0].plan.id) }
      guard !places.isEmpty else { continue }
      try committers.consolidate(target, checkpoint: checkpoint.id, memory: run.settings.memory / 2, scratch: "\(run.settings.state)/scratch")
      CrashPoint.reach("after-consolidation")
      for table in tables { try removeVoidFiles(table.number) }
      for place in places { checkpoint.tables[place].phase = .aligned }
      let states = Dictionary(places.map { (checkpoint.tables[$0].plan.id, checkpoint.tables[$0]) }) { first, _ in first }
      let isFollowing = run.plan.following != nil
      for table in tables {
        guard let state = states[table.plan.id] else { continue }
        run.scheduler.update(table.number) { entry in
          entry.state.phase = .aligned
          entry.state.lowPosition = state.lowPosition
          entry.state.highPosition = state.highPosition
          // The stream may just carry a statement over: what it has made of the target stays.
          if isFollowing { table.target = table.target.aligned(true) }
        }
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
      case .recopy(let number): try startOver(number)
      case .remake(let plans): try remake(plans)
      case .between(let body): try body()
      }
    }
    run.requests.finish(ticket)
  }

  /// Does what people asked for in the state folder. A command is removed when a checkpoint holds its effect.
  func takeCommands() throws {
    guard run.plan.following != nil || run.isServing else { return }
    let commands = JobCommands(state: run.settings.state)
    let waiting = try commands.waiting().filter { if case .speed = $0.command { false } else { true } }
    guard !waiting.isEmpty else { return }
    try take()
    var done: [String] = []
    for (command, file) in waiting {
      switch command {
      case .resnapshot(let id) where run.isServing:
        run.notice.update { $0 = "\(id) waits for a run" }
        continue
      case .resnapshot(let id): try recopy(id)
      case .replay(let request): try RowReplay(run).replay(request, named: JobCommands.name(ofFile: file))
      case .speed: continue
      }
      done.append(file)
    }
    try take()
    CrashPoint.reach("after-commands")
    for file in done { commands.remove(file) }
  }

  private func recopy(_ id: TableID) throws {
    let tables = run.tables.find(id)
    if tables.isEmpty { run.notice.update { $0 = "\(id) cannot be copied anew: it is not among the job's tables" } }
    for table in tables { try startOver(table.number) }
  }

  /// Starts the copy of a table over, and with it that of all tables that share its target: their rows cannot be told apart there. Rows that are
  /// on their way are void; what the target holds goes with the next commit.
  private func startOver(_ number: Int, _ change: (TableRun, inout SnapshotScheduler.Table) -> Void = { _, _ in }) throws {
    let tables = run.tables.sharing(run.tables[number])
    try run.scheduler.frozen { state in
      _ = run.tellLanes(.discardTarget(run.tables[number].targetNumber))
      for table in tables {
        state.tables[table.number].startOver()
        change(table, &state.tables[table.number])
        table.target = table.target.aligned(false)
        table.counters.rows.store(0, ordering: .relaxed)
        table.counters.bytes.store(0, ordering: .relaxed)
        try run.dirty.void(table.source, target: table.plan.target.id)
      }
    }
    held[run.tables[number].targetNumber] = nil
  }

  /// Makes a target anew and starts the copies of its tables over, under `plans`, one for each of them. The state says so before the old target
  /// goes, so that a run that ends in between is followed by one that goes on with it.
  private func remake(_ plans: [TablePlan]) throws {
    guard let target = plans.first?.target, let first = run.tables.find(target: target.id).first else { return }
    let byID = Dictionary(plans.map { ($0.id, $0) }) { first, _ in first }
    let chains = try byID.mapValues { try run.plan.shaping.chain(of: $0) }
    try startOver(first.number) { table, entry in
      if let plan = byID[table.plan.id] { entry.state.plan = plan }
      entry.state.schemaVersion = nil
      entry.isRemade = true
    }
    try take()
    CrashPoint.reach("after-remake")
    try run.plan.lake.drop(target.id)
    let lake = try run.plan.lake.openOrCreate(target, writer: run.writer)
    for table in run.tables.find(target: target.id) {
      guard let plan = byID[table.plan.id], let chain = chains[table.plan.id] else { continue }
      table.target = TableTarget(plan: plan, chain: chain, lake: lake, isAligned: false)
      run.scheduler.update(table.number) { entry in
        entry.isRemade = false
        entry.state.schemaVersion = lake.schemaVersion
        entry.state.replacesTarget = nil
      }
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
      guard run.tables.find(table.source).contains(where: { $0 === table }) else { return }
      throw (error as? SluiceError)?.inTable(work.target) ?? error
    }
  }
}
