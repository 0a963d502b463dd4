import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

/// What is written is what Sluice's reader and two foreign readers see.
@Suite struct PaimonCopyTests {
  /// The rows by both foreign readers, checked to be as many and to agree with our own reader's count.
  private func check(_ fixture: TableFixture, rows expected: [String]) throws {
    #expect(try fixture.rows() == expected.sorted())
    let names = try fixture.foreign.rows(by: .pypaimon, columns: ["id"])
    #expect(names.count == expected.count)
    let python = try fixture.foreign.rows(by: .pypaimon)
    let rust = try fixture.foreign.rows(by: .rust)
    #expect(python.rows == rust.rows)
    #expect(python.columns == rust.columns)
    #expect(
      Set(python.values(of: "name").map { $0.text ?? "NULL" }) == Set(expected.map { String($0.split(separator: "|")[1]) }))
    let references = try fixture.foreign.references()
    #expect(references.orphans.isEmpty && references.missing.isEmpty)
  }

  @Test("ordered ranges over buckets become disjoint files of the top level")
  func ordered() throws {
    let fixture = try TableFixture(buckets: 4)
    let table = try fixture.open()
    let writer = try table.makeWriter(TableWriterOptions(label: "0", targetFileSize: 128 << 20))
    let first = stride(from: Int64(0), to: 3000, by: 1000).map { TableFixture.batch(Array($0..<($0 + 1000))) }
    let second = [TableFixture.batch(Array(5000..<5100))]
    try TableFixture.write(first, to: table, writer, origin: .snapshot(range: 0, isOrdered: true))
    try TableFixture.write(second, to: table, writer, origin: .snapshot(range: 1, isOrdered: true))
    #expect(writer.heldBytes > 0)
    try writer.endRange(1)
    let prepared = try writer.prepareCommit()
    #expect(writer.heldBytes == 0)
    #expect(prepared.count == 8 && Set(prepared.map(\.range)) == [0, 1])
    #expect(prepared.reduce(0) { $0 + $1.rowCount } == 3100)
    try table.makeCommitter().commit(prepared, checkpoint: 1, properties: ["position": "p1"])
    try check(fixture, rows: (first + second).flatMap { TableFixture.text($0.rows) })
    let files = try fixture.foreign.files()
    #expect(files.allSatisfy { $0.level == 5 && $0.isRawConvertible })
    let summary = try table.summary()
    #expect(summary.snapshot == 1 && summary.fileCount == 8 && summary.rowCount == 3100 && summary.properties == ["position": "p1"])
  }

  @Test("rows of several partitions and buckets are found by both readers")
  func partitioned() throws {
    let fixture = try TableFixture(key: ["id", "day"], partitions: ["day"], buckets: 2)
    let batches = [TableFixture.batch(Array(0..<500)), TableFixture.batch(Array(500..<900))]
    try fixture.commit(batches, checkpoint: 1)
    try check(fixture, rows: batches.flatMap { TableFixture.text($0.rows) })
    #expect(try fixture.files("day=2/bucket-1/").count == 1)
  }

  @Test("partitions by text are escaped, and null has a folder of its own")
  func oddPartitions() throws {
    let fixture = try TableFixture(key: [], partitions: ["name"])
    var rows = BatchBuilder(types: TableFixture.columns.map(\.type))
    for (id, name) in ["a/b=c", "", "ä %", nil].enumerated() {
      rows.columns[0].append(Int64(id))
      if let name { rows.columns[1].append(text: name) } else { rows.columns[1].appendNull() }
      for column in 2...3 { rows.columns[column].appendNull() }
      rows.columns[4].append(Int32(0))
      rows.finishRow()
    }
    let batch = ChangeBatch(table: TableFixture.table, schemaVersion: 0, rows: rows.finish())
    try fixture.commit([batch], checkpoint: 1)
    #expect(try fixture.rows() == TableFixture.text(batch.rows).sorted())
    let python = try fixture.foreign.rows(by: .pypaimon)
    #expect(python.count == 4)
    #expect(python.rows == (try fixture.foreign.rows(by: .rust)).rows)
  }

  @Test("a table without a key keeps every row")
  func append() throws {
    let fixture = try TableFixture(key: [])
    let batches = [TableFixture.batch([5, 3, 3, 1]), TableFixture.batch([3])]
    try fixture.commit(batches, checkpoint: 1, origin: .snapshot(range: 0, isOrdered: false))
    try fixture.commit([TableFixture.batch([9])], checkpoint: 2, origin: .snapshot(range: 1, isOrdered: false))
    try check(fixture, rows: (batches + [TableFixture.batch([9])]).flatMap { TableFixture.text($0.rows) })
  }

  @Test("an empty table is a table with a snapshot")
  func empty() throws {
    let fixture = try TableFixture()
    try fixture.commit([], checkpoint: 1, properties: ["position": "p"])
    #expect(try fixture.rows().isEmpty)
    #expect(try fixture.foreign.count(by: .pypaimon) == 0)
    #expect(try fixture.foreign.count(by: .rust) == 0)
    #expect(try fixture.open().makeCommitter().lastCommitted() == 1)
  }

  @Test("rows that come out of order are sorted, whatever the source promised", arguments: [true, false])
  func unordered(isOrdered: Bool) throws {
    let fixture = try TableFixture(buckets: 2)
    let batches = [TableFixture.batch(Array(100..<200)), TableFixture.batch([7, 3, 500, 4]), TableFixture.batch(Array(300..<310))]
    try fixture.commit(batches, checkpoint: 1, origin: .snapshot(range: 0, isOrdered: isOrdered))
    try check(fixture, rows: batches.flatMap { TableFixture.text($0.rows) })
  }

  @Test("text keys in several runs are merged by readers, and disjoint after consolidation")
  func textKeys() throws {
    let fixture = try TableFixture(
      key: ["name"], buckets: 2, columns: TableFixture.columns.map { .init(name: $0.name, type: $0.type, isNullable: $0.name != "name") })
    let ids = (0..<4000).map { Int64($0) }.filter { $0 % 7 != 3 }.shuffled()
    let batches = stride(from: 0, to: ids.count, by: 300).map { TableFixture.batch(Array(ids[$0..<min($0 + 300, ids.count)])) }
    for (index, batch) in batches.enumerated() {
      try fixture.commit([batch], checkpoint: Int64(index + 1), origin: .snapshot(range: index, isOrdered: false))
    }
    let expected = batches.flatMap { TableFixture.text($0.rows) }
    try check(fixture, rows: expected)
    let committer = try fixture.open().makeCommitter()
    // So little memory that several passes are needed.
    try committer.consolidate(checkpoint: Int64(batches.count), memory: 1 << 20)
    try check(fixture, rows: expected)
    #expect(try fixture.foreign.files().allSatisfy { $0.level == 5 && $0.isRawConvertible })
    let snapshots = fixture.foreign.snapshots().count
    try committer.consolidate(checkpoint: Int64(batches.count), memory: 1 << 20)
    #expect(fixture.foreign.snapshots().count == snapshots)
    #expect(try committer.lastCommitted() == Int64(batches.count))
  }

  @Test("a lone sorted run moves to the top level without being written again")
  func upgrade() throws {
    let fixture = try TableFixture()
    try fixture.commit([TableFixture.batch([3, 1, 2])], checkpoint: 1, origin: .snapshot(range: 0, isOrdered: false))
    let before = try fixture.files("/data-")
    try fixture.open().makeCommitter().consolidate(checkpoint: 1, memory: 64 << 20)
    #expect(try fixture.files("/data-") == before)
    #expect(try fixture.foreign.files().map(\.level) == [5])
    try check(fixture, rows: TableFixture.text(TableFixture.batch([1, 2, 3]).rows))
  }

  @Test("changes replace and delete rows of their key")
  func changes() throws {
    let fixture = try TableFixture(buckets: 2)
    try fixture.commit([TableFixture.batch(Array(0..<100))], checkpoint: 1)
    let update = TableFixture.batch([5, 6, 5], name: "u", sequence: 10, kinds: [.updateAfter, .updateAfter, .updateAfter])
    let delete = TableFixture.batch([7, 8, 200], sequence: 11, kinds: [.delete, .delete, .insert])
    try fixture.commit([update, delete], checkpoint: 2, origin: .stream)
    let kept = (0..<100).map { Int64($0) }.filter { ![5, 6, 7, 8].contains($0) }
    let expected =
      TableFixture.text(TableFixture.batch(kept).rows) + TableFixture.text(TableFixture.batch([5, 6], name: "u").rows)
      + TableFixture.text(TableFixture.batch([200]).rows)
    try check(fixture, rows: expected)
    try fixture.open().makeCommitter().consolidate(checkpoint: 2, memory: 64 << 20)
    try check(fixture, rows: expected)
    #expect(try fixture.foreign.files().allSatisfy { $0.level == 5 && $0.isRawConvertible })
  }

  @Test("files are closed at the target size")
  func rolling() throws {
    let fixture = try TableFixture()
    let table = try fixture.open()
    let writer = try table.makeWriter(TableWriterOptions(label: "0", targetFileSize: 20 << 10))
    let batches = (0..<20).map { part in TableFixture.batch((0..<3000).map { Int64(part * 3000 + $0) }, name: "row \(part)") }
    try TableFixture.write(batches, to: table, writer, origin: .snapshot(range: 0, isOrdered: true))
    let prepared = try writer.prepareCommit()
    #expect(prepared.count > 3)
    try table.makeCommitter().commit(prepared, checkpoint: 1, properties: [:])
    try check(fixture, rows: batches.flatMap { TableFixture.text($0.rows) })
  }

  @Test("a reader gives the columns and the number of rows asked for")
  func projection() throws {
    let fixture = try TableFixture(buckets: 2)
    try fixture.commit([TableFixture.batch(Array(0..<50))], checkpoint: 1)
    try fixture.commit([TableFixture.batch(Array(10..<20), name: "u", sequence: 3)], checkpoint: 2, origin: .stream)
    #expect(try fixture.rows(columns: ["day", "name"], limit: 7).count == 7)
    #expect(try Set(fixture.rows(columns: ["name"])).contains("u-11"))
    #expect(throws: SluiceError.self) { try fixture.rows(columns: ["nothing"]) }
  }
}
