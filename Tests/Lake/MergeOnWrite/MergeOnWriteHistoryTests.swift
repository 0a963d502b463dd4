import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// What happens to a table over its life: new columns, new copies, expired snapshots, much data.
@Suite struct MergeOnWriteHistoryTests {
  private func write(_ batches: [ChangeBatch], to table: any LakeTable, checkpoint: CheckpointID, scratch: TemporaryFolder) throws {
    let writer = try table.makeWriter(
      TableWriterOptions(label: "\(checkpoint)", targetFileSize: 1 << 20, isAligned: true, scratch: scratch.path))
    try TableFixture.write(batches, to: table, writer, origin: .stream)
    try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: [:])
  }

  private func judge(_ fixture: TableFixture) throws -> ForeignTable.Rows {
    let python = try fixture.foreign.rows(by: .pypaimon, keys: ["id"])
    let rust = try fixture.foreign.rows(by: .rust, keys: ["id"])
    #expect(python.columns == rust.columns && python.rows == rust.rows)
    #expect(try fixture.rows().count == python.count)
    #expect(try fixture.foreign.files().allSatisfy(\.isRawConvertible))
    return python
  }

  @Test("files of older schemas keep their place in the index, and constants reach all readers with the next round of maintenance")
  func evolution() throws {
    let scratch = try TemporaryFolder()
    let fixture = try TableFixture(buckets: 2, mode: "merge-on-write")
    try fixture.commit([TableFixture.batch(Array(0..<100))], checkpoint: 1)
    var table = try fixture.open()
    try write([TableFixture.batch([1, 2, 200], name: "u", sequence: 5)], to: table, checkpoint: 2, scratch: scratch)
    table = try table.evolve([
      .addColumn(.init(name: "size", type: .int32, isNullable: true), .first, fill: "7"), .dropColumn("price"),
      .renameColumn(from: "name", to: "title"),
    ])
    let rows = TableFixture.batch([1, 3, 4, 201], name: "v", sequence: 9, kinds: [.updateAfter, .updateAfter, .delete, .insert])
    let sizes = TableFixture.batch([0, 1, 2, 3]).rows.columns[4]
    let columns = [sizes, rows.rows.columns[0], rows.rows.columns[1], rows.rows.columns[3], rows.rows.columns[4]]
    try write([rows.replacingRows(Batch(columns: columns, rowCount: 4))], to: table, checkpoint: 3, scratch: scratch)
    #expect(table.columns.map(\.name) == ["size", "id", "title", "made", "day"])
    let before = try judge(fixture)
    #expect(before.count == 101 && before.columns == table.columns.map(\.name))
    #expect(before.values(of: "title").prefix(3) == ["n-0", "v-1", "u-2"])

    let maintenance = try table.makeMaintenance(
      MaintenanceOptions(label: "m", targetFileSize: 1 << 20, memory: 16 << 20, scratch: scratch.path))
    while try maintenance.prepare(isCancelled: { false }) { try maintenance.publish(checkpoint: 3) }
    let after = try judge(fixture)
    #expect(after.values(of: "title") == before.values(of: "title"))
    #expect(after.values(of: "size").prefix(4) == [7, 0, 7, 1])
    let writer = try table.makeWriter(TableWriterOptions(label: "x", targetFileSize: 1 << 20, isAligned: true, scratch: scratch.path))
    let deletes = TableFixture.batch([0, 1, 2, 200], sequence: 20, kinds: [.delete, .delete, .delete, .delete])
    let gone = [
      TableFixture.batch([0, 0, 0, 0]).rows.columns[4], deletes.rows.columns[0], deletes.rows.columns[1], deletes.rows.columns[3],
      deletes.rows.columns[4],
    ]
    try TableFixture.write([deletes.replacingRows(Batch(columns: gone, rowCount: 4))], to: table, writer, origin: .stream)
    try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: 4, properties: [:])
    #expect(try judge(fixture).count == 97)
    #expect(try fixture.foreign.references().isExact)
  }

  @Test("a table that is copied anew begins anew")
  func copiedAgain() throws {
    let model = try ChangeModel(KeyShape.all[4], buckets: 2, isPartitioned: false, seed: 31)
    for _ in 0..<3 {
      try model.reload(200)
      try model.makeWriters()
      try model.check("copied")
      try model.change(60)
      try model.commit(try model.prepare())
      try model.check("changed")
    }
    #expect(try model.fixture.foreign.references().isExact)
  }

  @Test("with few snapshots kept, nothing that is needed goes, and nothing else stays")
  func expiry() throws {
    let model = try ChangeModel(
      KeyShape.all[1], buckets: 2, isPartitioned: true,
      options: ["num-sorted-run.compaction-trigger": "2", "snapshot.num-retained.min": "1", "snapshot.time-retained": "0 ms"], seed: 41)
    try model.load(250)
    let maintenance = try model.maintenance()
    for round in 0..<14 {
      try model.change(40)
      if round % 3 == 1 { try model.relieve() }
      if try maintenance.prepare(isCancelled: { false }) { try maintenance.publish(checkpoint: model.checkpoint) }
      try model.change(20)
      try model.commit(try model.prepare())
      if round % 4 == 3 {
        try model.check("round \(round)")
        try model.makeWriters()
      }
    }
    _ = try maintenance.prepare { false }
    maintenance.abandon()
    try model.check()
    #expect(model.fixture.foreign.snapshots().count < 4)
    let references = try model.fixture.foreign.references()
    #expect(references.isExact, "\(references)")
  }

  @Test("a table that is quiet is written anew until it is as a fresh copy, and then left alone", arguments: [nil] + IcebergLayoutCase.all.map { $0 })
  func settles(layout: IcebergLayoutCase?) throws {
    let model = try ChangeModel(KeyShape.all[4], buckets: 2, isPartitioned: true, iceberg: layout, seed: 51)
    try model.load(300)
    for _ in 0..<3 {
      try model.change(25)
      try model.commit(try model.prepare())
    }
    // Few rows are dead, and few files are there: as long as changes come, nothing is to be done.
    if layout == nil { #expect(try !model.maintenance().prepare { false }) }
    let quiet = try model.maintenance(isQuiet: true)
    var rounds = 0
    while rounds < 10, try quiet.prepare(isCancelled: { false }) {
      try quiet.publish(checkpoint: model.checkpoint)
      rounds += 1
    }
    #expect((1..<4).contains(rounds))
    try model.check("settled")
    let files = try model.fixture.foreign.files()
    let dead = files.map { $0.description[layout == nil ? "deletion_vector_rows" : "deleted_rows"]?.integer ?? -1 }
    #expect(dead.allSatisfy { $0 == 0 }, "\(dead)")
    let slots = Set(files.map { "\($0.description["partition"].map { JSONText.compact($0) } ?? "") \($0.bucket)" })
    #expect(slots.count == files.count, "\(slots)")
    try model.makeWriters()
    try model.change(25)
    try model.commit(try model.prepare())
    try model.check("changed again")
  }

  @Test("many rows become several files of one level, and are found in all of them")
  func manyRows() throws {
    let scratch = try TemporaryFolder()
    let fixture = try TableFixture(buckets: 1, mode: "merge-on-write")
    let table = try fixture.open()
    func commit(_ batches: [ChangeBatch], _ checkpoint: CheckpointID) throws -> [PreparedFile] {
      let writer = try table.makeWriter(
        TableWriterOptions(label: "\(checkpoint)", targetFileSize: 20 << 10, isAligned: true, scratch: scratch.path))
      try TableFixture.write(batches, to: table, writer, origin: .stream)
      let prepared = try writer.prepareCommit()
      try table.makeCommitter().commit(prepared, checkpoint: checkpoint, properties: [:])
      return prepared
    }
    let all = (0..<60_000).map { Int64($0) }
    _ = try commit([TableFixture.batch(all.shuffled(), sequence: 1)], 1)
    #expect(try fixture.foreign.files().count > 2)
    // The levels are 1,024; the topmost is what maintenance folds into, a first commit lands right below it.
    #expect(try Set(fixture.foreign.files().map(\.level)) == [1022])
    let changed = all.filter { $0 % 3 == 0 }
    _ = try commit([TableFixture.batch(changed.shuffled(), name: "u", sequence: 2)], 2)
    let deleted = all.filter { $0 % 5 == 0 }
    let kinds = [RowKind](repeating: .delete, count: deleted.count)
    let last = try commit([TableFixture.batch(deleted.shuffled(), sequence: 3, kinds: kinds)], 3)
    // Deletes take no rows: a vector says it all.
    #expect(last.map(\.rowCount) == [0])
    let expected =
      TableFixture.text(TableFixture.batch(all.filter { $0 % 3 != 0 && $0 % 5 != 0 }).rows)
      + TableFixture.text(TableFixture.batch(all.filter { $0 % 3 == 0 && $0 % 5 != 0 }, name: "u").rows)
    #expect(try fixture.rows() == expected.sorted())
    let python = try judge(fixture)
    #expect(python.count == expected.count)
    #expect(python.values(of: "name").count { $0.text?.hasPrefix("u-") == true } == expected.count { $0.contains("|u-") })
  }

  @Test("memory is given back on demand, and what was written meanwhile is not lost")
  func relieve() throws {
    let model = try ChangeModel(KeyShape.all[1], buckets: 2, isPartitioned: false, seed: 51)
    try model.load(300)
    for _ in 0..<3 {
      try model.change(3000)
      let held = model.heldBytes
      try model.relieve()
      // What is left knows the files that are not committed yet.
      #expect(model.heldBytes < held / 2)
      try model.change(100)
      try model.commit(try model.prepare())
      try model.change(1)
      try model.commit(try model.prepare())
      try model.relieve()
      try model.check()
    }
  }

  @Test("files that were handed over must be in the table before more are")
  func unconfirmed() throws {
    let model = try ChangeModel(KeyShape.all[1], buckets: 1, isPartitioned: false, seed: 61)
    try model.load(100)
    try model.change(50)
    _ = try model.prepare()
    try model.change(50)
    let error = #expect(throws: SluiceError.self) { try model.prepare() }
    #expect(error?.kind == .defect)
  }
}
