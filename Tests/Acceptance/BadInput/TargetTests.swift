import Foundation
import SluiceCore
import TestKit
import Testing

@Suite struct TargetTests {
  let database: TestDatabase

  /// A table of three rows.
  init() throws {
    database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 10), (2, 20), (3, NULL)")
  }

  @Test(
    "A target with other columns is left alone, and the first difference is named",
    arguments: [
      ("ADD COLUMN b INT", ["lacks the column", "column b"]), ("DROP COLUMN a", ["one column more", "column a"]),
      ("MODIFY a VARCHAR(10)", ["column a", "INT", "not STRING"]), ("MODIFY a INT NOT NULL", ["already holds 3 rows"]),
      ("RENAME COLUMN a TO z", ["column z"]), ("DROP PRIMARY KEY, ADD PRIMARY KEY (id, a)", []),
    ], LakeFormatName.allCases)
  func otherColumns(_ change: (statement: String, words: [String]), in format: LakeFormatName) throws {
    let job = try finishedJob(format)
    try database.execute("DELETE FROM t WHERE a IS NULL; ALTER TABLE t \(change.statement)")
    try expectRefused(try another(job), change.words, job)
  }

  @Test("A column that may be NULL by now does not fit a target that has it NOT NULL", arguments: LakeFormatName.allCases)
  func looserColumn(_ format: LakeFormatName) throws {
    try database.execute("CREATE TABLE n (id INT PRIMARY KEY, a INT NOT NULL); INSERT INTO n VALUES (1, 1)")
    let first = try CopyJob(from: database, tables: ["n"], into: format)
    #expect(try first.run().exitCode == 0)
    try database.execute("ALTER TABLE n MODIFY a INT")
    let second = try CopyJob(from: database, tables: ["n"], into: format, ["sink": ["warehouse": .string(first.lake.warehouse)]])
    try second.run().expectRefused(6, .targetConflict, "\(database.name).n", "column a", "NOT NULL")
  }

  @Test("A target that holds another job's rows is left alone", arguments: LakeFormatName.allCases)
  func otherJobsRows(_ format: LakeFormatName) throws {
    let job = try finishedJob(format)
    try expectRefused(try another(job), ["already holds 3 rows", "drop it"], job)
  }

  @Test("A target that was dropped after its load is not made anew, empty", arguments: LakeFormatName.allCases)
  func droppedAfterTheLoad(_ format: LakeFormatName) throws {
    let job = try finishedJob(format)
    try FileManager.default.removeItem(atPath: job.lake.table(database, "t").folder)
    let outcome = try job.run()
    #expect(outcome.exitCode == 6, "\(outcome)")
    #expect(outcome.errors.contains("\(database.name).t") && outcome.errors.contains(job.state), "\(outcome)")
    #expect(job.lake.tables().isEmpty)
  }

  @Test("A target that was dropped during its load is not made anew, half", arguments: LakeFormatName.allCases)
  func droppedDuringTheLoad(_ format: LakeFormatName) throws {
    let load = try CrashLoad(.small(), into: format)
    try load.crash(at: "after-commit")
    let table = try #require(load.job.lake.tables().first { !$0.snapshots().isEmpty })
    try FileManager.default.removeItem(atPath: table.folder)
    let outcome = try load.job.run()
    #expect(outcome.exitCode == 6, "\(outcome)")
    #expect(outcome.errors.contains(load.job.state), "\(outcome)")
    #expect(!table.exists)
  }

  @Test("A target that lost its snapshots is not filled with the rest")
  func emptied() throws {
    let job = try finishedJob(.paimon)
    try FileManager.default.removeItem(atPath: job.lake.table(database, "t").folder + "/snapshot")
    try job.run().expectRefused(6, .targetConflict, "\(database.name).t", job.state)
  }

  @Test("A folder that is no table stands in nobody's way, a file does", arguments: LakeFormatName.allCases)
  func fileAsTable(_ format: LakeFormatName) throws {
    let job = try finishedJob(format)
    try database.execute("CREATE TABLE u (id INT PRIMARY KEY); INSERT INTO u VALUES (1)")
    let path = job.lake.table(database, "u").folder
    try "here".write(toFile: path, atomically: true, encoding: .utf8)
    let outcome = try job.run()
    #expect(outcome.exitCode == 6 && outcome.errors.contains(path), "\(outcome)")
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    #expect(try job.run().exitCode == 0)
    #expect(try job.lake.table(database, "u").count() == 1)
  }

  /// A job of the same name and lake that knows nothing of the first.
  private func another(_ job: CopyJob) throws -> CopyJob {
    try CopyJob(from: database, into: job.lake.format, ["sink": ["warehouse": .string(job.lake.warehouse)]])
  }

  /// A job that has copied the table.
  private func finishedJob(_ format: LakeFormatName) throws -> CopyJob {
    let job = try CopyJob(from: database, into: format)
    let outcome = try job.run()
    try #require(outcome.exitCode == 0, "\(outcome)")
    return job
  }

  private func expectRefused(_ other: CopyJob, _ words: [String], _ job: CopyJob) throws {
    let before = job.lake.contents()
    let outcome = try other.run()
    outcome.expectRefused(6, .targetConflict, "\(database.name).t")
    // The formats spell types in their own ways.
    for word in words { #expect(outcome.errors.lowercased().contains(word.lowercased()), "\(word) is not in \(outcome)") }
    #expect(job.lake.contents() == before)
    // The first job still has its table.
    #expect(try job.lake.table(database, "t").rows(keys: ["id"]).rows == [[1, 10], [2, 20], [3, nil]])
  }
}
