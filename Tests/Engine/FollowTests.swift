import Foundation
import SluiceCore
import SluiceEngine
import Synchronization
import TestKit
import Testing

/// The engine over a log in memory: what a run does with copies, changes and statements, whatever the source and the lake.
@Suite struct FollowTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test("changes that are made during and after the copy arrive", arguments: [0, 2, 9])
  func follows(breakEvery: Int) throws {
    let log = MemoryLog(breakEvery: breakEvery)
    log.fill("a", rows: 500)
    log.fill("b", rows: 3)
    let lake = MemoryLake()
    let job = try FollowJob(log, lake, state: folder.path)
    for id in 1...200 as ClosedRange<Int64> {
      log.apply(.put(MemoryLog.id("a"), id * 5, UInt16(id)))
      if id % 3 == 0 { log.apply(.delete(MemoryLog.id("a"), id)) }
      log.apply(.put(MemoryLog.id("b"), 1, UInt16(id)))
    }
    try job.waitUntilEqual()
    #expect(try job.stop().outcome == .stopped)
    try job.expectEqual()
  }

  @Test("a run that is to end aligned ends with the changes made meanwhile")
  func endsAligned() throws {
    let log = MemoryLog()
    log.fill("a", rows: 300)
    let lake = MemoryLake()
    log.apply(.put(MemoryLog.id("a"), 1, 77))
    let job = try FollowJob(log, lake, state: folder.path, endsWhenAligned: true)
    #expect(try job.wait().outcome == .aligned)
    try job.expectEqual()
  }

  @Test("a run that is to end aligned reads all that came since the run before, which had ended aligned, too")
  func endsAlignedAgain() throws {
    let log = MemoryLog()
    log.fill("a", rows: 20)
    let lake = MemoryLake()
    for round in 1...3 as ClosedRange<Int64> {
      let job = try FollowJob(log, lake, state: folder.path, endsWhenAligned: true)
      #expect(try job.wait().outcome == .aligned)
      try job.expectEqual()
      for id in 1...100 as ClosedRange<Int64> { log.apply(.put(MemoryLog.id("a"), id * round, UInt16(round))) }
    }
    let last = try FollowJob(log, lake, state: folder.path, endsWhenAligned: true)
    #expect(try last.wait().outcome == .aligned)
    try last.expectEqual()
  }

  @Test("a job that is stopped goes on where it was")
  func goesOn() throws {
    let log = MemoryLog()
    log.fill("a", rows: 50)
    let lake = MemoryLake()
    for round in 1...4 as ClosedRange<Int64> {
      let job = try FollowJob(log, lake, state: folder.path)
      for id in 1...40 as ClosedRange<Int64> { log.apply(.put(MemoryLog.id("a"), round * 20 + id, UInt16(round))) }
      try job.waitUntilEqual()
      _ = try job.stop()
      log.apply(.delete(MemoryLog.id("a"), round))
    }
    let last = try FollowJob(log, lake, state: folder.path)
    try last.waitUntilEqual()
    _ = try last.stop()
    try last.expectEqual()
  }

  @Test("tables that are made and dropped while the job runs join and leave, and nothing else notices")
  func tablesJoinAndLeave() throws {
    let log = MemoryLog()
    log.fill("a", rows: 20)
    let lake = MemoryLake()
    let job = try FollowJob(log, lake, state: folder.path)
    try job.waitUntilEqual()
    log.apply(.create(MemoryLog.id("new")))
    for id in 1...30 as ClosedRange<Int64> { log.apply(.put(MemoryLog.id("new"), id, 5)) }
    log.apply(.drop(MemoryLog.id("a")))
    log.apply(.put(MemoryLog.id("new"), 1, 6))
    try job.waitUntilEqual()
    _ = try job.stop()
    #expect(try lake.table("a").rows.count == 20)
    #expect(try lake.table("new").values[1] == 6)
    let record = try String(contentsOfFile: folder.appending("schema-changes.jsonl"), encoding: .utf8)
    #expect(record.contains("createTable") && record.contains("dropTable"))
  }

  @Test("tables that come and go between the look for them and the first place in the log are told by the log", arguments: [false, true])
  func tablesMoveAtTheStart(isFirst: Bool) throws {
    let log = MemoryLog()
    log.fill("a", rows: 20)
    let lake = MemoryLake()
    if !isFirst {
      #expect(try FollowJob(log, lake, state: folder.path, endsWhenAligned: true).wait().outcome == .aligned)
    }
    log.apply(.create(MemoryLog.id("gone")))
    log.apply(.create(MemoryLog.id("anew")))
    let job = try FollowJob(log, lake, state: folder.path, endsWhenAligned: true) { log in
      log.apply(.put(MemoryLog.id("gone"), 1, 1))
      log.apply(.drop(MemoryLog.id("gone")))
      log.apply(.create(MemoryLog.id("new")))
      log.apply(.put(MemoryLog.id("new"), 7, 7))
      log.apply(.put(MemoryLog.id("anew"), 1, 1))
      log.apply(.drop(MemoryLog.id("anew")))
      log.apply(.create(MemoryLog.id("anew")))
      log.apply(.put(MemoryLog.id("anew"), 2, 2))
    }
    #expect(try job.wait().outcome == .aligned)
    try job.expectEqual()
    #expect(try lake.table("new").values == [7: 7])
    #expect(try lake.table("anew").values == [2: 2])
  }

  @Test("TRUNCATE keeps the target's rows unless the policy says apply", arguments: [SchemaPolicy.Action.alert, .apply])
  func truncates(action: SchemaPolicy.Action) throws {
    let log = MemoryLog()
    log.fill("a", rows: 20)
    let lake = MemoryLake()
    let job = try FollowJob(log, lake, state: folder.path, policy: SchemaPolicy([.truncateTable: action]))
    try job.waitUntilEqual()
    log.apply(.truncate(MemoryLog.id("a")))
    log.apply(.put(MemoryLog.id("a"), 3, 9))
    try Deadline.wait(for: "the row", within: .seconds(20)) { try lake.table("a").values[3] == 9 }
    _ = try job.stop()
    #expect(try lake.table("a").rows.count == (action == .apply ? 1 : 20))
  }

  @Test("a statement that the policy refuses ends the job before it, and the next run with another policy goes on with it")
  func refuses() throws {
    let log = MemoryLog()
    log.fill("a", rows: 5)
    let lake = MemoryLake()
    let job = try FollowJob(log, lake, state: folder.path, policy: SchemaPolicy([.truncateTable: .error]))
    try job.waitUntilEqual()
    log.apply(.put(MemoryLog.id("a"), 100, 1))
    log.apply(.truncate(MemoryLog.id("a")))
    log.apply(.put(MemoryLog.id("a"), 3, 9))
    let error = #expect(throws: SluiceError.self) { try job.wait() }
    #expect(error?.kind == .schemaChangeRefused)
    #expect(try lake.table("a").rows == [1, 2, 3, 4, 5, 100])
    let again = try FollowJob(log, lake, state: folder.path, policy: SchemaPolicy([.truncateTable: .apply]))
    try again.waitUntilEqual()
    _ = try again.stop()
    #expect(try lake.table("a").rows == [3])
  }

  @Test("a table is copied anew on request, while the others go on")
  func recopies() throws {
    let log = MemoryLog()
    log.fill("a", rows: 100)
    log.fill("b", rows: 10)
    let lake = MemoryLake()
    let job = try FollowJob(log, lake, state: folder.path)
    try job.waitUntilEqual()
    // A row that the log never told of.
    log.state.withLock { $0.tables[MemoryLog.id("a")]?[4_711] = 8 }
    try JobCommands(state: folder.path).give(.resnapshot(MemoryLog.id("a")))
    log.apply(.put(MemoryLog.id("b"), 3, 30))
    try job.waitUntilEqual()
    _ = try job.stop()
    #expect(try lake.table("a").rows.count == 101)
  }

  @Test("a log that has lost what comes next is an error, or all tables are copied anew", arguments: FollowPlan.LogGone.allCases)
  func logIsGone(policy: FollowPlan.LogGone) throws {
    let log = MemoryLog()
    log.fill("a", rows: 30)
    let lake = MemoryLake()
    let job = try FollowJob(log, lake, state: folder.path)
    try job.waitUntilEqual()
    _ = try job.stop()
    for id in 1...20 as ClosedRange<Int64> { log.apply(.delete(MemoryLog.id("a"), id)) }
    log.state.withLock { $0.first = 15 }
    let again = try FollowJob(log, lake, state: folder.path, logGone: policy)
    if policy == .stop {
      let error = #expect(throws: SluiceError.self) { try again.wait() }
      #expect(error?.kind == .sourceLogGone)
    } else {
      try again.waitUntilEqual()
      _ = try again.stop()
    }
  }

  @Test("lost state is made anew from the tables")
  func recoversFromLake() throws {
    let log = MemoryLog()
    log.fill("a", rows: 30)
    log.fill("b", rows: 7)
    let lake = MemoryLake()
    let job = try FollowJob(log, lake, state: folder.path)
    log.apply(.put(MemoryLog.id("a"), 2, 22))
    log.apply(.put(MemoryLog.id("b"), 2, 22))
    try job.waitUntilEqual()
    _ = try job.stop()
    log.apply(.delete(MemoryLog.id("a"), 2))
    log.apply(.put(MemoryLog.id("b"), 9, 9))
    let empty = try TemporaryFolder()
    let again = try FollowJob(log, lake, state: empty.path, recoversFromLake: true)
    try again.waitUntilEqual()
    _ = try again.stop()
    try again.expectEqual()
  }
}

