import Foundation
import SluiceCore
import SluiceEngine
import Synchronization
import TestKit
import Testing

@Suite struct EmbeddedRunnerTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test("every row of every table arrives once, whatever the number of readers and lanes", arguments: [1, 2, 5], [1, 3])
  func copies(readers: Int, lanes: Int) throws {
    let source = MemorySource(rows: ["a": 1_234, "b": 0, "c": 1, "d": 777], keyless: ["d"])
    let lake = MemoryLake()
    let summary = try run(source, lake) { settings in
      settings.readers = readers
      settings.lanes = lanes
    }
    #expect(summary.outcome == .aligned)
    try expectAllRows(lake, ["a": 1_234, "b": 0, "c": 1, "d": 777])
    let properties = try lake.table("a").state.withLock { $0.properties }
    #expect(properties["sluice.position.low"] == "memory:1" && properties["sluice.position.high"] == "memory:1")
    #expect(summary.report.rows == 2_012)
  }

  @Test("connections that break every few batches cost no row and double none", arguments: [3, 7, 16])
  func survivesBrokenConnections(every: Int) throws {
    let source = MemorySource(rows: ["a": 900, "b": 450], faults: .init(breakEvery: every))
    let lake = MemoryLake()
    let summary = try run(source, lake) { $0.readers = 3 }
    #expect(summary.outcome == .aligned)
    try expectAllRows(lake, ["a": 900, "b": 450])
  }

  @Test("a table without a key starts again when its read breaks, and shows nothing twice")
  func wholeTableStartsAgain() throws {
    let source = MemorySource(rows: ["log": 200], keyless: ["log"], faults: .init(breakEvery: 23))
    let lake = MemoryLake()
    _ = try run(source, lake) { $0.checkpointSeconds = 0.001 }
    try expectAllRows(lake, ["log": 200])
    #expect(try lake.table("log").orphanCount == 0)
  }

  @Test("checkpoints in quick succession commit each row in exactly one of them")
  func manyCheckpoints() throws {
    let source = MemorySource(rows: ["a": 20_000, "b": 9_999])
    let lake = MemoryLake()
    _ = try run(source, lake) { settings in
      settings.checkpointSeconds = 0.001
      settings.readers = 4
    }
    try expectAllRows(lake, ["a": 20_000, "b": 9_999])
    #expect(try lake.table("a").state.withLock { $0.consolidations } == 1)
  }

  @Test("a stopped run ends well and the next one finishes the rest")
  func stopAndGoOn() throws {
    let lake = MemoryLake()
    var rounds = 0
    var outcome = RunSummary.Outcome.stopped
    while outcome == .stopped, rounds < 200 {
      rounds += 1
      let control = RunControl { _ in }
      let source = MemorySource(rows: ["a": 3_000, "b": 500, "log": 150], keyless: ["log"]) { if $0 == 40 { control.stop() } }
      outcome = try run(source, lake, control: control) { $0.readers = 2 }.outcome
    }
    #expect(outcome == .aligned)
    #expect(rounds > 2)
    try expectAllRows(lake, ["a": 3_000, "b": 500, "log": 150])
  }

  @Test("a failing sink ends the run with its error, and the next run repairs it")
  func failingSink() throws {
    let source = MemorySource(rows: ["a": 500])
    let full = MemoryLake { throw SluiceError(.storageFull, "no space left on device") }
    let error = #expect(throws: SluiceError.self) { try run(source, full) }
    #expect(error?.kind == .storageFull)
    #expect(error?.place.table?.name == "a")
    let lake = MemoryLake()
    _ = try run(source, lake)
    try expectAllRows(lake, ["a": 500])
  }

  @Test("dirty rows are kept up to the limit and end the run above it")
  func dirtyRows() throws {
    let source = MemorySource(rows: ["a": 100], faults: .init(dirtyEvery: 10))
    let error = #expect(throws: SluiceError.self) { try run(source, MemoryLake()) { $0.errorLimit = .init(rows: 9) } }
    #expect(error?.kind == .dirtyLimit)

    let lake = MemoryLake()
    let other = try TemporaryFolder()
    let summary = try run(source, lake, state: other.path) { $0.errorLimit = .init(rows: 10) }
    #expect(summary.report.dirtyRows == 10)
    #expect(try lake.table("a").rows == (1...100).filter { $0 % 10 != 0 }.map { Int64($0) })
    let lines = try String(contentsOfFile: other.appending("dirty/dirty-000001.jsonl"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 10)
  }

  @Test("a percentage of dirty rows is allowed up to it")
  func dirtyPercentage() throws {
    let source = MemorySource(rows: ["a": 100], faults: .init(dirtyEvery: 10))
    #expect(try run(source, MemoryLake()) { $0.errorLimit = .init(rows: nil, percentage: 10) }.outcome == .aligned)
    let other = try TemporaryFolder()
    #expect(throws: SluiceError.self) { try run(source, MemoryLake(), state: other.path) { $0.errorLimit = .init(rows: nil, percentage: 9.9) } }
  }

  @Test("a finished job that is started again reads nothing")
  func finishedJob() throws {
    let lake = MemoryLake()
    _ = try run(MemorySource(rows: ["a": 100]), lake)
    let again = MemorySource(rows: ["a": 100]) { _ in Issue.record("a batch was read") }
    #expect(try run(again, lake).outcome == .aligned)
    try expectAllRows(lake, ["a": 100])
  }

  @Test("a table that joins later is copied, those that are there are left alone")
  func tableJoins() throws {
    let lake = MemoryLake()
    _ = try run(MemorySource(rows: ["a": 100]), lake)
    _ = try run(MemorySource(rows: ["a": 100, "b": 55]), lake)
    try expectAllRows(lake, ["a": 100, "b": 55])
  }

  private func run(
    _ source: MemorySource, _ lake: MemoryLake, state: String? = nil, control: RunControl = RunControl { _ in },
    _ configure: (inout JobSettings) -> Void = { _ in }
  ) throws -> RunSummary {
    let state = state ?? folder.path
    var settings = JobSettings(state: state)
    configure(&settings)
    let tables = source.tables.map { table in
      TablePlan(
        source: table,
        target: TargetTable(
          id: table.id, columns: table.columns.map { .init(name: $0.name, type: $0.type, isNullable: $0.isNullable) }, primaryKey: table.primaryKey))
    }
    let plan = JobPlan(job: "test", source: source, lake: lake, tables: tables, settings: settings)
    return try EmbeddedRunner(store: FileCheckpointStore(folder: state, job: "test")).run(plan, control: control)
  }

  private func expectAllRows(_ lake: MemoryLake, _ expected: [String: Int]) throws {
    for (name, count) in expected {
      #expect(try lake.table(name).rows == (0..<count).map { Int64($0 + 1) }, "table \(name)")
    }
  }
}
