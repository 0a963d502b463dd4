import Foundation
import SluiceCore
import TestKit
import Testing

/// A job that follows steady changes for a while must stay as it is: memory, files and the cost of reading do not grow.
///
/// `SLUICE_SOAK_SECONDS` makes it longer.
@Suite struct SoakTests {
  private static let seconds = ProcessInfo.processInfo.environment["SLUICE_SOAK_SECONDS"].flatMap { Int($0) } ?? 60

  @Test("Under steady changes memory, files, snapshots and manifests stay bounded", arguments: ["merge-on-write", "merge-on-read"])
  func steady(mode: String) throws {
    let workload = try Workload(on: .shared(.mariadb), seed: SeededRandom.processSeed, rows: 1_000, tables: 4)
    let job = try FollowingJob(
      from: workload.database,
      [
        "sink": ["table": ["mode": .string(mode), "bucket": 2, "options": ["snapshot.num-retained.max": "30", "snapshot.time-retained": "10 s"]]],
        "settings": ["checkpointInterval": "250ms"],
      ])
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    let done = try workload.start(["--seconds", "\(Self.seconds)", "--rate", "300", "--steady"]).wait(within: .seconds(Self.seconds + 120))
    try job.waitUntilCaughtUp(process)
    process.send(SIGTERM)
    let outcome = try process.wait()
    #expect(outcome.exitCode == 0, "\(outcome)")

    let resident = try outcome.lines().compactMap { $0["residentBytes"]?.integer }.filter { $0 > 0 }
    let third = resident.count / 3
    let middle = resident[third..<2 * third].max() ?? 0
    let last = resident[(2 * third)...].max() ?? .max
    #expect(last < middle + middle / 4 + 16 << 20, "seed \(workload.seed): \(resident)")
    #expect(last < 400 << 20)
    for name in try workload.database.tables() where !name.hasPrefix("_") { try Self.expectBounded(job.lake.table(workload.database, name)) }
    try job.finish([], "seed \(workload.seed) \(done)")
    print("soak of \(Self.seconds) s, \(mode): \(last >> 20) MiB at the end, \(job.newestCheckpoint) checkpoints")
  }

  private static func expectBounded(_ table: ForeignTable) throws {
    let files = try table.files()
    let perBucket = Dictionary(grouping: files, by: \.bucket).mapValues(\.count)
    // A busy machine merges later; without merging there would be one for each of the hundreds of checkpoints.
    #expect((perBucket.values.max() ?? 0) <= 80, "\(table.folder): \(perBucket)")
    #expect(table.snapshots().count <= 80, "\(table.folder): \(table.snapshots().count) snapshots")
    let manifests = try FileManager.default.contentsOfDirectory(atPath: table.folder + "/manifest").count
    #expect(manifests <= 600, "\(table.folder): \(manifests) manifests")
    let onDisk =
      FileManager.default.enumerator(atPath: table.folder)?.allObjects.compactMap { $0 as? String }.filter { $0.hasSuffix(".parquet") } ?? []
    #expect(onDisk.count <= 400, "\(table.folder): \(onDisk.count) data files on disk")
  }
}