/// A job over a log in memory, on a thread of its own.
private final class FollowJob: Sendable {
  private let log: MemoryLog
  private let lake: MemoryLake
  private let control: RunControl
  private let ended = Mutex<Result<RunSummary, any Error>?>(nil)

  init(
    _ log: MemoryLog, _ lake: MemoryLake, state: String, policy: SchemaPolicy = SchemaPolicy(), logGone: FollowPlan.LogGone = .stop,
    endsWhenAligned: Bool = false, recoversFromLake: Bool = false, meanwhile: (MemoryLog) -> Void = { _ in }
  ) throws {
    self.log = log
    self.lake = lake
    control = RunControl { _ in }
    var settings = JobSettings(checkpointSeconds: 0.02, state: state)
    settings.retrySeconds = 20
    let lookup = try log.currentPosition()
    let tables = try log.discover(TableSelection(include: [])).map(Self.plan)
    meanwhile(log)
    var following = FollowPlan(
      source: log, selection: TableSelection(include: ["db.*"]), start: nil, policy: policy, logGone: logGone, plan: { [Self.plan($0)] })
    following.endsWhenAligned = endsWhenAligned
    following.lookup = lookup
    let plan = JobPlan(job: "test", source: log, lake: lake, tables: tables, settings: settings, following: following)
    let runner = EmbeddedRunner(store: FileCheckpointStore(folder: state, job: "test"), recoversFromLake: recoversFromLake)
    Thread { [self] in
      let result = Result { try runner.run(plan, control: control) }
      ended.withLock { $0 = result }
    }.start()
  }

