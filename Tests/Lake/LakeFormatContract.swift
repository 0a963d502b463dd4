import SluiceCore
import SluiceLake
import TestKit
import Testing

/// What `LakeFormat` and `LakeTable` promise, asked of every format.
@Suite struct LakeFormatContract {
  /// Every lake format.
  struct Format: Sendable, CustomTestStringConvertible {
    let plugin: any LakePlugin.Type

    var testDescription: String { plugin.id }
  }

  static let formats = [Format(plugin: PaimonPlugin.self)]

  static let types: [DataType] = [
    .boolean, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .decimal(precision: 9, scale: 2),
    .decimal(precision: 38, scale: 10), .string, .binary, .date, .time(precision: 0), .time(precision: 6), .timestamp(precision: 0),
    .timestamp(precision: 6), .instant(precision: 3), .json, .array(.uint8), .map(key: .string, value: .int64),
    .row([.init(name: "a", type: .uint64, isNullable: true)]),
  ]

  @Test("every type has a storage type that can take its values, or says why not", arguments: formats)
  func storage(format: Format) throws {
    let lake = try TableFixture(plugin: format.plugin).format
    for type in Self.types {
      let storage = lake.storage(of: type)
      #expect(!storage.name.isEmpty)
      #expect(storage.note != nil || !type.childTypes.isEmpty || Column.canConvert(type, to: storage.storage))
      #expect(lake.storage(of: storage.storage).storage == storage.storage)
    }
  }

  @Test("a description names the table, its columns and its key", arguments: formats)
  func description(format: Format) throws {
    let fixture = try TableFixture(plugin: format.plugin)
    let text = fixture.format.describe(fixture.target)
    for word in ["shop", "orders"] + fixture.target.columns.map(\.name) + ["PRIMARY KEY"] { #expect(text.contains(word)) }
  }

  @Test("a table that is made can be opened by its name, and shows its columns", arguments: formats)
  func open(format: Format) throws {
    let fixture = try TableFixture(plugin: format.plugin)
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
    let fixture = try TableFixture(buckets: 5, plugin: format.plugin)
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
    let fixture = try TableFixture(buckets: 2, plugin: format.plugin)
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
    let fixture = try TableFixture(plugin: format.plugin)
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

  @Test("consolidation changes no row and may be repeated", arguments: formats)
  func consolidation(format: Format) throws {
    let fixture = try TableFixture(buckets: 2, plugin: format.plugin)
    for range in 0..<4 {
      let ids = (0..<200).map { Int64($0 * 4 + range) }
      try fixture.commit([TableFixture.batch(ids.shuffled())], checkpoint: Int64(range + 1), origin: .snapshot(range: range, isOrdered: false))
    }
    let rows = try fixture.rows()
    let committer = try fixture.open().makeCommitter()
    try committer.consolidate(checkpoint: 4, memory: 8 << 20)
    let snapshot = try fixture.open().summary().snapshot
    try committer.consolidate(checkpoint: 4, memory: 8 << 20)
    #expect(try fixture.open().summary().snapshot == snapshot)
    #expect(try fixture.rows() == rows && rows.count == 800)
    #expect(try committer.removeOrphans(keeping: []) == 0)
  }
}
