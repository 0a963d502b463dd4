import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

/// Changes of Iceberg tables, judged by readers of others.
@Suite struct IcebergChangeTests {
  /// Iceberg knows no keys of floating-point numbers.
  static let shapes = KeyShape.all.filter { !$0.columns.contains { $0.type == .float64 || $0.type == .float32 } }

  @Test("whatever changes come, all readers see exactly the rows that are left", arguments: IcebergLayoutCase.all, [false, true])
  func randomChanges(layout: IcebergLayoutCase, isPartitioned: Bool) throws {
    let seed = SeededRandom.processSeed
    // Vectors get every form of key, the others two of different length.
    let shapes = layout.formatVersion == 3 && layout.mode == "merge-on-write" && !isPartitioned ? Self.shapes : [KeyShape.all[4], KeyShape.all[8]]
    for shape in shapes {
      let model = try ChangeModel(shape, buckets: isPartitioned ? 2 : 3, isPartitioned: isPartitioned, iceberg: layout, seed: seed)
      try model.load(250)
      for round in 1...2 {
        for _ in 0..<Int.random(in: 1...3, using: &model.random) {
          try model.change(60)
          if Bool.random(using: &model.random) { try model.relieve() }
        }
        try model.commit(try model.prepare())
        if round == 1, Bool.random(using: &model.random) { try model.makeWriters() }
      }
      try model.check("\(shape), seed \(seed)")
    }
  }

  @Test("a table that begins empty is filled by changes alone, and emptied by them", arguments: IcebergLayoutCase.all)
  func empty(layout: IcebergLayoutCase) throws {
    let model = try ChangeModel(KeyShape.all[1], buckets: 2, isPartitioned: false, iceberg: layout, seed: 4)
    try model.change(50)
    try model.commit(try model.prepare())
    try model.check()
    try model.write(model.batch(model.rows.keys.map { ($0, .delete) }))
    try model.commit(try model.prepare())
    #expect(model.rows.isEmpty)
    try model.check()
  }

  @Test("a table that is copied anew or truncated holds nothing of before", arguments: IcebergLayoutCase.all)
  func replaced(layout: IcebergLayoutCase) throws {
    let model = try ChangeModel(KeyShape.all[4], buckets: 2, isPartitioned: true, iceberg: layout, seed: 5)
    try model.load(200)
    try model.change(80)
    try model.commit(try model.prepare())
    try model.reload(150)
    try model.change(80)
    try model.commit(try model.prepare())
    try model.check("copied anew")
    try model.truncate()
    try model.check("truncated")
    try model.change(40)
    try model.commit(try model.prepare())
    try model.check("filled again")
  }

  @Test("maintenance beside changes loses and doubles nothing, and files stay few", arguments: IcebergLayoutCase.all)
  func maintenance(layout: IcebergLayoutCase) throws {
    let model = try ChangeModel(KeyShape.all[8], buckets: 2, isPartitioned: false, iceberg: layout, seed: SeededRandom.processSeed)
    try model.load(300)
    let maintenance = try model.maintenance()
    for round in 1...30 {
      try model.change(30)
      let hasWork = round.isMultiple(of: 4) ? try maintenance.prepare { false } : false
      // What dies between the two parts dies in the merged files.
      try model.commit(try model.prepare())
      if hasWork { try maintenance.publish(checkpoint: model.checkpoint) }
      if round.isMultiple(of: 10) { try model.check("round \(round)") }
    }
    if try maintenance.prepare(isCancelled: { false }) { try maintenance.publish(checkpoint: model.checkpoint) }
    try model.check("at the end")
    let summary = try model.fixture.open().summary()
    #expect(summary.fileCount < 25, "\(summary)")
    #expect(summary.properties["position"] != nil)
    try model.removeOrphans()
    try model.check("without orphans")
  }

