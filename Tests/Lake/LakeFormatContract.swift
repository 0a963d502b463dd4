import SluiceCore
import SluiceLake
import TestKit
import Testing

/// What `LakeFormat` and `LakeTable` promise, asked of every format.
@Suite struct LakeFormatContract {
  /// Every lake format, in each of its ways to lay out tables.
  struct Format: Sendable, CustomTestStringConvertible {
    let plugin: any LakePlugin.Type
    let mode: String
    var options: [String: OptionValue] = [:]
    /// Whether rows of before read the value that a new column is told.
    var hasFills = true

    var testDescription: String { "\(plugin.id) \(mode)\(hasFills ? "" : " without defaults")" }

    func fixture(buckets: Int? = nil) throws -> TableFixture {
      try TableFixture(buckets: buckets, plugin: plugin, mode: mode, table: options)
    }
  }

  static let formats =
    ["merge-on-read", "merge-on-write"].map { Format(plugin: PaimonPlugin.self, mode: $0) }
    + ["merge-on-write", "equality-deletes"].flatMap { mode in
      [2, 3].map { Format(plugin: IcebergPlugin.self, mode: mode, options: ["formatVersion": .integer($0)], hasFills: $0 == 3) }
    }

  static let types: [DataType] = [
    .boolean, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .decimal(precision: 9, scale: 2),
    .decimal(precision: 38, scale: 10), .string, .binary, .date, .time(precision: 0), .time(precision: 6), .timestamp(precision: 0),
    .timestamp(precision: 6), .instant(precision: 3), .json, .array(.uint8), .map(key: .string, value: .int64),
    .row([.init(name: "a", type: .uint64, isNullable: true)]),
  ]

  @Test("every type has a storage type that can take its values, or says why not", arguments: formats)
  func storage(format: Format) throws {
    let lake = try format.fixture().format
    for type in Self.types {
      let storage = lake.storage(of: type)
      #expect(!storage.name.isEmpty)
      #expect(storage.note != nil || !type.childTypes.isEmpty || Column.canConvert(type, to: storage.storage))
      #expect(lake.storage(of: storage.storage).storage == storage.storage)
    }
  }

