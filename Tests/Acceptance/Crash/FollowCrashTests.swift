import SluiceCore
import TestKit
import Testing

@Suite struct FollowCrashTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let product: DatabaseServer.Product
    let format: LakeFormatName
    let mode: String
    let seed: UInt64

    var testDescription: String { "\(format) \(mode) from \(product), seed \(seed)" }

    static let all = [
      (DatabaseServer.Product.mariadb, LakeFormatName.paimon, "merge-on-write"), (.mysql, .paimon, "merge-on-write"),
      (.mariadb, .paimon, "merge-on-read"), (.mysql, .paimon, "merge-on-write"), (.mariadb, .iceberg, "merge-on-write"),
      (.mysql, .iceberg, "equality-deletes"),
    ]
    .enumerated().map { Case(product: $1.0, format: $1.1, mode: $1.2, seed: SeededRandom.processSeed &* 100 &+ UInt64($0)) }
  }

  @Test(
    "A job that is killed at random moments, again and again, while rows and definitions change ends with exactly the source", arguments: Case.all)
  func randomMoments(_ test: Case) throws {
    var random = SeededRandom(seed: test.seed)
    let crash = try FollowCrash(on: test.product, seed: test.seed, test.format.sink.merging(["sink": ["table": ["mode": .string(test.mode)]]]))
    let changes = try crash.startChanges()
    for _ in 0..<9 {
      // Some are killed at once in their recovery, others after a while.
      let checkpoints = Int.random(in: 0...4, using: &random)
      try crash.crash(afterCheckpoints: checkpoints, processorSeconds: .random(in: 0...0.25, using: &random))
    }
    try crash.finish(changes)
  }

  private static let points = [
    "before-checkpoint", "before-checkpoint:4", "after-checkpoint", "after-checkpoint:5", "after-take", "after-take:3", "after-commit",
    "after-commit:7", "after-schema-change", "after-schema-change:2", "after-evolve", "after-settling",
  ]

  /// Iceberg has the points that lie within the format's own work.
  private static let pointsOfFormats =
    points.map { ($0, LakeFormatName.paimon) }
    + ["after-checkpoint:5", "after-commit:7", "after-evolve", "after-settling"].map { ($0, LakeFormatName.iceberg) }

  @Test(
    "A job that is killed at a named point while rows and definitions change goes on and ends with exactly the source", arguments: pointsOfFormats)
  func namedPoints(_ point: String, into format: LakeFormatName) throws {
    let crash = try FollowCrash(on: .mariadb, seed: SeededRandom.processSeed, isAligned: point != "after-settling", format.sink)
    let changes = try crash.startChanges(statementsEvery: 8)
    try crash.crash(at: point)
    if point != "after-settling" { try crash.crash(at: point) }
    try crash.crash(at: "before-checkpoint")
    try crash.finish(changes)
  }

  @Test(
    "A job on a slow disk that is killed before any durable step while rows and definitions change ends with exactly the source",
    arguments: DatabaseServer.Product.allCases)
  func durableSteps(_ product: DatabaseServer.Product) throws {
    var random = SeededRandom(seed: SeededRandom.processSeed)
    let crash = try FollowCrash(on: product, seed: SeededRandom.processSeed)
    let changes = try crash.startChanges(statementsEvery: 15)
    for _ in 0..<8 {
      // Some fall into the recovery from the one before.
      let last = Bool.random(using: &random) ? 40 : 400
      try crash.crash(beforeStep: .random(in: 1...last, using: &random))
    }
    try crash.finish(changes)
  }

  @Test(
    "Maintenance that is killed between its steps does no harm", arguments: ["after-prepare", "after-publish", "after-publish:2"],
    [(LakeFormatName.paimon, "merge-on-write"), (.paimon, "merge-on-read"), (.iceberg, "merge-on-write")])
  func maintenance(_ point: String, layout: (format: LakeFormatName, mode: String)) throws {
    let crash = try FollowCrash(
      on: .mariadb, seed: SeededRandom.processSeed, layout.format.sink.merging(["sink": ["table": ["mode": .string(layout.mode)]]]))
    let changes = try crash.startChanges(statementsEvery: 0)
    try crash.crash(at: point)
    try crash.crash(at: point)
    try crash.finish(changes)
  }

  @Test(
    "A statement that is applied and then forgotten by a crash is applied once",
    arguments: ["add_column", "drop_column", "rename_column", "widen", "create", "drop", "truncate", "rename", "create_as"])
  func statements(_ kind: String) throws {
    let crash = try FollowCrash(on: .mysql, seed: SeededRandom.processSeed)
    let changes = try crash.startChanges(
      statementsEvery: 6, kinds: kind == "create" || kind == "add_column" ? [kind] : ["create", "add_column", kind])
    try crash.crash(at: "after-schema-change")
    try crash.crash(at: "after-schema-change:2")
    try crash.finish(changes)
  }
}
