import TestKit
import Testing

@Suite struct NameLimitTests {
  @Test(
    "A column name that Paimon keeps for itself is refused by name, before anything is made",
    arguments: ["_SEQUENCE_NUMBER", "_VALUE_KIND", "_KEY_id"])
  func systemColumns(_ name: String) throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, \(name) INT)")
    let job = try CopyJob(from: database)
    let plan = try job.command("plan")
    #expect(plan.exitCode == 2 && plan.errors.contains(name), "\(plan)")
    let outcome = try job.run()
    #expect(outcome.exitCode == 6, "\(outcome)")
    #expect(outcome.errorKind == "target-conflict")
    #expect(outcome.errors.contains(name))
    #expect(!job.lake.table(database, "t").exists)
  }

  @Test("A table name that cannot be a folder is refused by name", arguments: ["a/b", "a$b", ".hidden", "..", "back\\slash"])
  func tableNames(_ name: String) throws {
    let database = try TestDatabase(on: .mysql)
    try database.execute("CREATE TABLE `\(name)` (id INT PRIMARY KEY); INSERT INTO `\(name)` VALUES (1)")
    let job = try CopyJob(from: database)
    let outcome = try job.run()
    #expect(outcome.exitCode == 2, "\(outcome)")
    #expect(outcome.errors.contains(name), "\(outcome)")
    #expect(job.lake.tables().isEmpty)
  }
}
