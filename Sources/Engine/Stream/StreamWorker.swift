internal import Foundation
internal import SluiceCore
internal import Synchronization

/// Follows the source's log and hands its changes to the lanes, on a thread of its own.
///
/// A source that goes away is tried again with growing pauses; the stream goes on from the last slice that was handed on whole.
final class StreamWorker {
  private let run: JobRun
  private let following: FollowPlan
  private let schema: SchemaApplier
  private var stream: (any ChangeStream)?
  private var backoff: Backoff
  /// A slice is in the lanes in part.
  private var isHandingOn = false
  /// How the rows of a table get to their slots, by its number.
  private var flows: [Int: RowFlow] = [:]

  /// The bytes of rows that a slice is aimed at.
  private static let sliceBytes = 4 << 20
  /// Bytes of a row, as the last batches had them.
  private var rowBytes = 256

  /// A slow run takes what a quarter of a second lets pass: a checkpoint waits for a slice that is handed on.
  private var sliceBytes: Int {
    let step = run.flow.step(rowBytes: rowBytes)
    return step == .max ? Self.sliceBytes : min(Self.sliceBytes, max(1, step.multipliedReportingOverflow(by: 10).partialValue * rowBytes))
  }

  init(run: JobRun, following: FollowPlan) throws {
    self.run = run
    self.following = following
    schema = try SchemaApplier(run: run, following: following)
    backoff = Backoff(limit: run.settings.retrySeconds)
  }

  func work() {
    do {
      while !isOver { try step() }
    } catch {
      // What was read before the failure is in the lake when the run ends; but a slice that is in the lanes in part must not be.
      if !isHandingOn { _ = run.requests.ask(.checkpoint) }
      run.fail(error)
    }
    stream = nil
  }

  private var isOver: Bool { run.scheduler.state.read { $0.isStopping } || run.hasFailed }

  private func step() throws {
    do {
      run.flow.waitForStream()
      guard !isOver else { return }
      let stream = try open()
      try run.streamTurn.read {
        for table in takeJoining() { stream.follow(table) }
        let slice = try stream.next(within: run.settings.sliceSeconds, bytes: sliceBytes)
        backoff.reset()
        run.notice.update { $0 = nil }
        try hand(slice, stream)
      }
    } catch let error as SluiceError where ErrorPolicy.of(error.kind).retry == .backoff {
      stream = nil
      try pause(after: error)
    } catch let error as SluiceError where (error.kind == .sourceLogGone || error.kind == .sourceLogForeign) && following.logGone == .resnapshot {
      stream = nil
      try startOver(after: error)
    }
  }

  /// Tables that are followed from places of their own, since the last slice.
  private func takeJoining() -> [FollowedTable] {
    run.joining.update { joining in
      defer { joining = [] }
      return joining
    }
  }

  /// The stream from where the last slice ended, over the tables as they are there.
  private func open() throws -> any ChangeStream {
    if let stream { return stream }
    guard let state = run.scheduler.state.read({ $0.stream }) else {
      throw SluiceError(.defect, "the stream has no position to start from", at: .init(job: run.plan.job))
    }
    let states = run.scheduler.state.read { $0.tables }
    // A table that is read whole is followed from where its read begins, which is not known before.
    let tables = run.tables.present.filter { !$0.isWhole || states[$0.number].state.phase == .aligned || states[$0.number].state.followFrom != nil }
      .map { FollowedTable($0.plan, from: states[$0.number].state.followFrom) }
    let request = StreamRequest(start: state.position, selection: following.selection, tables: try join(tables))
    let made = try following.source.makeStream(request)
    stream = made
    return made
  }

