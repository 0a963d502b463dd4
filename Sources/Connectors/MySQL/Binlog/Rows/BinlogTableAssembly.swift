internal import SluiceCore

/// Collects the changed rows of one table under one definition, until they are handed over as a batch. Confined to one thread.
final class BinlogTableAssembly {
  let table: MySQLTable
  private let schemaVersion: Int
  private let options: MySQLOptions
  private let needsImagesBefore: Bool
  private var builder: BatchBuilder
  private var kinds: [UInt8] = []
  private var sequences: [Int64] = []
  private var commitTimes: [ChangeBatch.Run] = []
  /// Of the event that is appended.
  private var commitTime: Int64?
  private var hasOnlyInserts = true
  private var plan: BinlogRowPlan?
  /// Bytes of the images that were appended since the last `finish`: about what the rows take.
  private(set) var byteCount = 0
  private let spansBefore: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
  private let spansAfter: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>

  /// With `needsImagesBefore`, an update of a table with a key brings both images, as one of a table without does.
  init(_ table: MySQLTable, schemaVersion: Int, options: MySQLOptions, needsImagesBefore: Bool = false) {
    self.needsImagesBefore = needsImagesBefore
    self.table = table
    self.schemaVersion = schemaVersion
    self.options = options
    builder = BatchBuilder(types: table.definition.columns.map(\.type), capacity: 256)
    spansBefore = .allocate(capacity: max(table.columns.count, 1))
    spansAfter = .allocate(capacity: max(table.columns.count, 1))
  }

  deinit {
    spansBefore.deallocate()
    spansAfter.deallocate()
  }

  /// Rows that were appended since the last `finish`.
  var rowCount: Int { builder.rowCount }

  /// Appends the rows of an event, each with the next sequence number; `sequence` is the last one that was given.
  ///
  /// Inserts stay inserts and deletes bring the whole row. An update is one row, as it is afterwards, unless the key changed: then it is a
  /// delete and an insert. A table without a key gets both images of an update. A row that cannot be decoded goes to `dirty` and is left
  /// out; its number is used up, so that a row that takes its place later is newer than all before it. A map that does not fit the table is
  /// `source-schema-changed`, images that lack columns are `source-log-unusable`; of such an event, and of a damaged one, no row or the first
  /// ones may have been appended.
  ///
  /// The first `skipped` changes are left out, which takes no numbers. Answers how many changes the event has, those included.
  @discardableResult
  func append(
    _ rows: BinlogRows, skipping skipped: Int = 0, sequence: inout Int64, commitTime: Int64? = nil, position: @autoclosure () -> String?,
    dirty: (DirtyRow) throws -> Void
  ) throws -> Int {
    guard rows.isComplete else { throw incomplete() }
    guard byteCount + rows.images.count <= Self.byteLimit else { throw tooLarge(rows.images.count) }
    let plan = try plan(for: rows.map)
    guard let start = rows.images.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
    let end = start + rows.images.count
    var at = start
    var changes = 0
    byteCount += rows.images.count
    self.commitTime = commitTime
    defer { note(commitTime) }
    if rows.change != .insert { hasOnlyInserts = false }
    while at < end, changes < skipped {
      at = try pass(at, end, plan, rows)
      changes += 1
    }
    while at < end {
      changes += 1
      if plan.rowEnd != nil {
        at = try appendCurrent(at, end, plan, rows.change, &sequence, position, dirty)
        continue
      }
      switch rows.change {
      case .insert: at = try append(at, end, plan, .insert, &sequence, position, dirty)
      case .delete: at = try append(at, end, plan, .delete, &sequence, position, dirty)
      case .update where rows.isPartial: at = try appendPartial(at, end, plan, &sequence, position, dirty)
      case .update: at = try appendUpdate(at, end, plan, &sequence, position, dirty)
      }
    }
    return changes
  }

  /// The rows that came last were committed then.
  private func note(_ commitTime: Int64?) {
    guard let commitTime, builder.rowCount > commitTimes.last?.end ?? 0 else { return }
    if commitTimes.last?.value == commitTime {
      commitTimes[commitTimes.count - 1].end = builder.rowCount
    } else {
      commitTimes.append(.init(end: builder.rowCount, value: commitTime))
    }
  }

  /// Steps over a change.
  private func pass(_ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ plan: BinlogRowPlan, _ rows: BinlogRows) throws
    -> UnsafePointer<UInt8>
  {
    guard var next = BinlogRowDecoder.walk(at, end, plan, spans: spansBefore, columns: plan.count) else { throw truncated() }
    guard rows.change == .update else { return next }
    if rows.isPartial {
      var cursor = BinlogCursor(UnsafeRawBufferPointer(start: next, count: end - next), "a partial update")
      if try cursor.packed() & 1 != 0 { try cursor.skip((plan.jsonPlaces.count + 7) / 8) }
      next += cursor.offset
    }
    guard let after = BinlogRowDecoder.walk(next, end, plan, spans: spansAfter, columns: plan.count) else { throw truncated() }
    return after
  }

