import Foundation
import SluiceCore
import Synchronization

/// A source whose tables are runs of numbers, with faults on order.
final class MemorySource: Source {
  struct Faults {
    /// Every how many batches a connection breaks; 0 for never.
    var breakEvery = 0
    /// Every how many rows one is dirty; 0 for none.
    var dirtyEvery = 0
  }

  let tables: [TableDefinition]
  private let faults: Faults
  private let batches = Mutex(0)
  private let onBatch: @Sendable (Int) -> Void

  init(rows: [String: Int], keyless: Set<String> = [], faults: Faults = Faults(), onBatch: @escaping @Sendable (Int) -> Void = { _ in }) {
    tables = rows.keys.sorted().map { name in
      TableDefinition(
        id: TableID(database: "db", name: name),
        columns: [
          ColumnDefinition(name: "id", type: .int64, nativeType: "bigint", isNullable: false),
          ColumnDefinition(name: "small", type: .uint16, nativeType: "smallint unsigned", isNullable: true),
        ],
        primaryKey: keyless.contains(name) ? [] : ["id"], estimatedRows: rows[name] ?? 0)
    }
    self.faults = faults
    self.onBatch = onBatch
  }

  func preflight(_ tables: TableSelection, follows: Bool) -> [Finding] { [] }
  func discover(_ tables: TableSelection) throws -> [TableDefinition] { self.tables }
  func currentPosition() throws -> Position? { Position("memory:1") }

  func makeSnapshotReader(_ table: TableDefinition) throws -> any SnapshotReader {
    MemorySnapshotReader(source: self, table: table, dirtyEvery: faults.dirtyEvery)
  }

  /// Counts a batch, and breaks the connection when it is the turn.
  func countBatch() throws {
    let count = batches.withLock { batches in
      batches += 1
      return batches
    }
    onBatch(count)
    if faults.breakEvery > 0, count % faults.breakEvery == 0 { throw SluiceError(.sourceConnectionLost, "the fault was ordered") }
  }
}

private final class MemorySnapshotReader: SnapshotReader {
  let mode: SnapshotMode
  private let source: MemorySource
  private let table: TableDefinition
  private let dirtyEvery: Int

  init(source: MemorySource, table: TableDefinition, dirtyEvery: Int) {
    self.source = source
    self.table = table
    self.dirtyEvery = dirtyEvery
    mode = table.primaryKey.isEmpty ? .whole : .ranges(isOrdered: true)
  }

  func read(_ range: SnapshotRange, dirty: (DirtyRow) throws -> Void, emit: (ChangeBatch, SnapshotRange) throws -> ReadDirective) throws -> Bool {
    var range = range
    var next = (range.lower.flatMap { Int($0.parts[0]) } ?? 0) + 1
    let last = range.upper.flatMap { Int($0.parts[0]) } ?? table.estimatedRows
    while next <= last {
      try source.countBatch()
      let end = min(next + 9, last)
      var builder = BatchBuilder(types: table.columns.map(\.type))
      for id in next...end {
        if dirtyEvery > 0, id % dirtyEvery == 0 {
          try dirty(DirtyRow(table: table.id, key: ["id": String(id)], column: "small", value: "?", reason: "ordered"))
          continue
        }
        builder.columns[0].append(Int64(id))
        builder.columns[1].append(UInt16(truncatingIfNeeded: id))
        builder.finishRow()
      }
      range.lower = SnapshotKey([String(end)])
      range.rowsRead += end - next + 1
      range.rowsLeft = last - end
      next = end + 1
      let batch = ChangeBatch(table: table.id, schemaVersion: 0, rows: builder.finish())
      if try emit(batch, range) == .pause { return false }
    }
    return true
  }

  func middle(of range: SnapshotRange) throws -> SnapshotKey? {
    let lower = range.lower.flatMap { Int($0.parts[0]) } ?? 0
    let upper = range.upper.flatMap { Int($0.parts[0]) } ?? table.estimatedRows
    return upper - lower < 30 ? nil : SnapshotKey([String((lower + upper) / 2)])
  }
}