  private static let plan: @Sendable (TableDefinition) -> TablePlan = { table in
    TablePlan(
      source: table,
      target: TargetTable(
        id: table.id, columns: table.columns.map { .init(name: $0.name, type: $0.type, isNullable: $0.isNullable) }, primaryKey: table.primaryKey))
  }

  func wait() throws -> RunSummary {
    try Deadline.wait(for: "the end", within: .seconds(20)) { self.ended.withLock { $0 != nil } }
    guard let result = ended.withLock({ $0 }) else { throw TestFailure("the run has not ended") }
    return try result.get()
  }

  func stop() throws -> RunSummary {
    control.stop()
    return try wait()
  }

  private func isEqual(_ name: String) throws -> Bool {
    guard let table = try? lake.table(name) else { return false }
    return table.values == log.rows(name).mapValues { Int32($0) }
  }

  /// Until every table of the log shows in the lake, or the run has failed.
  func waitUntilEqual() throws {
    try Deadline.wait(for: "the lake to be as the log", within: .seconds(20)) {
      if case .failure(let error) = self.ended.withLock({ $0 }) { throw error }
      return try self.log.state.withLock { $0.tables.keys.map(\.name) }.allSatisfy { try self.isEqual($0) }
    }
  }

  func expectEqual() throws {
    for name in log.state.withLock({ $0.tables.keys.map(\.name) }) { #expect(try isEqual(name), "table \(name)") }
  }
}
