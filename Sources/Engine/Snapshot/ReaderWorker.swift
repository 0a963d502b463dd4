internal import SluiceCore
internal import Synchronization

/// One reader: takes ranges, reads them, and sends their rows to the lanes, on a thread of its own.
///
/// A source that goes away is tried again with growing pauses; the range goes on from the last cursor that was sent.
final class ReaderWorker {
  private let run: JobRun
  private let number: Int
  private var backoff: Backoff
  private var current: Open?
  /// How often a table's definition was not the expected one although the stream had passed the change.
  private var surprises: [Int: Int] = [:]

  /// What reading one table takes.
  private struct Open {
    let target: TableTarget
    let table: Int
    let reader: any SnapshotReader
    let flow: RowFlow
  }

  init(run: JobRun, number: Int) {
    self.run = run
    self.number = number
    backoff = Backoff(limit: run.settings.retrySeconds)
  }

  func work() {
    defer { run.scheduler.leave(reader: number) }
    do {
      while let assignment = run.scheduler.take(reader: number, lastTable: current?.table, rests: current != nil) {
        switch assignment {
        case .read(let table, let range): try read(table, range)
        case .split(let table, let range): split(table, range)
        case .rest: current = nil
        }
      }
    } catch {
      run.fail(error)
    }
    current = nil
  }

  private func read(_ table: Int, _ range: SnapshotRange) throws {
    let target = run.tables[table]
    target.counters.activeReaders.add(1, ordering: .relaxed)
    defer { target.counters.activeReaders.subtract(1, ordering: .relaxed) }
    do {
      let isFinished = try readBatches(table, range)
      if isFinished {
        let ended = LaneMessage.endRange(target: target.targetNumber, range: target.key(ofRange: range.id))
        for lane in run.lanes where !lane.push(ended, bytes: 0) { return }
        run.scheduler.finish(reader: number, table: table)
      } else {
        giveBack(table)
      }
    } catch let error as SluiceError where ErrorPolicy.of(error.kind).retry == .backoff {
      current = nil
      try giveBackVoidRows(table)
      try pause(after: error)
    } catch let error as SluiceError where error.kind == .sourceSchemaChanged && run.plan.following != nil {
      current = nil
      try giveBackVoidRows(table)
      try waitForStream(table, error)
    } catch let error as SluiceError where error.kind == .sourceTableMissing && run.plan.following != nil {
      // Dropped or renamed meanwhile: the stream will tell.
      current = nil
      try giveBackVoidRows(table)
      try waitForStream(table, error)
    } catch let error as SluiceError {
      throw error.inTable(target.source)
    }
  }

  /// The table is another one than the plan says: the stream will come to the statement that changed it, and change the plan.
  private func waitForStream(_ table: Int, _ error: SluiceError) throws {
    if run.scheduler.state.read({ $0.tables[table].isGone }) { return }
    surprises[table, default: 0] += 1
    guard surprises[table, default: 0] <= Self.mostSurprises, let head = try run.patiently({ try run.source.currentPosition() }) ?? nil else {
      throw error.inTable(run.tables[table].source)
    }
    run.scheduler.hold(table, until: head)
  }

  private static let mostSurprises = 20
  /// What a row is taken for before one was seen.
  private static let firstRowBytes = 256

  private func readBatches(_ table: Int, _ range: SnapshotRange) throws -> Bool {
    let open = try open(table)
    let target = run.tables[table]
    let isRead = if case .ranges(let isOrdered) = open.reader.mode { isOrdered } else { false }
    let isOrdered = isRead && open.target.keepsOrder(isShared: run.tables.sharing(target).count > 1)
    let origin = RowOrigin.snapshot(range: target.key(ofRange: range.id), isOrdered: isOrdered)
    if target.isWhole, run.plan.following != nil { try begin(open) }
    var dirty: [DirtyRow] = []
    open.reader.mostRows = run.flow.step(rowBytes: Self.firstRowBytes)
    let isFinished = try open.reader.read(range, dirty: { dirty.append($0) }) { batch, range in
      pace(batch, open.reader)
      // The table may have started over meanwhile.
      guard run.scheduler.activeRange(reader: number, table: table) == range.id else { return .pause }
      for (slot, part) in try open.flow.route(batch, dirty: { dirty.append($0) }) {
        let message = LaneMessage.rows(target: target.targetNumber, open.target, slot: slot, part, origin)
        guard run.lane(of: slot, target: target.targetNumber).push(message, bytes: part.rows.byteSize) else { return .pause }
      }
      try keep(&dirty, of: table, beside: batch.rowCount)
      target.counters.rows.add(batch.rowCount, ordering: .relaxed)
      target.counters.bytes.add(batch.rows.byteSize, ordering: .relaxed)
      backoff.reset()
      if run.control.isStopAsked { run.scheduler.stop() }
      run.notice.update { $0 = nil }
      return run.scheduler.advance(reader: number, table: table, to: range, rows: batch.rowCount)
    }
    try keep(&dirty, of: table)
    return isFinished && !run.hasFailed
  }