  private func hand(_ slice: LogSlice, _ stream: any ChangeStream) throws {
    var items = slice.items[...]
    var events: [SchemaEvent] = []
    while case .schemaChange(let event)? = items.first {
      events.append(event)
      items = items.dropFirst()
    }
    guard try begin(events, stream) else { return }
    var changes = 0
    isHandingOn = true
    do {
      for item in items {
        switch item {
        case .changes(let batch): changes += try hand(batch)
        case .dirty(let rows): try keep(rows)
        case .schemaChange(let event):
          throw SluiceError(.defect, "a schema change within a slice", at: .init(table: event.table, position: event.position.text))
        }
      }
    } catch {
      run.scheduler.leaveStream(at: nil)
      throw error
    }
    isHandingOn = false
    run.scheduler.leaveStream(at: .init(position: slice.position, commitTime: slice.commitTime))
    run.streamFigures.note(slice, changes: changes)
    try release(slice.position)
  }

  /// Enters the picture, with the statements at the slice's begin carried over to the targets; `false` when the run ends.
  ///
  /// Every statement about a followed table begins with a checkpoint, even one that its target does not show: what was written under the old
  /// definition is committed before a writer for the new one begins, because a writer sees what is committed and its own rows alone.
  private func begin(_ events: [SchemaEvent], _ stream: any ChangeStream) throws -> Bool {
    if events.contains(where: { !run.tables.find($0.table).isEmpty }) { guard run.requests.ask(.checkpoint) else { return false } }
    return try schema.apply(events, stream) && run.scheduler.enterStream()
  }

  private func hand(_ batch: ChangeBatch) throws -> Int {
    var most = 0
    for table in run.tables.find(batch.table) where isJoined(table) { most = max(most, try hand(batch, to: table)) }
    return most
  }

  private func hand(_ batch: ChangeBatch, to table: TableRun) throws -> Int {
    do {
      let flow = try flow(table)
      let kept = try keepingPossible(batch, table)
      var dirty: [DirtyRow] = []
      for piece in paced(kept) {
        table.counters.count(piece)
        for (slot, part) in try flow.route(piece, dirty: { dirty.append($0) }) {
          let message = LaneMessage.rows(target: table.targetNumber, flow.target, slot: slot, part, .stream)
          let bytes = part.rows.byteSize + part.rowCount * 9
          guard run.lane(of: slot, target: table.targetNumber).push(message, bytes: bytes) else { return kept.rowCount }
        }
        if !dirty.isEmpty { try run.keep(dirty, target: table.plan.target.id) }
        dirty = []
      }
      return kept.rowCount
    } catch let error as SluiceError {
      throw error.inTable(table.source)
    }
  }

  /// The batch in pieces that come at the speed of the run: each waits for its turn.
  private func paced(_ batch: ChangeBatch) -> some Sequence<ChangeBatch> {
    let bytes = batch.rows.byteSize
    rowBytes = max(1, bytes / max(batch.rowCount, 1))
    var start = 0
    return AnyIterator { [run, rowBytes] in
      guard start < batch.rowCount else { return nil }
      let count = min(run.flow.step(rowBytes: rowBytes), batch.rowCount - start)
      defer { start += count }
      run.flow.pass(rows: count, bytes: count * rowBytes)
      return count == batch.rowCount ? batch : batch.taking((start..<(start + count)).map { Int32($0) })
    }
  }

  /// A table that is read whole takes no changes before its read has begun: the read will see them.
  private func isJoined(_ table: TableRun) -> Bool {
    guard table.isWhole else { return true }
    return run.scheduler.state.read { state in
      let state = state.tables[table.number].state
      return state.phase == .aligned || state.followFrom != nil
    }
  }

  /// A table without a key only takes new rows; what changes or goes cannot be told there, and is kept as a dirty row.
  private func keepingPossible(_ batch: ChangeBatch, _ table: TableRun) throws -> ChangeBatch {
    guard table.plan.target.primaryKey.isEmpty, case .each(let kinds) = batch.kinds else { return batch }
    let possible = kinds.indices.filter { kinds[$0] == RowKind.insert.rawValue }
    guard possible.count < kinds.count else { return batch }
    let columns = table.plan.source.columns
    let rows = kinds.indices.compactMap { row -> DirtyRow? in
      guard kinds[row] == RowKind.delete.rawValue || kinds[row] == RowKind.updateAfter.rawValue else { return nil }
      return DirtyRow(
        batch, row: row, columns: columns, key: [], node: DirtyRow.writeNode, code: "no-key", column: "",
        reason: "the table has no key to find the row by that was \(kinds[row] == RowKind.delete.rawValue ? "deleted" : "updated")")
    }
    try keep(rows)
    return batch.taking(possible.map { Int32($0) })
  }

