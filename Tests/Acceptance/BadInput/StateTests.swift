import Foundation
import SluiceCore
import TestKit
import Testing

@Suite struct StateTests {
  @Test("A second run with the same state is refused, names the process that has it, and disturbs nothing", arguments: LakeFormatName.allCases)
  func twoRuns(_ format: LakeFormatName) throws {
    let load = try CrashLoad(.large(), into: format, CrashLoad.ofSeconds)
    let first = try load.job.start()
    try load.waitForCheckpoint(1, of: first)
    try load.job.run().expectRefused(7, .jobLocked, load.job.state, "process \(first.identifier)")
    let outcome = try first.wait()
    #expect(outcome.exitCode == 0, "\(outcome)")
    try load.expectExact()
  }

  @Test("The state of another job is refused")
  func otherJob() throws {
    let (_, job) = try Self.finishedJob()
    let before = job.lake.contents()
    try job.write(job.spec.merging(["job": "other"]))
    try job.run().expectRefused(7, .stateForeign, "belongs to the job copy, not to other", job.state)
    #expect(job.lake.contents() == before)
  }

  @Test("The state of a job that copied its tables to elsewhere is refused", arguments: LakeFormatName.allCases)
  func otherTarget(_ format: LakeFormatName) throws {
    let (database, job) = try Self.finishedJob(into: format)
    let before = job.lake.contents()
    try job.write(job.spec.merging(["sink": ["database": "elsewhere"]]))
    try job.run().expectRefused(7, .stateForeign, "\(database.name).t", "elsewhere.t")
    #expect(job.lake.contents() == before)
  }

  @Test("A checkpoint that is damaged is told, never overlooked", arguments: ["a flipped bit", "a cut", "nothing left", "another length"])
  func damage(_ kind: String) throws {
    let (database, job) = try Self.finishedJob()
    let before = job.lake.contents()
    let newest = try #require(try Self.checkpoints(of: job).last)
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: newest)))
    switch kind {
    case "a flipped bit": bytes[bytes.count / 2] ^= 1
    case "a cut": bytes.removeLast(bytes.count / 3)
    case "nothing left": bytes = []
    default: bytes.append(0x20)
    }
    try Data(bytes).write(to: URL(filePath: newest))
    try job.run().expectRefused(7, .stateDamaged, newest)
    let check = try job.command("check")
    #expect(check.exitCode == 7 && check.output.contains(newest), "\(check)")
    #expect(job.lake.contents() == before)
    #expect(try job.lake.table(database, "t").count() == 3)
  }

  @Test("A state of a newer layout is refused")
  func newerLayout() throws {
    let (_, job) = try Self.finishedJob()
    let newest = try #require(try Self.checkpoints(of: job).last)
    let text = try String(contentsOfFile: newest, encoding: .utf8).replacing(#/^sluice-checkpoint \d+ /#, with: "sluice-checkpoint 99 ")
    try text.write(toFile: newest, atomically: true, encoding: .utf8)
    try job.run().expectRefused(7, .stateForeign, "newer version", newest)
  }

  @Test("A job that is finished finds nothing to do and changes nothing", arguments: LakeFormatName.allCases)
  func finished(_ format: LakeFormatName) throws {
    let (database, job) = try Self.finishedJob(into: format)
    let before = job.lake.table(database, "t").snapshots()
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(job.lake.table(database, "t").snapshots() == before)
  }

  private static func finishedJob(into format: LakeFormatName = .paimon) throws -> (TestDatabase, CopyJob) {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3)")
    let job = try CopyJob(from: database, into: format)
    let outcome = try job.run()
    try #require(outcome.exitCode == 0, "\(outcome)")
    return (database, job)
  }

  /// The checkpoint files, oldest first.
  private static func checkpoints(of job: CopyJob) throws -> [String] {
    let numbers = try FileManager.default.contentsOfDirectory(atPath: job.state).compactMap { name in
      name.hasPrefix("checkpoint-") ? Int(name.dropFirst(11)) : nil
    }
    return numbers.sorted().map { "\(job.state)/checkpoint-\($0)" }
  }
}
