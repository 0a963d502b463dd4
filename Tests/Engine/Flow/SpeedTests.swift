import Foundation
import SluiceCore
import SluiceEngine
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct SpeedTests {
  private static let rate = 2_000
  private static let rows = 6_000

  @Test("a limited copy moves at its speed, whatever the number of readers", arguments: [1, 3])
  func copy(readers: Int) throws {
    let folder = try TemporaryFolder()
    let source = MemorySource(rows: ["a": Self.rows / 2, "b": Self.rows / 2])
    let lake = MemoryLake()
    let reports = Mutex<[RunReport]>([])
    var settings = JobSettings(state: folder.path)
    settings.speed = SpeedLimit(rowsPerSecond: Self.rate)
    settings.readers = readers
    settings.checkpointSeconds = 0.2
    let plan = JobPlan(
      job: "test", source: source, lake: lake, tables: source.tables.map { TablePlan(source: $0, target: TargetTable(of: $0)) }, settings: settings)
    let control = RunControl { report in reports.withLock { $0.append(report) } }
    _ = try EmbeddedRunner(store: FileCheckpointStore(folder: folder.path, job: "test")).run(plan, control: control)
    #expect(try lake.table("a").rows.count == Self.rows / 2)
    let looks = reports.withLock { $0 }
    #expect(looks.first { $0.flow != nil }?.flow?.speed.rowsPerSecond == Self.rate)
    try Self.expectSpeed(looks.map { ($0.seconds, $0.rows) }, "copy with \(readers) readers")
  }

  @Test("a limited stream moves at its speed, and takes another one while it runs")
  func stream() throws {
    let folder = try TemporaryFolder()
    let log = MemoryLog()
    log.fill("a", rows: 0)
    for number in 0..<Self.rows { log.apply(.put(MemoryLog.id("a"), Int64(number), 1)) }
    let lake = MemoryLake()
    let reports = Mutex<[(Double, Int)]>([])
    var settings = JobSettings(state: folder.path)
    settings.speed = SpeedLimit(rowsPerSecond: 1)
    settings.checkpointSeconds = 0.2
    var plan = JobPlan(
      job: "test", source: log, lake: lake,
      tables: [TablePlan(source: MemoryLog.definition(MemoryLog.id("a")), target: TargetTable(of: MemoryLog.definition(MemoryLog.id("a"))))],
      settings: settings)
    plan.following = FollowPlan(
      source: log, selection: TableSelection(include: ["db.*"]), start: .earliest, policy: SchemaPolicy(), logGone: .stop,
      plan: { [TablePlan(source: $0, target: TargetTable(of: $0))] })
    try JobCommands(state: folder.path).give(.speed(SpeedLimit(rowsPerSecond: Self.rate)))
    let control = RunControl { report in
      reports.withLock { $0.append((report.seconds, report.tables.reduce(0) { $0 + $1.inserts + $1.updates })) }
    }
    let run = Thread { [plan] in
      _ = try? EmbeddedRunner(store: FileCheckpointStore(folder: folder.path, job: "test")).run(plan, control: control)
    }
    run.start()
    try Deadline.wait(for: "all changes") { reports.withLock { $0.last?.1 == Self.rows } }
    control.stop()
    try Deadline.wait(for: "the end") { run.isFinished }
    try Self.expectSpeed(reports.withLock { $0 }, "stream")
    #expect(try lake.table("a").rows.count == Self.rows)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appending("commands")).isEmpty)
  }

  /// Never faster than 1.1 times the rate over a second or more, and not much slower in the best second. How close to it the whole is, is printed:
  /// a busy machine may be slow.
  private static func expectSpeed(_ looks: [(seconds: Double, rows: Int)], _ what: String) throws {
    let moving = looks.filter { $0.rows > 0 && $0.rows < rows }
    let first = try #require(moving.first)
    let last = try #require(moving.last)
    for (index, look) in moving.enumerated() {
      for later in moving[index...] where later.seconds - look.seconds >= 1 {
        // A look takes its rows a moment before its time: a tenth of a second is one for a busy machine.
        #expect(Double(later.rows - look.rows) <= 1.1 * Double(rate) * (later.seconds - look.seconds + 0.1))
      }
    }
    let seconds = moving.indices.compactMap { index in
      moving[index...].first { $0.seconds - moving[index].seconds >= 1 }.map { later in
        Double(later.rows - moving[index].rows) / (later.seconds - moving[index].seconds)
      }
    }
    #expect((seconds.max() ?? 0) >= 0.7 * Double(rate), "\(what): \(seconds)")
    let speed = Double(last.rows - first.rows) / (last.seconds - first.seconds)
    print("\(what): \(Int(speed)) of \(rate) rows/s over \(last.seconds - first.seconds) s")
    #expect(speed <= 1.1 * Double(rate))
  }
}

extension TargetTable {
  /// A target that takes all of a table.
  init(of table: TableDefinition) {
    self.init(
      id: table.id, columns: table.columns.map { .init(name: $0.name, type: $0.type, isNullable: $0.isNullable) }, primaryKey: table.primaryKey)
  }
}
