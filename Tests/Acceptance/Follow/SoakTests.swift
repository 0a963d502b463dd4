import Foundation
import SluiceCore
import TestKit
import Testing

/// A job that follows steady changes for a while must stay as it is: memory, files and the cost of reading do not grow.
///
/// `SLUICE_SOAK_SECONDS` makes it longer.
@Suite struct SoakTests {
  enum Case: String, CaseIterable, CustomTestStringConvertible {
    case paimonMergeOnWrite = "paimon merge-on-write"
    case paimonMergeOnRead = "paimon merge-on-read"
    case icebergMergeOnWrite = "iceberg merge-on-write"
    case icebergEqualityDeletes = "iceberg equality-deletes"

    var testDescription: String { rawValue }
    var format: LakeFormatName { rawValue.hasPrefix("paimon") ? .paimon : .iceberg }

    var spec: SpecValue {
      let mode = SpecValue.string(rawValue.split(separator: " ").last.map(String.init) ?? "")
      let history: SpecValue =
        format == .paimon
        ? ["snapshot.num-retained.max": "30", "snapshot.time-retained": "10 s"]
        : ["sluice.history.max-snapshots": "30", "history.expire.max-snapshot-age-ms": "10000"]
      return ["sink": ["table": ["mode": mode, "bucket": 2, "options": history]], "settings": ["checkpointInterval": "250ms"]]
    }
  }

  private static let seconds = ProcessInfo.processInfo.environment["SLUICE_SOAK_SECONDS"].flatMap { Int($0) } ?? 60

  @Test("Under steady changes memory, files, snapshots and manifests stay bounded", arguments: Case.allCases)
  func steady(_ test: Case) throws {
    let workload = try Workload(on: .shared(.mariadb), seed: SeededRandom.processSeed, rows: 1_000, tables: 4)
    let job = try FollowingJob(from: workload.database, into: test.format, test.spec)
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
    print("soak of \(Self.seconds) s, \(test.rawValue): \(last >> 20) MiB at the end, \(job.newestCheckpoint) checkpoints")
  }

  private static func expectBounded(_ table: ForeignTable) throws {
    let files = try table.files()
    let perBucket = Dictionary(grouping: files, by: \.bucket).mapValues(\.count)
    // A busy machine merges later; without merging there would be one for each of the hundreds of checkpoints.
    #expect((perBucket.values.max() ?? 0) <= 80, "\(table.folder): \(perBucket)")
    #expect(table.snapshots().count <= 80, "\(table.folder): \(table.snapshots().count) snapshots")
    let folder = table.folder + (table.format == .paimon ? "/manifest" : "/metadata")
    let manifests = try FileManager.default.contentsOfDirectory(atPath: folder).count
    #expect(manifests <= 600, "\(table.folder): \(manifests) manifests")
    let onDisk =
      FileManager.default.enumerator(atPath: table.folder)?.allObjects.compactMap { $0 as? String }.filter { $0.hasSuffix(".parquet") } ?? []
    #expect(onDisk.count <= 400, "\(table.folder): \(onDisk.count) data files on disk")
  }
}
