import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// pyiceberg's SqlCatalog and ours over one database.
@Suite struct SQLCatalogForeignTests {
  private let fixture: IcebergCatalogContract.Fixture
  private let catalog: SpecValue

  init() throws {
    fixture = try .init(.sql)
    catalog = [
      "uri": .string("sqlite:///\(fixture.folder.appending("catalog.db"))"), "warehouse": .string("file://\(fixture.folder.path)"), "name": "sluice",
    ]
  }

  private func ask(_ operation: String, _ request: [String: SpecValue]) throws -> SpecValue {
    try LakeReader.shared.ask("iceberg", request.merging(["do": .string(operation), "catalog": catalog]) { $1 })
  }

  @Test("pyiceberg opens our tables, appends to them, and changes their columns") func ours() throws {
    var creation = TableCreation(
      formatVersion: 2,
      schema: IcebergSchema(
        id: 0,
        fields: [IcebergField(id: 1, name: "id", isRequired: true, type: .long), IcebergField(id: 2, name: "name", isRequired: false, type: .string)])
    )
    creation.properties = ["comment": "orders"]
    let table = IcebergCatalogContract.Fixture.table
    let own = try fixture.open()
    let made = try own.create(table, creation)
    #expect(try ask("tables", [:])["tables"]?.items.compactMap(\.text) == ["shop.orders"])
    let snapshot = try ask("append", ["table": "shop.orders", "rows": [["id": 1, "name": "a"], ["id": 2, "name": .null]]])["snapshot"]?.integer
    _ = try ask("evolve", ["table": "shop.orders", "add": [["n", "int"]], "rename": ["name": "title"]])
    let loaded = try #require(try own.load(table)).metadata
    #expect(loaded.currentSnapshotID.map { Int($0) } == snapshot && loaded.uuid == made.metadata.uuid)
    #expect(try loaded.currentSchema().fields.map(\.name) == ["id", "title", "n"] && loaded.lastColumnID == 3)

    // A commit that was begun before theirs is refused, one on top of it is taken, and pyiceberg sees it.
    guard case .conflict = try IcebergCatalogContract.Fixture.commit(own, made.metadata, id: 5) else { throw TestFailure("a lost update") }
    guard case .committed = try own.commit(table, requirements: [.uuid(loaded.uuid)], updates: [.setProperties(["seen": "yes"])]) else {
      throw TestFailure("not committed")
    }
    let theirs = try ask("load", ["table": "shop.orders"])
    #expect(theirs["rows"]?.items.count == 2 && theirs["columns"]?.items.compactMap(\.text) == ["id", "title", "n"])
    #expect(theirs["location"]?.text == made.metadata.location)
  }

  @Test("we open pyiceberg's tables, and read what it wrote") func theirs() throws {
    _ = try ask(
      "create",
      [
        "table": "shop.things",
        "fields": [["id", "long", false], ["made", "timestamptz", false], ["price", "decimal(10, 2)", false], ["name", "string", false]],
        "partition": [["made", "day"], ["id", "bucket[4]"]],
      ])
    let rows: [SpecValue] = (0..<40).map { number in
      [
        "id": .integer(number), "made": .string("2026-01-0\(number % 3 + 1)T10:00:00+00:00"), "price": .string("\(number).50"),
        "name": .string("n\(number)"),
      ]
    }
    _ = try ask("append", ["table": "shop.things", "rows": .array(Array(rows[..<25]))])
    _ = try ask("append", ["table": "shop.things", "rows": .array(Array(rows[25...]))])
    _ = try ask("overwrite", ["table": "shop.things", "delete": "id < 5"])
    let table = TableID(database: "shop", name: "things")
    let stores = StoreRegistry(["file": LocalStore.locate])
    let format = try IcebergPlugin.make(
      OptionValues([
        "warehouse": .string(fixture.folder.path),
        "catalog": .object(OptionValues(["type": .string("sql"), "uri": .string("sqlite:///\(fixture.folder.appending("catalog.db"))")])),
      ]), stores: stores)
    let reader = try format.open(table).makeReader(columns: nil, limit: nil)
    var found: [String] = []
    while let batch = try reader.next() { found += TableFixture.text(batch) }
    #expect(found.sorted() == (5..<40).map { "\($0)|2026-01-0\($0 % 3 + 1)T10:00:00.000000Z|\($0).50|n\($0)" }.sorted())
    #expect(reader.columns.map(\.name) == ["id", "made", "price", "name"])
    // Files of every partition are told apart by values that we make, too.
    let metadata = try #require(try fixture.open().load(table)).metadata
    let spec = try metadata.defaultSpec()
    let manifests = try IcebergManifestList.read(metadata.currentSnapshot, files: fixture.files)
    let partitions = Set(
      try manifests.flatMap { try IcebergManifestFile.read($0, of: metadata, files: fixture.files) }.filter(\.isLive).map(\.file.partition))
    let expected = try (5..<40).map { number in
      PartitionTuple([
        SingleValue.littleEndian(Int32(20454 + number % 3)),
        SingleValue.bytes(try PartitionTransform.bucket(4).values(of: .of(.int64, ["\(number)"]), type: .long), 0, as: .int),
      ])
    }
    #expect(try metadata.partitionTypes(spec) == [.date, .int] && partitions == Set(expected))
  }
}