  @Test("changes of a table whose history is not complete wait unseen, and are merged in", arguments: IcebergLayoutCase.all)
  func notAligned(layout: IcebergLayoutCase) throws {
    let fixture = try TableFixture(buckets: 2, plugin: IcebergPlugin.self, mode: layout.mode, table: layout.options)
    try fixture.commit([TableFixture.batch(Array(0..<100))], checkpoint: 1)
    let changes = TableFixture.batch([5, 6, 200], name: "u", sequence: 10, kinds: [.updateAfter, .delete, .insert])
    try fixture.commit([changes], checkpoint: 2, origin: .stream)
    try fixture.commit([TableFixture.batch([200], name: "v", sequence: 11, kinds: [.updateAfter])], checkpoint: 3, origin: .stream)
    // The page with row 6 is read after its deletion was.
    try fixture.commit([TableFixture.batch(Array(100..<150))], checkpoint: 4, origin: .snapshot(range: 1, isOrdered: true))
    #expect(try fixture.rows().count == 150)
    let committer = try fixture.open().makeCommitter()
    #expect(try committer.removeOrphans(keeping: []) == 0)
    try committer.consolidate(checkpoint: 4, memory: 16 << 20)
    try committer.consolidate(checkpoint: 4, memory: 16 << 20)
    #expect(try committer.removeOrphans(keeping: []) == 0)
    let rows = try fixture.rows(columns: ["id", "name"])
    #expect(rows.count == 150 && rows.contains("5|u-5") && !rows.contains { $0.hasPrefix("6|") } && rows.contains("200|v-200"))
    try layout.check(fixture, ["id", "name"], rows)
    #expect(try committer.lastCommitted() == 4)
  }

  @Test("another engine's append stays, and its rows are replaced by changes of their keys")
  func foreignAppend() throws {
    let layout = IcebergLayoutCase.positions
    let fixture = try TableFixture(
      buckets: 2, plugin: IcebergPlugin.self, mode: layout.mode, table: layout.options,
      catalog: { ["type": .string("sql"), "uri": .string($0.path + "/catalog.db")] })
    let table = try fixture.open()
    try fixture.commit([TableFixture.batch([1, 2, 5])], checkpoint: 1)
    let writer = try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
    try TableFixture.write([TableFixture.batch([5], name: "u", sequence: 2)], to: table, writer, origin: .stream)
    let prepared = try writer.prepareCommit()
    // Between the hand-over and its commit.
    try Self.append([9, 8, 1], to: fixture)
    let committer = try table.makeCommitter()
    try committer.commit(prepared, checkpoint: 2, properties: [:])
    var rows = try fixture.rows(columns: ["id", "name"])
    #expect(rows == ["1|f-1", "1|n-1", "2|n-2", "5|u-5", "8|f-8", "9|f-9"])
    try layout.check(fixture, ["id", "name"], rows)
    try TableFixture.write(
      [TableFixture.batch([1, 8], name: "w", sequence: 3, kinds: [.updateAfter, .delete])], to: table, writer, origin: .stream)
    try committer.commit(try writer.prepareCommit(), checkpoint: 3, properties: [:])
    rows = try fixture.rows(columns: ["id", "name"])
    #expect(rows == ["1|w-1", "2|n-2", "5|u-5", "9|f-9"])
    try layout.check(fixture, ["id", "name"], rows)
  }

  /// pyiceberg adds rows of these ids to a table of an SQL catalog.
  private static func append(_ ids: [Int], to fixture: TableFixture) throws {
    let rows = ids.map { SpecValue(["id": .integer($0), "name": .string("f-\($0)"), "day": .integer($0 % 3)]) }
    let catalog: SpecValue = ["uri": .string("sqlite:///" + fixture.folder.path + "/catalog.db"), "warehouse": .string(fixture.folder.path)]
    _ = try LakeReader.shared.ask(
      "iceberg", ["do": "append", "catalog": catalog, "table": "shop.orders", "rows": .array(rows)])
  }
}
