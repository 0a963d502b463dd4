import SluiceCore
import Synchronization

/// A source with a log in memory: tables of numbers, changes that are made while a job runs, faults on order.
///
/// A position is the number of entries before it. The copy reads the tables as they are at that moment.
final class MemoryLog: StreamingSource {
  enum Entry: Sendable {
    case put(TableID, Int64, UInt16)
    case delete(TableID, Int64)
    case create(TableID)
    case drop(TableID)
    case truncate(TableID)
  }

  struct State {
    var tables: [TableID: [Int64: UInt16]] = [:]
    var entries: [Entry] = []
    /// Entries before this one are gone.
    var first = 0
    var slices = 0
  }

  let state = Mutex(State())
  private let breakEvery: Int

  /// A stream breaks after every so many slices; never with 0.
  init(breakEvery: Int = 0) {
    self.breakEvery = breakEvery
  }

  static func id(_ name: String) -> TableID { TableID(database: "db", name: name) }

  static func definition(_ id: TableID) -> TableDefinition {
    TableDefinition(
      id: id,
      columns: [
        ColumnDefinition(name: "id", type: .int64, nativeType: "bigint", isNullable: false),
        ColumnDefinition(name: "small", type: .uint16, nativeType: "smallint unsigned", isNullable: true),
      ], primaryKey: ["id"])
  }

  /// Changes the tables and writes it down.
  func apply(_ entry: Entry) {
    state.withLock { state in
      state.entries.append(entry)
      switch entry {
      case .put(let table, let id, let value): state.tables[table, default: [:]][id] = value
      case .delete(let table, let id): state.tables[table]?[id] = nil
      case .create(let table), .truncate(let table): state.tables[table] = [:]
      case .drop(let table): state.tables[table] = nil
      }
    }
  }

  func fill(_ name: String, rows: Int) {
    state.withLock { state in
      state.tables[Self.id(name)] = Dictionary(uniqueKeysWithValues: (0..<rows).map { (Int64($0 + 1), UInt16(1)) })
    }
  }

  func rows(_ name: String) -> [Int64: UInt16] { state.withLock { $0.tables[Self.id(name)] ?? [:] } }

  func preflight(_ tables: TableSelection, follows: Bool) -> [Finding] { [] }

  func discover(_ tables: TableSelection) throws -> [TableDefinition] {
    state.withLock { $0.tables.keys.sorted().map(Self.definition) }
  }

  func currentPosition() throws -> Position? { Self.position(state.withLock { $0.entries.count }) }

  func makeSnapshotReader(_ table: TableDefinition) throws -> any SnapshotReader { MemoryLogReader(log: self, table: table.id) }

  func position(of start: StreamStart) throws -> Position {
    Self.position(state.withLock { start == .earliest ? $0.first : $0.entries.count })
  }

  func definitions(of tables: [TableID]) throws -> (tables: [TableDefinition], position: Position)? {
    state.withLock { state in
      (tables.filter { state.tables[$0] != nil }.sorted().map(Self.definition), Self.position(state.entries.count))
    }
  }

  func makeStream(_ request: StreamRequest) throws -> any ChangeStream {
    let start = Self.number(request.start)
    guard state.withLock({ start >= $0.first }) else { throw SluiceError(.sourceLogGone, "entry \(start) is gone") }
    return MemoryStream(log: self, next: start, tables: request.tables)
  }

  func isReached(_ position: Position, by other: Position) throws -> Bool { Self.number(position) <= Self.number(other) }

  func resume(_ head: Position, after before: Position?) -> Position { head }

  static func position(_ number: Int) -> Position { Position("memory:\(number)") }
  static func number(_ position: Position) -> Int { Int(position.text.dropFirst("memory:".count)) ?? 0 }

  /// Counts a slice, and breaks the stream when it is the turn.
  func countSlice() throws {
    let count = state.withLock { state in
      state.slices += 1
      return state.slices
    }
    if breakEvery > 0, count % breakEvery == 0 { throw SluiceError(.sourceConnectionLost, "the fault was ordered") }
  }
}

/// Hands on one entry after the other, a few to a slice.
private final class MemoryStream: ChangeStream {
  private let log: MemoryLog
  private var next: Int
  private var followed: [TableID: Int] = [:]

