internal import SluiceCore
internal import Synchronization

/// What the threads of one run share.
final class JobRun: Sendable {
  let plan: JobPlan
  let writer: WriterIdentity
  let tables = TableSet()
  let control: RunControl
  let scheduler: SnapshotScheduler
  let lanes: [ByteBoundedQueue<LaneMessage>]
  /// The newest barrier that each lane answered.
  let barriers: Monitor<[Int: LaneBarrier]>
  /// Ranges whose rows must never be committed, by table.
  let voidRanges = Monitor<[Int: Set<Int>]>([:])
  /// What the coordinator is asked to do between checkpoints.
  let requests = CoordinatorRequests()
  /// Tables that the stream is to follow from a place of their own, told by their readers.
  let joining = Monitor<[FollowedTable]>([])
  let streamTurn = StreamTurn()
  /// How the stream is doing, for people.
  let streamFigures = StreamFigures()
  /// What the run waits for, for people.
  let notice = Monitor<String?>(nil)
  /// Tables that the job's policy keeps out.
  let leftOut = Monitor<Set<TableID>>([])
  let flow: FlowControl
  /// Rows that could not be carried over.
  let dirty: DirtyStore
  /// Bytes of the files that were finished in this run.
  let fileBytes = Atomic<Int>(0)
  /// Part of this run's file names; different in each run.
  let label: String
  /// Whether the run does nothing but what it was asked for: nobody reads.
  let isServing: Bool
  private let failure = Monitor<(any Error)?>(nil)

  var settings: JobSettings { plan.settings }
  var source: any Source { plan.source }

  init(
    plan: JobPlan, writer: WriterIdentity, stream: Checkpoint.StreamState?, dirty: DirtyStore, label: String, control: RunControl,
    isServing: Bool = false
  ) {
    self.control = control
    self.plan = plan
    self.writer = writer
    self.label = label
    self.dirty = dirty
    self.isServing = isServing
    flow = FlowControl(plan.settings.speed)
    scheduler = SnapshotScheduler(stream: stream, waitsForTables: plan.following != nil)
    let queueBytes = max(plan.settings.memory / 4 / plan.settings.lanes, 1 << 20)
    lanes = (0..<plan.settings.lanes).map { _ in ByteBoundedQueue(capacity: queueBytes) }
    barriers = Monitor([:])
  }

  /// Takes a table into the run.
  ///
  /// `isAligned` says whether the history of all tables is in its target.
  @discardableResult
  func add(_ state: TableState, lake: any LakeTable, isAligned: Bool) throws -> TableRun {
    let chain = try plan.shaping.chain(of: state.plan)
    let target = TableTarget(plan: state.plan, chain: chain, lake: lake, isAligned: isAligned)
    let targetNumber = tables.targetNumber(of: state.plan.target.id)
    return scheduler.add(state) { number in
      let table = TableRun(
        number: number, targetNumber: targetNumber, target: target, rowsRead: state.rowsRead, changesBefore: state.changesRead ?? 0)
      tables.append(table)
      return table
    }
  }

  /// The lane of a slot of the target of that number.
  func lane(of slot: Slot, target: Int) -> ByteBoundedQueue<LaneMessage> {
    if lanes.count == 1 { return lanes[0] }
    var hash = UInt64(truncatingIfNeeded: target) &+ UInt64(truncatingIfNeeded: slot.bucket)
    for byte in slot.partition { hash = hash &* 31 &+ UInt64(byte) }
    return lanes[Int(hash % UInt64(lanes.count))]
  }

  /// Sends a message to every lane; `false` when the run ends.
  func tellLanes(_ message: LaneMessage) -> Bool {
    lanes.allSatisfy { $0.push(message, bytes: 0) }
  }

  /// Ends the run with the first error that is told; everybody comes home.
  func fail(_ error: any Error) {
    failure.update { if $0 == nil { $0 = error } }
    scheduler.stop()
    flow.end()
    requests.close()
    for lane in lanes { lane.close() }
    // Wakes a coordinator that waits for the lanes.
    barriers.update { _ in }
  }

  var hasFailed: Bool { failure.read { $0 != nil } }

  func throwFailure() throws {
    if let error = failure.read({ $0 }) { throw error }
  }

  /// Keeps rows that could not be carried over to a target, or to none of their source's; throws `dirty-limit` at the first that is one too many.
  /// `reading` rows came with them and are in nobody's count yet.
  func keep(_ rows: [DirtyRow], target: TableID?, reading: Int = 0) throws {
    guard let first = rows.first else { return }
    try dirty.append(rows, target: target, reads: reads(reading: reading, of: first.table))
  }

  /// How many rows were read, of the copy and of the stream, in all runs.
  func reads(reading: Int = 0, of table: TableID? = nil) -> DirtyLimits.Reads {
    guard dirty.needsReads else { return { _ in 0 } }
    let copied = scheduler.state.read { $0.tables.map { $0.isGone ? 0 : $0.state.rowsRead } }
    var counts: [TableID: Int] = [:]
    for table in tables.present where table.number < copied.count {
      counts[table.source, default: 0] += copied[table.number] + table.changes + dirty.open(of: table.source)
    }
    if let table { counts[table, default: 0] += reading }
    let all = counts.values.reduce(0, +)
    return { [counts] table in table.map { counts[$0] ?? 0 } ?? all }
  }
}

extension TableRun {
  /// Row changes of the stream in all runs.
  var changes: Int { changesBefore + counters.changes }
}

extension TableRun.Counters {
  /// Row changes of the stream in this run.
  var changes: Int { inserts.load(ordering: .relaxed) + updates.load(ordering: .relaxed) + deletes.load(ordering: .relaxed) }
}
