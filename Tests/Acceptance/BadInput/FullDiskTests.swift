import SluiceCore
import TestKit
import Testing

@Suite(.enabled(if: MountedDisk.isPossible, "only root may mount"))
struct FullDiskTests {
  @Test("A warehouse that gets full ends the run; with more room the next run finishes the load", arguments: LakeFormatName.allCases)
  func fullWarehouse(_ format: LakeFormatName) throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      """
      CREATE TABLE a (id INT PRIMARY KEY, noise VARBINARY(200));
      INSERT INTO a SELECT n, UNHEX(CONCAT(SHA2(n, 512), SHA2(-n, 512), SHA2(n + 0.5, 512))) FROM \(TestDatabase.numbers(below: 60_000));
      CREATE TABLE b (noise VARBINARY(200));
      INSERT INTO b SELECT noise FROM a WHERE id < 20000;
      """)
    let disk = try MountedDisk(megabytes: 8)
    let job = try CopyJob(
      from: database, into: format, ["sink": ["warehouse": .string(disk.path + "/lake")], "settings": ["checkpointInterval": "100ms"]])
    for _ in 0..<2 {
      try job.run().expectRefused(6, .storageFull, disk.path, "No space left on device", "Free space")
    }
    try disk.resize(megabytes: 80)
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    let lake = Lake(warehouse: disk.path + "/lake", format: format)
    for (name, keys) in [("a", ["id"]), ("b", [])] {
      let table = lake.table(database, name)
      let comparison = try table.compare(with: name, in: database, keys: keys)
      #expect(comparison.isEqual, "\(name): \(comparison)")
      #expect(try table.references().isExact)
    }
    #expect(lake.unfinishedFiles() == [])
  }

  @Test("A state folder on a full disk ends the run before anything is made")
  func fullStateAtTheStart() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1)")
    let disk = try MountedDisk(megabytes: 1)
    let job = try CopyJob(from: database, ["state": .string(disk.path + "/state")])
    try disk.fill()
    try job.run().expectRefused(6, .storageFull, disk.path, "No space left on device")
    job.expectUntouchedLake()
    try disk.clear()
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
  }

  @Test("A state folder that gets full ends the run; with room again the next run finishes the load")
  func fullStateOnTheWay() throws {
    let disk = try MountedDisk(megabytes: 1)
    let load = try CrashLoad(.large(), CrashLoad.ofSeconds.merging(["state": .string(disk.path + "/state")]))
    let process = try load.job.start()
    try load.waitForCheckpoint(1, of: process)
    try disk.fill()
    try process.wait().expectRefused(6, .storageFull, disk.path, "No space left on device")
    try disk.clear()
    try load.finish()
  }
}
