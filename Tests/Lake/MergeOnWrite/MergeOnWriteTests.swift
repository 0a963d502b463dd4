import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

@Suite struct MergeOnWriteTests {
  struct Layout: Sendable, CustomTestStringConvertible {
    let buckets: Int
    let isPartitioned: Bool

    var testDescription: String { "\(buckets) buckets\(isPartitioned ? ", partitions" : "")" }
  }

  static let layouts = [Layout(buckets: 3, isPartitioned: false), Layout(buckets: 2, isPartitioned: true)]

  @Test("whatever changes come, both foreign readers see exactly the rows that are left, and merge nothing", arguments: KeyShape.all, layouts)
  func randomChanges(shape: KeyShape, layout: Layout) throws {
    let seed = SeededRandom.processSeed
    let model = try ChangeModel(shape, buckets: layout.buckets, isPartitioned: layout.isPartitioned, seed: seed)
    try model.load(250)
    try model.check("after the load, seed \(seed)")
    for round in 1...5 {
      for _ in 0..<Int.random(in: 1...3, using: &model.random) {
        try model.change(60)
        if Bool.random(using: &model.random) { try model.relieve() }
      }
      if Int.random(in: 0..<4, using: &model.random) == 0 { try model.change(1) }
      try model.commit(try model.prepare())
      try model.check("round \(round), seed \(seed)")
      if Bool.random(using: &model.random) { try model.makeWriters() }
    }
    #expect(try model.fixture.foreign.references().isExact)
  }

  @Test("an index that stays in memory serves as well")
  func withoutScratch() throws {
    let model = try ChangeModel(KeyShape.all[4], buckets: 1, isPartitioned: false, hasScratch: false, seed: 3)
    try model.load(200)
    for round in 1...4 {
      try model.change(100)
      if round % 2 == 0 { try model.relieve() }
      try model.commit(try model.prepare())
      try model.check()
    }
  }

  @Test("a table that begins empty is filled by changes alone")
  func empty() throws {
    let model = try ChangeModel(KeyShape.all[1], buckets: 2, isPartitioned: false, seed: 4)
    try model.change(50)
    try model.commit(try model.prepare())
    try model.check()
    try model.write(model.batch(model.rows.keys.map { ($0, .delete) }))
    try model.commit(try model.prepare())
    #expect(model.rows.isEmpty)
    try model.check()
    try model.change(80)
    try model.commit(try model.prepare())
    try model.check()
  }

  @Test("changes of a table whose history is not complete wait at level 0, and are merged in")
  func notAligned() throws {
    let fixture = try TableFixture(buckets: 2, mode: "merge-on-write")
    try fixture.commit([TableFixture.batch(Array(0..<100))], checkpoint: 1)
    try fixture.commit([TableFixture.batch([5, 6], name: "u", sequence: 10, kinds: [.updateAfter, .delete])], checkpoint: 2, origin: .stream)
    #expect(try fixture.foreign.count(by: .rust) == 100)
    let table = try fixture.open()
    let writer = try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
    try TableFixture.write([TableFixture.batch(Array(0..<20), sequence: 13)], to: table, writer, origin: .stream)
    // Rows at level 0 have no place in the index.
    #expect(throws: SluiceError.self) { try writer.prepareCommit() }
    writer.abandon()
    try fixture.open().makeCommitter().consolidate(checkpoint: 2, memory: 64 << 20)
    #expect(try fixture.foreign.count(by: .rust) == 99 && fixture.foreign.count(by: .pypaimon) == 99)
    #expect(try fixture.foreign.files().allSatisfy { $0.level == 1023 && $0.isRawConvertible })
  }

  @Test("a table can be made to merge when it is read")
  func mode() throws {
    for (mode, options, isOn) in [
      ("merge-on-write", [:], true), ("merge-on-read", [:], false), ("merge-on-write", ["deletion-vectors.enabled": "false"], false),
    ] {
      let fixture = try TableFixture(options: options, mode: mode)
      _ = try fixture.open()
      #expect(try fixture.foreign.schema()["options"]?["deletion-vectors.enabled"]?.text == (isOn ? "true" : options.isEmpty ? nil : "false"))
    }
    let append = try TableFixture(key: [], mode: "merge-on-write")
    _ = try append.open()
    #expect(try append.foreign.schema()["options"]?["deletion-vectors.enabled"] == nil)
  }
}