  /// The rows so far as a batch; `nil` when there are none.
  func finish(position: Position? = nil, commitTime: Int64? = nil) -> ChangeBatch? {
    byteCount = 0
    guard builder.rowCount > 0 else { return nil }
    let batch = ChangeBatch(
      table: table.definition.id, schemaVersion: schemaVersion, rows: builder.finish(), kinds: hasOnlyInserts ? .allInserts : .each(kinds),
      sequence: .each(sequences), position: position, commitTime: commitTimes.last?.value ?? commitTime,
      commitTimes: commitTimes.count > 1 ? commitTimes : nil)
    commitTimes.removeAll(keepingCapacity: true)
    kinds.removeAll(keepingCapacity: true)
    sequences.removeAll(keepingCapacity: true)
    hasOnlyInserts = true
    return batch
  }

  private func plan(for map: BinlogTableMap) throws -> BinlogRowPlan {
    if let plan, plan.map === map { return plan }
    let made = try BinlogRowPlanner.plan(map, table, options: options)
    plan = made
    return made
  }

  private func appendUpdate(
    _ before: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ plan: BinlogRowPlan, _ sequence: inout Int64, _ position: () -> String?,
    _ dirty: (DirtyRow) throws -> Void
  ) throws -> UnsafePointer<UInt8> {
    if plan.keyCount == 0 || needsImagesBefore {
      let after = try append(before, end, plan, .updateBefore, &sequence, position, dirty)
      return try append(after, end, plan, .updateAfter, &sequence, position, dirty)
    }
    guard let after = BinlogRowDecoder.walk(before, end, plan, spans: spansBefore, columns: plan.count),
      BinlogRowDecoder.walk(after, end, plan, spans: spansAfter, columns: plan.keyLimit) != nil
    else { throw truncated() }
    if hasSameKey(plan) { return try append(after, end, plan, .updateAfter, &sequence, position, dirty) }
    _ = try append(before, end, plan, .delete, &sequence, position, dirty)
    return try append(after, end, plan, .insert, &sequence, position, dirty)
  }

  private func hasSameKey(_ plan: BinlogRowPlan) -> Bool {
    for index in 0..<plan.keyCount where !spansBefore[index].elementsEqual(spansAfter[index]) { return false }
    return true
  }

  /// Appends one image, and returns where the next one begins.
  @inline(__always)
  private func append(
    _ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ plan: BinlogRowPlan, _ kind: RowKind, _ sequence: inout Int64,
    _ position: () -> String?, _ dirty: (DirtyRow) throws -> Void
  ) throws -> UnsafePointer<UInt8> {
    guard let columns = builder.columns.baseAddress else { throw truncated() }
    let outcome = BinlogRowDecoder.append(at, end, plan, to: columns, isDelete: kind == .delete && plan.keyCount > 0)
    guard let next = outcome.end else {
      builder.discardRow()
      throw truncated()
    }
    if outcome.failed >= 0 { return try leaveOut(at, end, plan, outcome.failed, kind, &sequence, position, dirty) }
    accept(kind, &sequence)
    return next
  }

  @inline(__always)
  private func accept(_ kind: RowKind, _ sequence: inout Int64) {
    builder.finishRow()
    sequence += 1
    kinds.append(kind.rawValue)
    sequences.append(sequence)
  }

  private func leaveOut(
    _ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ plan: BinlogRowPlan, _ failed: Int, _ kind: RowKind, _ sequence: inout Int64,
    _ position: () -> String?, _ dirty: (DirtyRow) throws -> Void
  ) throws -> UnsafePointer<UInt8> {
    builder.discardRow()
    guard let next = BinlogRowDecoder.walk(at, end, plan, spans: spansAfter, columns: plan.count) else { throw truncated() }
    sequence += 1
    // A row as it was before an update was dirty then, and was told.
    if kind != .updateBefore || plan.keyCount == 0 { try tell(BinlogDirtyRow(table, plan), at, end, failed, kind, position, dirty) }
    return next
  }

  private func tell(
    _ row: BinlogDirtyRow, _ image: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ failed: Int, _ kind: RowKind, _ position: () -> String?,
    _ dirty: (DirtyRow) throws -> Void
  ) throws {
    try dirty(row.row(image, end, failed, kind: kind, position: position(), commitTime: commitTime, schemaVersion: schemaVersion))
  }

  private func incomplete() -> SluiceError {
    SluiceError(
      .sourceLogUnusable, "the log does not hold whole rows of the table", at: .init(table: table.definition.id),
      remedy: "SET GLOBAL binlog_row_image = FULL; then let the application's connections be made anew, and copy the table anew.")
  }