  @Test("a description names the table, its columns and its key", arguments: formats)
  func description(format: Format) throws {
    let fixture = try format.fixture()
    let text = fixture.format.describe(fixture.target)
    for word in ["shop", "orders"] + fixture.target.columns.map(\.name) + ["PRIMARY KEY"] { #expect(text.contains(word)) }
  }

  @Test("a table that is made can be opened by its name, and shows its columns", arguments: formats)
  func open(format: Format) throws {
    let fixture = try format.fixture()
    #expect(throws: SluiceError.self) { try fixture.format.open(TableFixture.table) }
    let made = try fixture.open()
    let opened = try fixture.format.open(TableFixture.table)
    #expect(opened.columns == made.columns)
    #expect(opened.columns.map(\.name) == fixture.target.columns.map(\.name))
    #expect(opened.storageTypes == fixture.target.columns.map { fixture.format.storage(of: $0.type).storage })
    #expect(try opened.summary().snapshot == nil)
    #expect(throws: SluiceError.self) { try opened.makeCommitter() }
  }

  @Test("routing keeps all rows, their order within a slot, and a key's slot", arguments: formats)
  func routing(format: Format) throws {
    let fixture = try format.fixture(buckets: 5)
    let router = try fixture.open().makeRouter()
    var slots: [String: Slot] = [:]
    var rows: [String] = []
    for start in [0, 300, 0] {
      let batch = TableFixture.batch((0..<500).map { Int64(start + $0) }, sequence: 4)
      for part in try router.route(batch) {
        let texts = TableFixture.text(part.rows.rows)
        let ids = texts.compactMap { Int($0.prefix { $0 != "|" }) }
        #expect(ids == ids.sorted() && part.rows.sequence[0] == 4)
        rows += texts
        for text in texts { #expect(slots.updateValue(part.slot, forKey: text) ?? part.slot == part.slot) }
      }
    }
    #expect(rows.count == 1500 && Set(slots.values).count == 5)
    #expect(try router.route(TableFixture.batch([])).isEmpty)
  }

  @Test("nothing is visible before the commit, everything after it", arguments: formats)
  func visibility(format: Format) throws {
    let fixture = try format.fixture(buckets: 2)
    let table = try fixture.open()
    let writer = try table.makeWriter(TableWriterOptions(label: "a", targetFileSize: 1 << 20))
    try TableFixture.write([TableFixture.batch([1, 2, 3])], to: table, writer, origin: .snapshot(range: 0, isOrdered: true))
    let prepared = try writer.prepareCommit()
    #expect(try fixture.rows().isEmpty)
    let committer = try table.makeCommitter()
    try committer.commit(prepared, checkpoint: 1, properties: ["position": "x"])
    #expect(try fixture.rows().count == 3)
    #expect(try table.summary().properties["position"] == "x")
    #expect(try writer.prepareCommit().isEmpty)
    // The writer goes on after a checkpoint.
    try TableFixture.write([TableFixture.batch([4])], to: table, writer, origin: .snapshot(range: 0, isOrdered: true))
    try committer.commit(try writer.prepareCommit(), checkpoint: 2, properties: ["position": "y"])
    #expect(try fixture.rows().count == 4)
    #expect(try table.summary().properties["position"] == "y")
    #expect(try committer.lastCommitted() == 2)
  }

  @Test("prepared files survive as JSON between two processes", arguments: formats)
  func handover(format: Format) throws {
    let fixture = try format.fixture()
    let table = try fixture.open()
    let writer = try table.makeWriter(TableWriterOptions(label: "a", targetFileSize: 1 << 20))
    try TableFixture.write([TableFixture.batch([1, 2, 3])], to: table, writer, origin: .snapshot(range: 3, isOrdered: true))
    let stored = try JSONCopy.of(try writer.prepareCommit())
    #expect(stored.map(\.range) == [3])
    let committer = try fixture.open().makeCommitter()
    #expect(try committer.removeOrphans(keeping: stored) == 0)
    try committer.commit(stored, checkpoint: 1, properties: [:])
    #expect(try fixture.rows().count == 3)
  }

  @Test("consolidation loses no row and may be repeated", arguments: formats)
  func consolidation(format: Format) throws {
    let fixture = try format.fixture(buckets: 2)
    for range in 0..<4 {
      let ids = (0..<200).map { Int64($0 * 4 + range) }
      try fixture.commit([TableFixture.batch(ids.shuffled())], checkpoint: Int64(range + 1), origin: .snapshot(range: range, isOrdered: false))
    }
    let rows = TableFixture.text(TableFixture.batch((0..<800).map { Int64($0) }).rows).sorted()
    let committer = try fixture.open().makeCommitter()
    try committer.consolidate(checkpoint: 4, memory: 8 << 20)
    let snapshot = try fixture.open().summary().snapshot
    try committer.consolidate(checkpoint: 4, memory: 8 << 20)
    #expect(try fixture.open().summary().snapshot == snapshot)
    #expect(try fixture.rows() == rows)
    #expect(try committer.removeOrphans(keeping: []) == 0)
  }

  /// Writes one batch of stream rows as a checkpoint.
  private static func commit(_ rows: Batch, to table: any LakeTable, checkpoint: CheckpointID, replacing: Bool = false) throws {
    let writer = try table.makeWriter(TableWriterOptions(label: "s", targetFileSize: 1 << 20, isAligned: true))
    let batch = ChangeBatch(table: table.id, schemaVersion: 0, rows: rows, sequence: .constant(checkpoint))
    try TableFixture.write([batch], to: table, writer, origin: replacing ? .snapshot(range: 0, isOrdered: true) : .stream)
    let files = try writer.prepareCommit()
    try table.makeCommitter().commit(files, replacing: replacing, checkpoint: checkpoint, properties: ["position": "p\(checkpoint)"])
  }

  @Test("a changed table has a new version, writers of both versions go on, and what cannot be done is refused", arguments: formats)
  func evolution(format: Format) throws {
    let fixture = try format.fixture()
    let first = try fixture.open()
    try Self.commit(TableFixture.batch([1]).rows, to: first, checkpoint: 1)
    let added = TargetTable.Column(name: "note", type: .string, isNullable: true)
    let fill = format.hasFills ? "none" : nil
    let filled = fill ?? "NULL"
    #expect(format.hasFills == (first.refusal(of: .addColumn(added, .last, fill: "none")) == nil))
    let changes: [TargetChange] = [.addColumn(added, .last, fill: fill), .dropColumn("made"), .renameColumn(from: "name", to: "title")]
    for change in changes { #expect(first.refusal(of: change) == nil) }
    let second = try first.evolve(changes)
    #expect(second.schemaVersion > first.schemaVersion && first.columns.count == 5)
    #expect(second.columns.map(\.name) == ["id", "title", "price", "day", "note"])
    #expect(try first.evolve(changes).schemaVersion == second.schemaVersion)
    #expect(try second.evolve(changes) === second)
    #expect(try fixture.rows() == ["1|n-1|1.01|1|\(filled)"])
    let old = TableFixture.batch([2]).rows
    let note = Column.nulls(of: .string, count: 1)
    try Self.commit(Batch(columns: [0, 1, 2, 4].map { old.columns[$0] } + [note], rowCount: 1), to: second, checkpoint: 2)
    try Self.commit(TableFixture.batch([4]).rows, to: first, checkpoint: 3)
    #expect(try fixture.rows() == ["1|n-1|1.01|1|\(filled)", "2|n-2|2.02|2|NULL", "4|n-4|4.04|1|\(filled)"])
    #expect(try fixture.open(schemaVersion: first.schemaVersion).columns == first.columns)
    let refused: [TargetChange] = [.dropColumn("id"), .renameColumn(from: "id", to: "key"), .moveColumn("nothing", .first)]
    for change in refused {
      #expect(second.refusal(of: change)?.isEmpty == false)
      #expect(throws: SluiceError.self) { try second.evolve([change]) }
    }
  }

  @Test("a replacing commit takes all rows of before away, and is done once", arguments: formats)
  func replacing(format: Format) throws {
    let fixture = try format.fixture(buckets: 2)
    let table = try fixture.open()
    try Self.commit(TableFixture.batch([1, 2, 4, 5]).rows, to: table, checkpoint: 1)
    try Self.commit(TableFixture.batch([8, 9]).rows, to: table, checkpoint: 2, replacing: true)
    #expect(try fixture.rows(columns: ["id"]) == ["8", "9"])
    try table.makeCommitter().commit([], replacing: true, checkpoint: 2, properties: [:])
    #expect(try fixture.rows(columns: ["id"]) == ["8", "9"])
    try Self.commit(TableFixture.batch([1]).rows, to: table, checkpoint: 3)
    #expect(try fixture.rows(columns: ["id"]) == ["1", "8", "9"])
    #expect(try table.makeCommitter().lastCommitted() == 3)
  }

  @Test("background work changes no row, bounds the number of files, and the newest checkpoint stays known", arguments: formats)
  func maintenance(format: Format) throws {
    let fixture = try format.fixture(buckets: 1)
    let table = try fixture.open()
    let background = try table.makeMaintenance(MaintenanceOptions(label: "m", targetFileSize: 1 << 20, memory: 16 << 20))
    #expect(try !background.prepare { false })
    for checkpoint in 1...Int64(30) {
      try Self.commit(TableFixture.batch([checkpoint, 100]).rows, to: table, checkpoint: checkpoint)
      if checkpoint.isMultiple(of: 5), try background.prepare(isCancelled: { false }) { try background.publish(checkpoint: checkpoint) }
    }
    #expect(try fixture.rows().count == 31)
    #expect(try table.summary().fileCount <= 10 && table.summary().properties["position"] == "p30")
    #expect(try fixture.open().makeCommitter().lastCommitted() == 30)
    try Self.commit(TableFixture.batch([200, 201, 202, 203, 204]).rows, to: table, checkpoint: 31)
    for round in 32...Int64(40) { try Self.commit(TableFixture.batch([round]).rows, to: table, checkpoint: round) }
    #expect(try background.prepare { false })
    background.abandon()
    #expect(try !background.prepare { true })
    #expect(try fixture.rows().count == 45)
    #expect(try fixture.open().makeCommitter().removeOrphans(keeping: []) == 0)
  }

  @Test("a dropped table is gone, and dropping what is not there is no error", arguments: formats)
  func drop(format: Format) throws {
    let fixture = try format.fixture()
    try fixture.format.drop(TableFixture.table)
    try Self.commit(TableFixture.batch([1]).rows, to: try fixture.open(), checkpoint: 1)
    try fixture.format.drop(TableFixture.table)
    #expect(throws: SluiceError.self) { try fixture.format.open(TableFixture.table) }
    #expect(try fixture.open().summary().snapshot == nil)
  }
}
