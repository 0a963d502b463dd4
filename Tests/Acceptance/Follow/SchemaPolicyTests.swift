import Foundation
import SluiceCore
import TestKit
import Testing

@Suite struct SchemaPolicyTests {
  @Test("Each kind of schema change is applied when the policy says so", arguments: Passage.allCases)
  func apply(_ passage: Passage) throws {
    let job = try Self.job(on: passage, .apply)
    try Self.follow(job)
    for test in PolicyCase.all { try test.expectApplied(job) }
    try expectRecords(of: job, .apply)
  }

  @Test(
    "Each kind of schema change leaves the target as it is when the policy says so",
    arguments: Passage.allCases, [SchemaPolicy.Action.ignore, .alert])
  func leave(_ passage: Passage, action: SchemaPolicy.Action) throws {
    let job = try Self.job(on: passage, action)
    try Self.follow(job)
    for test in PolicyCase.all { try test.expectIgnored(job) }
    try expectRecords(of: job, action)
  }

  @Test(
    "Each kind of schema change ends the job before it when the policy says so, and another policy lets it go on",
    arguments: Passage.allCases)
  func refuse(_ passage: Passage) throws {
    let job = try Self.job(on: passage, .error)
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    try Self.change(job)
    // What is made while no run looks is found in the catalog, and not told by the log: the first statement meets a run.
    try process.wait().expectRefused(8, .schemaChangeRefused, PolicyCase.all[0].kind.rawValue, "schemaChanges")
    for (number, test) in PolicyCase.all.enumerated() {
      if number > 0 { try job.align().expectRefused(8, .schemaChangeRefused, test.kind.rawValue, "schemaChanges") }
      // From now on this kind passes.
      let passed = PolicyCase.all[...number].map { ($0.kind.rawValue, SpecValue.string("apply")) }
      try job.job.write(job.job.spec.merging(["schemaChanges": SpecValue(Dictionary(uniqueKeysWithValues: passed))]))
    }
    try job.expectAligned()
    for test in PolicyCase.all { try test.expectApplied(job) }
  }

  @Test("A wider type cannot be ignored: the job ends before rows that may not fit", arguments: [SchemaPolicy.Action.ignore, .alert])
  func widerType(action: SchemaPolicy.Action) throws {
    let job = try Self.job(on: Passage(product: .mariadb, format: .paimon), action)
    try job.job.write(job.job.spec.merging(["schemaChanges": ["changeType": .string(action.rawValue)]]))
    let test = try #require(PolicyCase.all.first { $0.kind == .changeType })
    try job.database.execute(test.statement)
    try job.align().expectRefused(8, .schemaChangeRefused, test.table, "cannot be ignored")
    try job.job.write(job.job.spec.merging(["schemaChanges": ["changeType": "apply"]]))
    try job.expectAligned()
    try job.expectEqual(test.table)
  }

  @Test("A rule for one table goes before the rule for all", arguments: Passage.allCases)
  func overrides(_ passage: Passage) throws {
    let database = try TestDatabase(on: passage.product)
    try database.execute(
      "CREATE TABLE a (id INT PRIMARY KEY, n INT); CREATE TABLE b LIKE a; INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1)")
    let rule: SpecValue = ["table": "\(database.name).a", "dropColumn": "apply"]
    let job = try FollowingJob(from: database, into: passage.format, ["schemaChanges": ["tables": [rule]]])
    try job.expectAligned()
    try database.execute("ALTER TABLE a DROP COLUMN n; ALTER TABLE b DROP COLUMN n; INSERT INTO a VALUES (2); INSERT INTO b VALUES (2)")
    try job.expectAligned()
    #expect(try job.lake.table(database, "a").columnNames() == ["id"])
    #expect(try job.lake.table(database, "b").rows(keys: ["id"]).rows == [[1, 1], [2, nil]])
  }

  /// A job in step with the tables of all cases, before any statement.
  private static func job(on passage: Passage, _ action: SchemaPolicy.Action) throws -> FollowingJob {
    let database = try TestDatabase(on: passage.product, prefix: "policy")
    try database.execute(PolicyCase.all.map(\.before).joined(separator: "\n"))
    let policies = SchemaPolicy.Kind.allCases.map { kind in
      // A wider type cannot be ignored: see `widerType`.
      (kind.rawValue, SpecValue.string(kind == .changeType && action != .error ? "apply" : action.rawValue))
    }
    let job = try FollowingJob(from: database, into: passage.format, ["schemaChanges": SpecValue(Dictionary(uniqueKeysWithValues: policies))])
    try job.expectAligned()
    return job
  }

  private static func change(_ job: FollowingJob) throws {
    for test in PolicyCase.all { try job.database.execute("\(test.statement);\n\(test.after);") }
  }

  /// The statements, met by a run.
  private static func follow(_ job: FollowingJob) throws {
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    try change(job)
    try job.waitUntilCaughtUp(process)
    process.send(SIGTERM)
    #expect(try process.wait().exitCode == 0)
    try job.expectAligned()
  }

  /// The record tells each statement once, with what became of it.
  private func expectRecords(of job: FollowingJob, _ action: SchemaPolicy.Action) throws {
    let records = try job.schemaChanges()
    for test in PolicyCase.all {
      let mine = records.filter { record in record["changes"]?.items.contains { $0["kind"]?.text == test.kind.rawValue } ?? false }
      let actions = mine.flatMap { $0["changes"]?.items ?? [] }.filter { $0["kind"]?.text == test.kind.rawValue }.compactMap { $0["action"]?.text }
      #expect(actions == [test.kind == .changeType ? "apply" : action.rawValue], "\(test.kind): \(mine)")
      let told = mine.first?["statement"]?.text ?? ""
      #expect(told.hasPrefix(test.statement.prefix(10)), "\(test.kind): \(told)")
      #expect(mine.allSatisfy { $0["position"]?.text?.isEmpty == false && $0["time"]?.text != nil }, "\(test.kind)")
    }
  }
}
