import Foundation
import SluiceCore
import TestKit
import Testing

@Suite struct WarehouseTests {
  let database: TestDatabase

  init() throws {
    database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
  }

  @Test("A file in the place of the warehouse is named", arguments: LakeFormatName.allCases)
  func fileAsWarehouse(_ format: LakeFormatName) throws {
    let job = try CopyJob(from: database, into: format)
    try "here".write(toFile: job.lake.warehouse, atomically: true, encoding: .utf8)
    try job.run().expectRefused(6, .storageFailed, job.lake.warehouse, "Not a directory")
    #expect(try String(contentsOfFile: job.lake.warehouse, encoding: .utf8) == "here")
  }

  @Test("A file in the place of the state folder is named, and nothing is begun")
  func fileAsState() throws {
    let job = try CopyJob(from: database)
    try "here".write(toFile: job.state, atomically: true, encoding: .utf8)
    let outcome = try job.run()
    #expect(outcome.exitCode == 6 && outcome.errors.contains(job.state), "\(outcome)")
    job.expectUntouchedLake()
  }

  @Test(
    "A warehouse that is mounted read-only is refused", .enabled(if: MountedDisk.isPossible, "only root may mount"),
    arguments: LakeFormatName.allCases)
  func readOnlyWarehouse(_ format: LakeFormatName) throws {
    let disk = try MountedDisk(megabytes: 1)
    try disk.makeReadOnly()
    let job = try CopyJob(from: database, into: format, ["sink": ["warehouse": .string(disk.path + "/lake")]])
    try job.run().expectRefused(6, .storageDenied, disk.path, "Read-only file system", "writable")
    let check = try job.command("check")
    #expect(check.exitCode == 6 && check.output.contains("Read-only file system"), "\(check)")
  }

  @Test("A state folder that is mounted read-only is refused, and nothing is begun", .enabled(if: MountedDisk.isPossible, "only root may mount"))
  func readOnlyState() throws {
    let disk = try MountedDisk(megabytes: 1)
    try disk.makeReadOnly()
    let job = try CopyJob(from: database, ["state": .string(disk.path + "/state")])
    try job.run().expectRefused(6, .storageDenied, disk.path)
    let check = try job.command("check")
    #expect(check.exitCode == 6 && check.output.contains(disk.path), "\(check)")
    job.expectUntouchedLake()
  }
}