  /// What a batch takes: its offsets have 32 bits, and a byte of the log becomes at most six.
  private static let byteLimit = Int(Int32.max) / 6

  private func tooLarge(_ bytes: Int) -> SluiceError {
    SluiceError(
      .sourceLogUnusable, "a row event has \(bytes) bytes, which is more than a batch can hold", at: .init(table: table.definition.id),
      remedy: "Exclude the table, or keep values of that size elsewhere.")
  }

  private func truncated() -> SluiceError {
    SluiceError(.sourceLogDamaged, "a row is longer than its event", at: .init(table: table.definition.id))
  }

  /// A change of a versioned table: what happens to old versions of rows is no change of the table, and a row whose time ends is deleted.
  private func appendCurrent(
    _ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ plan: BinlogRowPlan, _ change: BinlogRows.Change, _ sequence: inout Int64,
    _ position: () -> String?, _ dirty: (DirtyRow) throws -> Void
  ) throws -> UnsafePointer<UInt8> {
    var values: [UnsafeBufferPointer<UInt8>?] = []
    guard let next = BinlogRowDecoder.values(at, end, plan, into: &values) else { throw truncated() }
    let isCurrent = plan.isCurrent(values)
    guard change == .update else {
      return isCurrent ? try append(at, end, plan, change == .insert ? .insert : .delete, &sequence, position, dirty) : next
    }
    var after: [UnsafeBufferPointer<UInt8>?] = []
    guard let last = BinlogRowDecoder.values(next, end, plan, into: &after) else { throw truncated() }
    guard isCurrent else { return last }
    if plan.isCurrent(after) { return try appendUpdate(at, end, plan, &sequence, position, dirty) }
    _ = try append(at, end, plan, .delete, &sequence, position, dirty)
    return last
  }

  /// An update whose JSON values may be told as differences from the image before.
  private func appendPartial(
    _ before: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ plan: BinlogRowPlan, _ sequence: inout Int64, _ position: () -> String?,
    _ dirty: (DirtyRow) throws -> Void
  ) throws -> UnsafePointer<UInt8> {
    var beforeValues: [UnsafeBufferPointer<UInt8>?] = []
    var afterValues: [UnsafeBufferPointer<UInt8>?] = []
    guard let head = BinlogRowDecoder.values(before, end, plan, into: &beforeValues) else { throw truncated() }
    var cursor = BinlogCursor(UnsafeRawBufferPointer(start: head, count: end - head), "a partial update")
    let hasDifferences = try cursor.packed() & 1 != 0
    let partial = hasDifferences ? Array(try cursor.bytes((plan.jsonPlaces.count + 7) / 8)) : []
    let image = head + cursor.offset
    guard let next = BinlogRowDecoder.values(image, end, plan, into: &afterValues) else { throw truncated() }
    var isPartial = [Bool](repeating: false, count: plan.count)
    for (index, place) in plan.jsonPlaces.enumerated() where hasDifferences && partial[index >> 3] & (1 << UInt8(index & 7)) != 0 {
      isPartial[place] = true
    }
    let keys = (0..<plan.count).filter { plan.columns[$0].isKey }
    let isSameKey = keys.allSatisfy { place in
      (beforeValues[place].map(Array.init) ?? []) == (afterValues[place].map(Array.init) ?? [])
    }
    if keys.isEmpty || needsImagesBefore {
      _ = try append(before, end, plan, .updateBefore, &sequence, position, dirty)
    } else if !isSameKey {
      _ = try append(before, end, plan, .delete, &sequence, position, dirty)
    }
    guard let columns = builder.columns.baseAddress else { throw truncated() }
    for place in 0..<plan.count {
      let target = Int(plan.columns[place].target)
      let isDone: Bool
      if let value = afterValues[place], isPartial[place] {
        guard let old = beforeValues[place] else { throw truncated() }
        isDone = plan.appendJSON(UnsafeRawBufferPointer(old), applying: UnsafeRawBufferPointer(value), to: &columns[target])
        // Differences that do not fit their document are damage and not a value to leave out.
        guard isDone else {
          builder.discardRow()
          throw SluiceError(
            .sourceLogDamaged, "the differences of a JSON value do not fit the value",
            at: .init(table: table.definition.id, column: table.columns[target].name))
        }
      } else {
        isDone = BinlogRowDecoder.append(afterValues[place], place, plan, to: &columns[target])
      }
      if !isDone {
        builder.discardRow()
        sequence += 1
        let kind: RowKind = keys.isEmpty || isSameKey ? .updateAfter : .insert
        try tell(BinlogDirtyRow(table, plan, partial: isPartial), image, end, place, kind, position, dirty)
        return next
      }
    }
    accept(keys.isEmpty || needsImagesBefore || isSameKey ? .updateAfter : .insert, &sequence)
    return next
  }
}
