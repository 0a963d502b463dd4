import Foundation
import SluiceCore
import Synchronization

/// A lake in memory that outlives the runs which write to it. Files are arrays of numbers; uncommitted ones can be seen and counted.
final class MemoryLake: LakeFormat {
  private let tables = Mutex<[TableID: MemoryTable]>([:])
  /// Throws in the place of a write, when a test wants a full disk.
  let writeFault: @Sendable () throws -> Void

  init(writeFault: @escaping @Sendable () throws -> Void = {}) {
    self.writeFault = writeFault
  }

  func storage(of type: DataType) -> LakeType {
    type == .uint16 ? LakeType(name: "INT", storage: .int32) : LakeType(name: type.description, storage: type)
  }

  func describe(_ target: TargetTable) -> String { target.id.description }

  func openOrCreate(_ target: TargetTable, writer: WriterIdentity, schemaVersion: Int64?) throws -> any LakeTable {
    tables.withLock { tables in
      if let table = tables[target.id] { return table }
      let table = MemoryTable(target, storageTypes: target.columns.map { storage(of: $0.type).storage }, writeFault: writeFault)
      tables[target.id] = table
      return table
    }
  }

  func drop(_ table: TableID) throws {
    tables.withLock { $0[table] = nil }
  }

  func open(_ table: TableID) throws -> any LakeTable {
    guard let open = tables.withLock({ $0[table] }) else { throw SluiceError(.targetMissing, "no such table") }
    return open
  }

  func table(_ name: String) throws -> MemoryTable {
    let table = tables.withLock { $0[TableID(database: "db", name: name)] }
    guard let table else { throw SluiceError(.targetMissing, "no such table") }
    return table
  }
}

final class MemoryTable: LakeTable {
  /// One row of a file.
  struct Change {
    let id: Int64
    let small: Int32?
    let kind: UInt8
    let sequence: Int64
  }

  struct State {
    var files: [Int: [Change]] = [:]
    var nextFile = 0
    var committed: [Int] = []
    var checkpoints: [CheckpointID] = []
    var consolidations = 0
    var properties: [String: String] = [:]
  }

  let id: TableID
  let columns: [TargetTable.Column]
  let storageTypes: [DataType]
  let state = Mutex(State())
  let writeFault: @Sendable () throws -> Void
  private let isKeyed: Bool

  init(_ target: TargetTable, storageTypes: [DataType], writeFault: @escaping @Sendable () throws -> Void) {
    id = target.id
    columns = target.columns
    isKeyed = !target.primaryKey.isEmpty
    self.storageTypes = storageTypes
    self.writeFault = writeFault
  }

  /// What a reader sees: without deleted rows, and for keyed tables only the newest row of a key. Several rows of an id stay several.
  var rows: [Int64] {
    state.withLock { state in
      let changes = state.committed.flatMap { state.files[$0] ?? [] }
      guard isKeyed else { return changes.map(\.id).sorted() }
      let snapshot = changes.filter { $0.sequence == 0 }
      let doubled = snapshot.count - Set(snapshot.map(\.id)).count
      return newest(changes).filter { $0.kind != RowKind.delete.rawValue }.map(\.id).sorted() + (0..<doubled).map { _ in -1 }
    }
  }

  /// The second column by the key.
  var values: [Int64: Int32?] {
    state.withLock { state in
      let changes = newest(state.committed.flatMap { state.files[$0] ?? [] }).filter { $0.kind != RowKind.delete.rawValue }
      return Dictionary(changes.map { ($0.id, $0.small) }) { $1 }
    }
  }

  private func newest(_ changes: [Change]) -> [Change] {
    Array(Dictionary(changes.map { ($0.id, $0) }) { $1.sequence >= $0.sequence ? $1 : $0 }.values)
  }

  var orphanCount: Int { state.withLock { $0.files.count - $0.committed.count } }

  var schemaVersion: Int64 { 0 }
  func refusal(of change: TargetChange, after changes: [TargetChange]) -> String? { nil }
  func evolve(_ changes: [TargetChange]) throws -> any LakeTable { self }
  func makeMaintenance(_ options: MaintenanceOptions) throws -> any TableMaintenance { NoMaintenance() }