  /// Waits for the batch's turn, while a checkpoint does not wait for this reader; the next batch is as large as the speed of the run lets it be.
  private func pace(_ batch: ChangeBatch, _ reader: any SnapshotReader) {
    let bytes = batch.rows.byteSize
    reader.mostRows = run.flow.step(rowBytes: bytes / max(batch.rowCount, 1))
    guard !run.flow.limit.isUnlimited else { return }
    run.scheduler.resting(reader: number) { run.flow.pass(rows: batch.rowCount, bytes: bytes) }
  }

  /// Begins a whole read while the stream stands still, so that the stream hands over exactly the changes that the read does not see.
  private func begin(_ open: Open) throws {
    try run.scheduler.resting(reader: number) {
      try run.streamTurn.still {
        guard let position = try open.reader.begin() else { return }
        run.scheduler.update(open.table) { $0.state.followFrom = position }
        run.joining.update { $0.append(FollowedTable(open.target.plan, from: position)) }
      }
    }
  }

  private func open(_ table: Int) throws -> Open {
    let target = run.tables[table].target
    if let current, current.target === target { return current }
    current = nil
    let reader = try run.source.makeSnapshotReader(target.plan.source)
    let open = Open(target: target, table: table, reader: reader, flow: try RowFlow(target))
    run.dirty.hide(open.flow.sensitive, of: target.plan.source.id)
    current = open
    return open
  }

  /// Keeps dirty rows that came with so many others.
  private func keep(_ dirty: inout [DirtyRow], of table: Int, beside rows: Int = 0) throws {
    defer { dirty = [] }
    try run.keep(dirty, target: run.tables[table].plan.target.id, reading: rows)
  }

  /// Gives the range back for somebody else to go on with.
  private func giveBack(_ table: Int) {
    if run.tables[table].isWhole {
      // Only a stop or a failure interrupts a whole read; what it sent is void and must not be committed.
      run.scheduler.restartWhole(reader: number, table: table)
    } else {
      run.scheduler.release(reader: number, table: table)
    }
  }

  /// As `giveBack`, after a failure that the run survives: a whole read is taken back from the lanes.
  private func giveBackVoidRows(_ table: Int) throws {
    let target = run.tables[table]
    guard target.isWhole else { return run.scheduler.release(reader: number, table: table) }
    if run.plan.following != nil {
      // What the stream handed over since belongs to the broken read, too.
      run.scheduler.giveUp(reader: number, table: table)
      _ = run.requests.ask(.recopy(table: table))
      return
    }
    // All of it before the table is free for another reader, which counts anew: no checkpoint can come in between.
    guard let void = run.scheduler.activeRange(reader: number, table: table) else { return }
    let key = target.key(ofRange: void)
    run.voidRanges.update { _ = $0[table, default: []].insert(key) }
    for lane in run.lanes where !lane.push(.discardRange(target: target.targetNumber, range: key), bytes: 0) { return }
    try run.dirty.void(target.source, target: target.plan.target.id)
    target.counters.rows.store(0, ordering: .relaxed)
    target.counters.bytes.store(0, ordering: .relaxed)
    run.scheduler.restartWhole(reader: number, table: table)
  }

  private func split(_ table: Int, _ range: SnapshotRange) {
    // A split only speeds things up: when the look-up fails, the range is read in one piece, and that read will tell.
    let middle = try? open(table).reader.middle(of: range)
    run.scheduler.part(reader: number, table: table, at: middle)
  }

  private func pause(after error: SluiceError) throws {
    guard let seconds = backoff.next() else { throw error }
    run.notice.update { $0 = "\(error); trying again" }
    run.scheduler.state.wait(atMost: seconds) { $0.isStopping ? () : nil }
  }
}
