import TestKit
import Testing

@Suite struct CrashPointTests {
  /// Where a load may be broken off, and how often the point is passed before.
  private static let points = [
    "after-first-state", "after-table", "after-table:4", "before-checkpoint", "after-checkpoint", "after-commit", "after-commit:3", "after-commit:6",
    "after-consolidation", "after-consolidation:2", "after-consolidation:7", "after-settling",
  ]

  @Test("A load that is killed at a named point goes on and ends exact", arguments: points, LakeFormatName.allCases)
  func once(at point: String, into format: LakeFormatName) throws {
    let load = try CrashLoad(.small(), into: format)
    try load.crash(at: point)
    try load.finish(point)
  }

  @Test(
    "A recovery that is killed is repeated and ends exact",
    arguments: ["after-recovered-commit", "after-recovered-commit:2", "after-cleanup", "after-cleanup:3", "before-checkpoint"],
    LakeFormatName.allCases)
  func recovery(at point: String, into format: LakeFormatName) throws {
    let load = try CrashLoad(.small(), into: format)
    try load.crash(at: "after-checkpoint")
    try load.crash(at: point)
    try load.crash(at: point)
    try load.finish(point)
  }

  @Test("A load that is killed at its second checkpoint goes on and ends exact", arguments: ["before-checkpoint:2", "after-checkpoint:2"])
  func second(at point: String) throws {
    let load = try CrashLoad(.large())
    try load.crash(at: point)
    try load.finish(point)
  }

  @Test("A run that is killed again and again at its first commit still ends exact")
  func again() throws {
    let load = try CrashLoad(.large(), ["settings": ["memory": "8MiB"]])
    var crashes = 0
    while crashes < 6, try load.reaches("after-commit") { crashes += 1 }
    // A fast machine has read all after a few checkpoints, and then has nothing left to commit.
    #expect(crashes >= 2)
    try load.finish()
  }
}
