import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// What changes make of a table, by its files and by the foreign readers.
@Suite struct SchemaEvolutionTests {
  private static func column(_ name: String, _ type: DataType, isNullable: Bool = true, comment: String = "") -> TargetTable.Column {
    .init(name: name, type: type, isNullable: isNullable, comment: comment)
  }

  private func names(_ table: any LakeTable) -> [String] { table.columns.map(\.name) }

  /// Both foreign readers agree, and with our own reader on the rows' number.
  private func judge(_ fixture: TableFixture) throws -> ForeignTable.Rows {
    let python = try fixture.foreign.rows(by: .pypaimon, keys: ["id"])
    let rust = try fixture.foreign.rows(by: .rust, keys: ["id"])
    #expect(python.columns == rust.columns && python.rows == rust.rows)
    #expect(try fixture.rows().count == python.count)
    return python
  }

  private func write(_ rows: [[Column]], to table: any LakeTable, checkpoint: CheckpointID, origin: RowOrigin = .stream) throws {
    let writer = try table.makeWriter(TableWriterOptions(label: "\(checkpoint)", targetFileSize: 1 << 20))
    let batches = rows.map {
      ChangeBatch(table: table.id, schemaVersion: 0, rows: Batch(columns: $0, rowCount: 1), sequence: .constant(checkpoint))
    }
    try TableFixture.write(batches, to: table, writer, origin: origin)
    try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: [:])
  }

  private func row(_ table: any LakeTable, _ values: [String: String]) throws -> [Column] {
    try table.columns.map { column in
      try values[column.name].map { try #require(ConstantColumn.parse($0, as: column.type)) } ?? Column.nulls(of: column.type, count: 1)
    }
  }

  @Test("columns come, go, move and change their names, while old files stay, and every reader follows")
  func steps() throws {
    let fixture = try TableFixture()
    try fixture.commit([TableFixture.batch([1, 2, 3])], checkpoint: 1)
    var table = try fixture.open()
    table = try table.evolve([.addColumn(Self.column("note", .string, comment: "new"), .after("id"), fill: nil)])
    #expect(names(table) == ["id", "note", "name", "price", "made", "day"])
    var seen = try judge(fixture)
    #expect(seen.columns == names(table) && seen.values(of: "note") == [nil, nil, nil])
    try write([try row(table, ["id": "4", "note": "four", "day": "1"])], to: table, checkpoint: 2)
    seen = try judge(fixture)
    #expect(seen.values(of: "note") == [nil, nil, nil, "four"])
    table = try table.evolve([.renameColumn(from: "note", to: "remark"), .moveColumn("day", .first), .dropColumn("made")])
    #expect(names(table) == ["day", "id", "remark", "name", "price"])
    seen = try judge(fixture)
    #expect(seen.columns == names(table) && seen.values(of: "remark") == [nil, nil, nil, "four"])
    #expect(seen.values(of: "day") == [1, 2, 0, 1])
    // The name comes back as another column: old values stay out of sight.
    table = try table.evolve([.addColumn(Self.column("made", .int32), .last, fill: nil)])
    seen = try judge(fixture)
    #expect(seen.values(of: "made") == [nil, nil, nil, nil])
    try write([try row(table, ["id": "2", "made": "7", "day": "5"])], to: table, checkpoint: 3)
    seen = try judge(fixture)
    #expect(seen.values(of: "made") == [nil, 7, nil, nil] && seen.values(of: "day") == [1, 5, 0, 1])
    try table.makeCommitter().consolidate(checkpoint: 3, memory: 64 << 20)
    #expect(try judge(fixture).rows == seen.rows)
    let schema = try fixture.foreign.schema()
    #expect(schema["fields"]?.items.map { $0["id"]?.integer } == [4, 0, 5, 1, 2, 6])
    #expect(try fixture.foreign.references().isExact)
    // Every version is still there to be opened, and the newest is what a job's table is compared with.
    let files = MetadataFiles(store: LocalStore(root: "/"), root: fixture.foreign.folder)
    #expect(try files.latestSnapshot()?.schemaId == 3)
    #expect(
      try fixture.format.openOrCreate(fixture.target, writer: WriterIdentity(id: "w1"), schemaVersion: 0).columns.map(\.name)
        == TableFixture.columns.map(\.name))
    #expect(throws: SluiceError.self) { try fixture.open() }
    let now = TargetTable(id: TableFixture.table, columns: table.columns, primaryKey: ["id"])
    #expect(try fixture.format.openOrCreate(now, writer: WriterIdentity(id: "w1")).schemaVersion == 3)
    #expect(throws: SluiceError.self) { try fixture.format.openOrCreate(now, writer: WriterIdentity(id: "w1"), schemaVersion: 9) }
  }

  @Test("a change that is made again after a crash is found made, by every version it started from")
  func again() throws {
    let fixture = try TableFixture()
    let table = try fixture.open()
    let changes: [TargetChange] = [
      .addColumn(Self.column("a", .int32), .first, fill: "5"), .renameColumn(from: "name", to: "title"), .commentTable("second"),
    ]
    let first = try table.evolve(changes)
    #expect(try table.evolve(changes).schemaVersion == 1)
    #expect(try fixture.format.openOrCreate(fixture.target, writer: WriterIdentity(id: "w1"), schemaVersion: 0).evolve(changes).schemaVersion == 1)
    let second = try first.evolve([.dropColumn("a")])
    #expect(second.schemaVersion == 2 && names(second) == ["id", "title", "price", "made", "day"])
    // Of three versions the older ones still find their way.
    #expect(try table.evolve(changes).schemaVersion == 1)
    #expect(try first.evolve([.dropColumn("a")]).schemaVersion == 2)
    // What is there already is no new version.
    #expect(
      try second.evolve([.dropColumn("a"), .renameColumn(from: "name", to: "title"), .commentTable("second"), .moveColumn("id", .first)]) === second)
    #expect(try second.evolve([.addColumn(Self.column("price", .decimal(precision: 10, scale: 2)), .last, fill: nil)]) === second)
    #expect(try fixture.files("/schema/").count == 3)
    #expect(try fixture.foreign.schema()["comment"]?.text == "second")
  }

  @Test("options that somebody else has set are kept, other columns are a conflict")
  func others() throws {
    let fixture = try TableFixture()
    let table = try fixture.open()
    let store = LocalStore(root: "/")
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    let old = try files.latestSchema()
    func theirs(_ fields: [SchemaField], id: Int64) -> TableSchema {
      TableSchema(
        id: id, fields: fields, highestFieldId: 9, partitionKeys: [], primaryKeys: ["id"], options: old.options.merging(["x.y": "z"]) { $1 },
        comment: old.comment, timeMillis: 0)
    }
    #expect(try store.createIfAbsent(try theirs(old.fields, id: 1).encoded(), at: files.paths.schema(1)))
    let changed = try table.evolve([.dropColumn("made")])
    #expect(changed.schemaVersion == 2)
    #expect(try files.latestSchema().options["x.y"] == "z")
    #expect(try store.createIfAbsent(try theirs(Array(old.fields.dropLast()), id: 3).encoded(), at: files.paths.schema(3)))
    let error = #expect(throws: SluiceError.self) { try changed.evolve([.dropColumn("price")]) }
    #expect(error?.kind == .targetConflict)
  }

  @Test("a schema file whose outcome is unknown is found by the next attempt")
  func unknownOutcome() throws {
    let fixture = try TableFixture()
    _ = try fixture.open()
    let store = FailingStore(LocalStore(root: "/"), failing: "/schema/schema-1", after: true)
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    let table = try PaimonTable(
      id: TableFixture.table, schema: try files.latestSchema(), files: files,
      catalog: FileSystemCatalog(store: store, warehouse: fixture.folder.path), writer: WriterIdentity(id: "w1"))
    #expect(throws: SluiceError.self) { try table.evolve([.dropColumn("made")]) }
    #expect(try fixture.open(schemaVersion: 0).evolve([.dropColumn("made")]).schemaVersion == 1)
  }

  @Test("what a table cannot take is refused with a reason, and nothing is changed")
  func refusals() throws {
    let fixture = try TableFixture(key: ["id", "day"], partitions: ["day"])
    let table = try fixture.open()
    let refused: [TargetChange] = [
      .dropColumn("id"), .dropColumn("day"), .renameColumn(from: "id", to: "key"), .alterColumn(Self.column("id", .string)),
      .alterColumn(Self.column("day", .int64, isNullable: false)), .alterColumn(Self.column("price", .decimal(precision: 9, scale: 2))),
      .alterColumn(Self.column("name", .int32)), .alterColumn(Self.column("nothing", .int32)), .renameColumn(from: "nothing", to: "x"),
      .renameColumn(from: "name", to: "price"), .renameColumn(from: "name", to: "_VALUE_KIND"), .moveColumn("nothing", .first),
      .moveColumn("name", .after("nothing")), .addColumn(Self.column("x", .int32), .after("nothing"), fill: nil),
      .addColumn(Self.column("name", .int32), .last, fill: nil), .addColumn(Self.column("_KEY_x", .int32), .last, fill: nil),
      .addColumn(Self.column("x", .int32), .last, fill: "many"), .addColumn(Self.column("x", .array(.int32)), .last, fill: "[1]"),
    ]
    for change in refused {
      #expect(table.refusal(of: change)?.isEmpty == false, "\(change)")
      let error = #expect(throws: SluiceError.self) { try table.evolve([.commentTable("other"), change]) }
      #expect(error?.kind == .schemaChangeRefused && error?.place.table == TableFixture.table)
    }
    #expect(try fixture.files("/schema/").count == 1)
    // The only column of a table stays.
    let small = try TableFixture(key: [], columns: [Self.column("only", .int32)])
    #expect(try small.open().refusal(of: .dropColumn("only")) != nil)
  }

  @Test("a column may become nullable; one that becomes NOT NULL stays nullable, and the job's table is still the wanted one")
  func nullability() throws {
    let fixture = try TableFixture()
    let table = try fixture.open()
    let loosened = try table.evolve([.alterColumn(Self.column("day", .int32)), .alterColumn(Self.column("name", .string, isNullable: false))])
    #expect(loosened.columns.map(\.isNullable) == [false, true, true, true, true])
    try write([try row(loosened, ["id": "1"])], to: loosened, checkpoint: 1)
    #expect(try judge(fixture).values(of: "day") == [nil])
    let added = try loosened.evolve([.addColumn(Self.column("n", .int32, isNullable: false), .last, fill: nil)])
    #expect(added.columns.last?.isNullable == true)
    let wanted = [
      Self.column("id", .int64, isNullable: false), Self.column("name", .string, isNullable: false),
      Self.column("price", .decimal(precision: 10, scale: 2)),
      Self.column("made", .timestamp(precision: 6)), Self.column("day", .int32), Self.column("n", .int32, isNullable: false),
    ]
    let target = TargetTable(id: TableFixture.table, columns: wanted, primaryKey: ["id"])
    #expect(try fixture.format.openOrCreate(target, writer: WriterIdentity(id: "w1")).schemaVersion == 2)
    // A column of the lake that takes no NULL is a conflict with one that has some.
    let other = try TableFixture()
    _ = try other.open()
    let nullable = TargetTable(
      id: TableFixture.table, columns: TableFixture.columns.map { Self.column($0.name, $0.type) }, primaryKey: ["id"])
    #expect(throws: SluiceError.self) { try other.format.openOrCreate(nullable, writer: WriterIdentity(id: "w1")) }
  }

  @Test("older rows read a new column's constant: at once by our reader, by all once their files were written anew", arguments: [true, false])
  func fill(isKeyed: Bool) throws {
    let fixture = try TableFixture(key: isKeyed ? ["id"] : [])
    try fixture.commit([TableFixture.batch([1, 2])], checkpoint: 1)
    try fixture.commit([TableFixture.batch([3])], checkpoint: 2, origin: .snapshot(range: 1, isOrdered: true))
    let table = try fixture.open().evolve([
      .addColumn(Self.column("state", .string, isNullable: false), .last, fill: "new: yes"),
      .addColumn(Self.column("size", .decimal(precision: 20, scale: 2), isNullable: false), .first, fill: "1.5"),
    ])
    try write([try row(table, ["id": "4", "state": "old", "size": "2", "day": "1"])], to: table, checkpoint: 3)
    let mine = ["1.50", "1.50", "1.50", "2.00"]
    #expect(try fixture.rows(columns: ["size"]) == mine)
    #expect(try fixture.rows(columns: ["state"]).sorted() == ["new: yes", "new: yes", "new: yes", "old"])
    #expect(try judge(fixture).values(of: "size") == [nil, nil, nil, "2.00"])
    try table.makeCommitter().consolidate(checkpoint: 3, memory: 64 << 20)
    let seen = try judge(fixture)
    #expect(
      seen.values(of: "size") == ["1.50", "1.50", "1.50", "2.00"] && seen.values(of: "state").prefix(3) == ["new: yes", "new: yes", "new: yes"])
    #expect(try fixture.rows(columns: ["size"]) == mine)
    // Nothing is owed any more.
    let snapshots = fixture.foreign.snapshots()
    try table.makeCommitter().consolidate(checkpoint: 3, memory: 64 << 20)
    #expect(fixture.foreign.snapshots() == snapshots)
    #expect(try table.makeCommitter().lastCommitted() == 3)
    // A writer of an older version comes late: its rows owe the constant again.
    let late = try fixture.open(schemaVersion: 0)
    try write([try row(late, ["id": "9", "day": "1"])], to: late, checkpoint: 4)
    #expect(try fixture.rows(columns: ["size"]) == (mine + ["1.50"]).sorted())
    let again = try fixture.format.openOrCreate(
      TargetTable(id: TableFixture.table, columns: table.columns, primaryKey: isKeyed ? ["id"] : []), writer: WriterIdentity(id: "w1"))
    try again.makeCommitter().consolidate(checkpoint: 4, memory: 64 << 20)
    #expect(try judge(fixture).values(of: "size") == ["1.50", "1.50", "1.50", "2.00", "1.50"])
    #expect(try fixture.foreign.references().isExact)
  }

  @Test("a constant follows its column through a change of name and type, and goes with it")
  func fillFollows() throws {
    let fixture = try TableFixture()
    try fixture.commit([TableFixture.batch([1])], checkpoint: 1)
    var table = try fixture.open().evolve([.addColumn(Self.column("n", .int32), .last, fill: "-7")])
    table = try table.evolve([.renameColumn(from: "n", to: "m"), .alterColumn(Self.column("m", .int64))])
    #expect(try fixture.rows(columns: ["m"]) == ["-7"])
    table = try table.evolve([.dropColumn("m"), .addColumn(Self.column("m", .int64), .last, fill: nil)])
    #expect(try fixture.rows(columns: ["m"]) == ["NULL"])
  }

  @Test("constants are read in the spelling of every type, and nothing else is")
  func constants() throws {
    let good: [(DataType, String, String)] = [
      (.boolean, "1", "true"), (.int8, "-128", "-128"), (.decimal(precision: 4, scale: 2), "-1.5", "-1.50"),
      (.decimal(precision: 38, scale: 0), "7.00", "7"),
      (.float64, "1e3", "1000.0"), (.string, "", ""), (.binary, "0x00ff", "0x00ff"), (.date, "2024-02-29", "2024-02-29"),
      (.date, "1600-03-01", "1600-03-01"), (.time(precision: 3), "12:00:00.5", "12:00:00.500"),
      (.timestamp(precision: 3), "2024-02-29 12:00:00.123", "2024-02-29T12:00:00.123"),
      (.timestamp(precision: 0), "0001-01-01", "0001-01-01T00:00:00"),
      (.instant(precision: 6), "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
    ]
    for (type, text, shown) in good {
      #expect(ConstantColumn.parse(text, as: type).flatMap { ValueText($0).text(0) } == shown, "\(type) \(text)")
    }
    let bad: [(DataType, String)] = [
      (.boolean, "yes"), (.int8, "128"), (.decimal(precision: 4, scale: 2), "100"), (.decimal(precision: 4, scale: 2), "1.001"),
      (.decimal(precision: 4, scale: 2), "--1"), (.decimal(precision: 4, scale: 2), ""), (.decimal(precision: 4, scale: 2), "."), (.int32, ""),
      (.binary, "ff"), (.binary, "0xf"), (.date, "2023-02-29"), (.date, "2024-13-01"), (.date, "2024-1"), (.time(precision: 3), "24:00:00"),
      (.timestamp(precision: 3), "2024-01-01T00:00:00.0001"), (.timestamp(precision: 9), "9999-12-31T00:00:00"), (.array(.int32), "[1]"),
    ]
    for (type, text) in bad { #expect(ConstantColumn.parse(text, as: type) == nil, "\(type) \(text)") }
  }
}