  init(log: MemoryLog, next: Int, tables: [FollowedTable]) {
    self.log = log
    self.next = next
    for table in tables { follow(table) }
  }

  func follow(_ table: FollowedTable) {
    followed[table.definition.id] = table.from.map(MemoryLog.number) ?? 0
  }

  func leave(_ table: TableID) { followed[table] = nil }

  func next(within seconds: Double, bytes: Int) throws -> LogSlice {
    try log.countSlice()
    let entries = log.state.withLock { Array($0.entries[min(next, $0.entries.count)...].prefix(7)) }
    var items: [StreamItem] = []
    for (offset, entry) in entries.enumerated() {
      let isStatement: Bool
      switch entry {
      case .put, .delete: isStatement = false
      default: isStatement = true
      }
      // A statement begins a slice, and ends it here.
      if isStatement && offset > 0 { break }
      if let item = item(entry, number: next + 1) { items.append(item) }
      next += 1
      if isStatement { break }
    }
    return LogSlice(items: items, position: MemoryLog.position(next), commitTime: nil, bytesBehind: 0)
  }

  private func item(_ entry: MemoryLog.Entry, number: Int) -> StreamItem? {
    switch entry {
    // Statements before the place from which a table is followed are not about it.
    case .create(let table), .drop(let table), .truncate(let table):
      if let from = followed[table], number <= from { return nil }
    default: break
    }
    switch entry {
    case .put(let table, let id, let value): return changes(table, id, value, .updateAfter, number)
    case .delete(let table, let id): return changes(table, id, 0, .delete, number)
    case .create(let table):
      followed[table] = 0
      return event(table, .createTable(MemoryLog.definition(table)), MemoryLog.definition(table), number)
    case .drop(let table): return followed[table].map { _ in event(table, .dropTable(table), nil, number) }
    case .truncate(let table): return followed[table].map { _ in event(table, .truncateTable(table), MemoryLog.definition(table), number) }
    }
  }

  private func changes(_ table: TableID, _ id: Int64, _ value: UInt16, _ kind: RowKind, _ number: Int) -> StreamItem? {
    guard let from = followed[table], number > from else { return nil }
    var builder = BatchBuilder(types: [.int64, .uint16])
    builder.columns[0].append(id)
    builder.columns[1].append(value)
    builder.finishRow()
    return .changes(
      ChangeBatch(
        table: table, schemaVersion: 0, rows: builder.finish(), kinds: .each([kind.rawValue]), sequence: .each([Int64(number)]),
        position: MemoryLog.position(number)))
  }

  private func event(_ table: TableID, _ change: SchemaChange, _ definition: TableDefinition?, _ number: Int) -> StreamItem {
    .schemaChange(
      SchemaEvent(
        table: table, changes: [change], definition: definition, statement: "entry \(number)", position: MemoryLog.position(number), commitTime: nil))
  }
}

/// Reads a table's keys in order, ten to a batch.
private final class MemoryLogReader: SnapshotReader {
  let mode = SnapshotMode.ranges(isOrdered: true)
  private let log: MemoryLog
  private let table: TableID

  init(log: MemoryLog, table: TableID) {
    self.log = log
    self.table = table
  }

  func read(_ range: SnapshotRange, dirty: (DirtyRow) throws -> Void, emit: (ChangeBatch, SnapshotRange) throws -> ReadDirective) throws -> Bool {
    var range = range
    while true {
      let lower = range.lower.flatMap { Int64($0.parts[0]) } ?? .min
      let page = log.rows(table.name).filter { $0.key > lower }.sorted { $0.key < $1.key }.prefix(10)
      guard let last = page.last else { return true }
      var builder = BatchBuilder(types: [.int64, .uint16])
      for (id, value) in page {
        builder.columns[0].append(id)
        builder.columns[1].append(value)
        builder.finishRow()
      }
      range.lower = SnapshotKey([String(last.key)])
      range.rowsRead += page.count
      if try emit(ChangeBatch(table: table, schemaVersion: 0, rows: builder.finish()), range) == .pause { return false }
    }
  }

  func middle(of range: SnapshotRange) throws -> SnapshotKey? { nil }
}