  private func keep(_ rows: [DirtyRow]) throws {
    for (id, rows) in Dictionary(grouping: rows, by: \.table) {
      let tables = run.tables.find(id)
      // What their T-nodes hide is known when their flow is.
      for table in tables { _ = try flow(table) }
      guard let table = tables.first else { continue }
      try run.keep(rows, target: tables.count == 1 ? table.plan.target.id : nil)
    }
  }

  private func flow(_ table: TableRun) throws -> RowFlow {
    let target = table.target
    if let flow = flows[table.number], flow.target === target { return flow }
    let flow = try RowFlow(target)
    run.dirty.hide(flow.sensitive, of: table.source)
    flows[table.number] = flow
    return flow
  }

  /// A source that goes to several targets is followed once, from the earliest place that one of them needs.
  private func join(_ tables: [FollowedTable]) throws -> [FollowedTable] {
    var joined: [FollowedTable] = []
    var places: [TableID: Int] = [:]
    for table in tables {
      guard let place = places[table.definition.id] else {
        places[table.definition.id] = joined.count
        joined.append(table)
        continue
      }
      let other = joined[place]
      let isEarlier = try table.from.map { from in try other.from.map { try following.source.isReached(from, by: $0) } ?? false } ?? true
      joined[place] = FollowedTable(
        table.definition, from: isEarlier ? table.from : other.from, needsImagesBefore: table.needsImagesBefore || other.needsImagesBefore)
    }
    return joined
  }

  /// Tables whose readers waited for the stream to pass a statement are read on.
  private func release(_ position: Position) throws {
    let held = run.scheduler.state.read { state in state.tables.indices.filter { state.tables[$0].heldUntil != nil } }
    for number in held {
      guard let until = run.scheduler.state.read({ $0.tables[number].heldUntil }), try following.source.isReached(until, by: position) else {
        continue
      }
      run.scheduler.update(number) { $0.heldUntil = nil }
    }
  }

  /// The log has lost what comes next: all tables are copied anew, and followed from its head.
  private func startOver(after error: SluiceError) throws {
    guard let head = try run.patiently({ try following.source.currentPosition() }) ?? nil else { throw error }
    for table in run.tables.present {
      guard run.requests.ask(.recopy(table: table.number)) else { return }
      run.scheduler.update(table.number) { $0.state.followFrom = nil }
    }
    guard run.scheduler.enterStream() else { return }
    run.scheduler.leaveStream(at: .init(position: following.source.resume(head, after: run.scheduler.state.read { $0.stream?.position })))
    run.notice.update { $0 = "\(error); all tables are copied anew" }
  }

  private func pause(after error: SluiceError) throws {
    guard let seconds = backoff.next() else { throw error }
    run.notice.update { $0 = "\(error); trying again" }
    run.scheduler.state.wait(atMost: seconds) { $0.isStopping ? () : nil }
  }
}

extension TableRun.Counters {
  /// Counts the changes of a batch by their kinds.
  func count(_ batch: ChangeBatch) {
    guard case .each(let kinds) = batch.kinds else {
      inserts.add(batch.rowCount, ordering: .relaxed)
      return
    }
    var counts = (inserts: 0, updates: 0, deletes: 0)
    for kind in kinds {
      switch kind {
      case RowKind.insert.rawValue: counts.inserts += 1
      case RowKind.delete.rawValue: counts.deletes += 1
      case RowKind.updateAfter.rawValue: counts.updates += 1
      default: break
      }
    }
    inserts.add(counts.inserts, ordering: .relaxed)
    updates.add(counts.updates, ordering: .relaxed)
    deletes.add(counts.deletes, ordering: .relaxed)
  }
}