  func makeRouter() throws -> any RowRouter { ParityRouter() }
  func makeWriter(_ options: TableWriterOptions) throws -> any TableWriter { MemoryWriter(self) }
  func makeCommitter() throws -> any TableCommitter { MemoryCommitter(self) }
  func makeReader(columns: [String]?, limit: Int?) throws -> any TableReader { throw SluiceError(.defect, "tests read `rows`") }
  func summary() throws -> TableSummary {
    TableSummary(snapshot: nil, fileCount: 0, byteCount: 0, rowCount: 0, properties: state.withLock { $0.properties })
  }
}

/// A table in memory has nothing to merge.
private final class NoMaintenance: TableMaintenance {
  func prepare(isCancelled: @Sendable () -> Bool) throws -> Bool { false }
  func publish(checkpoint: CheckpointID) throws {}
  func abandon() {}
}

/// Even and odd numbers go to two buckets.
private final class ParityRouter: RowRouter {
  func route(_ batch: ChangeBatch) throws -> [(slot: Slot, rows: ChangeBatch)] {
    let ids = batch.rows.columns[0].fixed(as: Int64.self)
    return (0..<2).compactMap { bucket in
      let rows = (0..<batch.rowCount).filter { ids[$0] % 2 == bucket }.map { Int32($0) }
      return rows.isEmpty ? nil : (Slot(bucket: Int32(bucket)), batch.taking(rows))
    }
  }
}

private final class MemoryWriter: TableWriter {
  private let table: MemoryTable
  /// By snapshot range; -1 for the stream.
  private var open: [Int: [MemoryTable.Change]] = [:]

  init(_ table: MemoryTable) {
    self.table = table
  }

  func write(_ rows: ChangeBatch, slot: Slot, origin: RowOrigin) throws {
    try table.writeFault()
    let range = if case .snapshot(let range, _) = origin { range } else { -1 }
    let ids = rows.rows.columns[0].fixed(as: Int64.self)
    let small = rows.rows.columns[1]
    let values = small.fixed(as: Int32.self)
    open[range, default: []] += (0..<rows.rowCount).map { row in
      .init(id: ids[row], small: small.isNull(row) ? nil : values[row], kind: rows.kinds[row], sequence: rows.sequence[row])
    }
  }

  func endRange(_ range: Int) throws {}
  func discardRange(_ range: Int) { open[range] = nil }
  var heldBytes: Int { open.values.reduce(0) { $0 + $1.count * 16 } }
  func relieve(to target: Int) throws {}

  func prepareCommit() throws -> [PreparedFile] {
    defer { open = [:] }
    return try table.state.withLock { state in
      try open.map { range, ids in
        let file = state.nextFile
        state.nextFile += 1
        state.files[file] = ids
        return PreparedFile(
          range: range < 0 ? nil : range, payload: Array(try JSONEncoder().encode(file)), rowCount: ids.count, byteCount: ids.count * 8)
      }
    }
  }

  func abandon() { open = [:] }
}

private final class MemoryCommitter: TableCommitter {
  private let table: MemoryTable

  init(_ table: MemoryTable) {
    self.table = table
  }

  func lastCommitted() throws -> CheckpointID? { table.state.withLock { $0.checkpoints.last } }

  func commit(_ files: [PreparedFile], replacing: Bool, checkpoint: CheckpointID, properties: [String: String]) throws {
    let numbers = try files.map { try JSONDecoder().decode(Int.self, from: Data($0.payload)) }
    table.state.withLock { state in
      if let last = state.checkpoints.last, last >= checkpoint { return }
      state.checkpoints.append(checkpoint)
      state.committed = (replacing ? [] : state.committed) + numbers
      state.properties = properties
    }
  }

  func consolidate(checkpoint: CheckpointID, memory: Int, scratch _: String?) throws {
    table.state.withLock { $0.consolidations += 1 }
  }

  func removeOrphans(keeping: [PreparedFile]) throws -> Int {
    table.state.withLock { state in
      let live = Set(state.committed)
      let before = state.files.count
      state.files = state.files.filter { live.contains($0.key) }
      return before - state.files.count
    }
  }
}
