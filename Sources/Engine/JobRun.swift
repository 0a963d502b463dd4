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
  /// Bytes of the files that were finished in this run.
  let fileBytes = Atomic<Int>(0)
  /// Part of this run's file names; different in each run.
  let label: String
  private let failure = Monitor<(any Error)?>(nil)

  var settings: JobSettings { plan.settings }
  var source: any Source { plan.source }

  init(plan: JobPlan, writer: WriterIdentity, stream: Checkpoint.StreamState?, label: String, control: RunControl) {
    self.control = control
    self.plan = plan
    self.writer = writer
    self.label = label
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
    let file = tables.find(state.plan.source.id).isEmpty ? state.plan.source.id.description : state.plan.id.description
    let dirty = DirtyRowStore(folder: settings.state, name: file, rows: state.dirtyRows, bytes: state.dirtyBytes)
    let chain = try plan.shaping.chain(of: state.plan)
    let target = TableTarget(plan: state.plan, chain: chain, lake: lake, isAligned: isAligned)
    let targetNumber = tables.targetNumber(of: state.plan.target.id)
    return scheduler.add(state) { number in
      let table = TableRun(number: number, targetNumber: targetNumber, target: target, dirty: dirty, rowsRead: state.rowsRead)
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
    requests.close()
    for lane in lanes { lane.close() }
    // Wakes a coordinator that waits for the lanes.
    barriers.update { _ in }
  }

  var hasFailed: Bool { failure.read { $0 != nil } }

  func throwFailure() throws {
    if let error = failure.read({ $0 }) { throw error }
  }

  /// Throws `dirty-limit` when the run has more dirty rows than its settings allow. `reading` rows are in nobody's count yet.
  func checkErrorLimit(reading: Int = 0, isFinal: Bool = false) throws {
    let limit = settings.errorLimit
    let places = tables.all.filter { $0.dirty.extent.rows > 0 }
    let dirty = places.reduce(0) { $0 + $1.dirty.extent.rows }
    guard dirty > 0 else { return }
    let place = SluiceError.Place(job: plan.job, table: places.first?.source, path: places.first?.dirty.path)
    if let rows = limit.rows, dirty > rows {
      throw SluiceError(.dirtyLimit, "\(dirty) dirty row\(dirty == 1 ? "" : "s"), \(rows) allowed", at: place)
    }
    let read = dirty + reading + scheduler.state.read { $0.tables.reduce(0) { $0 + $1.state.rowsRead } } + streamFigures.changes
    if let percentage = limit.percentage, isFinal || read >= 1_000, Double(dirty) * 100 > percentage * Double(read) {
      throw SluiceError(.dirtyLimit, "\(dirty) dirty of \(read) rows, \(percentage) % allowed", at: place)
    }
  }
}
