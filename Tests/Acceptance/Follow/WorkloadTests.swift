import SluiceCore
import TestKit
import Testing

/// A busy database is copied and followed at once, and lake and source are the same in the end.
@Suite struct WorkloadTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let product: DatabaseServer.Product
    var format = LakeFormatName.paimon
    let mode: String
    var formatVersion: Int?
    let seed: UInt64

    var testDescription: String { "\(format) \(mode) \(formatVersion.map { "v\($0) " } ?? "")from \(product), seed \(seed)" }

    static let all = paimon + iceberg

    private static let paimon = DatabaseServer.Product.allCases.flatMap { product in
      ["merge-on-write", "merge-on-read"].enumerated().flatMap { number, mode in
        (0..<2).map { Case(product: product, mode: mode, seed: SeededRandom.processSeed &* 10 &+ UInt64(number * 2 + $0)) }
      }
    }

    private static let iceberg = [
      Case(product: .mariadb, format: .iceberg, mode: "merge-on-write", formatVersion: 3, seed: SeededRandom.processSeed),
      Case(product: .mysql, format: .iceberg, mode: "merge-on-write", formatVersion: 2, seed: SeededRandom.processSeed &+ 1),
      Case(product: .mariadb, format: .iceberg, mode: "equality-deletes", formatVersion: 3, seed: SeededRandom.processSeed &+ 2),
    ]

    var spec: SpecValue {
      let table: SpecValue = ["sink": ["table": ["mode": .string(mode), "bucket": 2]]]
      let version: SpecValue = formatVersion.map { ["sink": ["table": ["formatVersion": .integer($0)]]] } ?? [:]
      return format.sink.merging(table).merging(version)
    }
  }

  @Test("Rows that change during and after the copy arrive exactly", arguments: Case.all)
  func rows(_ test: Case) throws {
    let workload = try Workload(on: .shared(test.product), seed: test.seed, rows: 400)
    let job = try FollowingJob(from: workload.database, test.spec)
    let changes = try workload.start(["--operations", "1200"])
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    let done = try changes.wait()
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    try job.finish([], "\(test.testDescription) \(done)")
    if test.mode == "merge-on-write" {
      for table in job.lake.tables() { #expect(try table.files().allSatisfy(\.isRawConvertible), "\(table.folder)") }
    }
  }

  @Test("Rows and definitions that change during and after the copy arrive exactly", arguments: Case.all)
  func rowsAndDefinitions(_ test: Case) throws {
    let workload = try Workload(on: .shared(test.product), seed: test.seed &+ 1_000_000, rows: 100)
    let job = try FollowingJob(from: workload.database, FollowingJob.applyingAll.merging(test.spec))
    let changes = try workload.start(["--operations", "800", "--statements-every", "12"])
    let process = try job.start()
    let done = try changes.wait()
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    try job.finish([], "\(test.testDescription) \(done)")
  }

  @Test("A job that is started now and then catches up with rows and definitions", arguments: DatabaseServer.Product.allCases)
  func interrupted(_ product: DatabaseServer.Product) throws {
    let workload = try Workload(on: .shared(product), seed: SeededRandom.processSeed, rows: 50)
    let job = try FollowingJob(from: workload.database, FollowingJob.applyingAll)
    for round in 0..<5 {
      try job.expectAligned([], "round \(round)")
      try workload.run(operations: 150, statementsEvery: 9)
    }
    try job.finish([], "seed \(workload.seed)")
  }
}
