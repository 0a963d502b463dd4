import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

@Suite struct IcebergDesignTests {
  private static func target(partitions: [String] = [], key: [String] = ["id"], columns: [TargetTable.Column] = TableFixture.columns) -> TargetTable {
    TargetTable(id: TableFixture.table, columns: columns, primaryKey: key, partitionKeys: partitions, comment: "orders")
  }

  private static func design(_ target: TargetTable, formatVersion: Int = 3) throws -> IcebergDesign {
    let values = OptionValues([
      "warehouse": .string("/lake"), "table": .object(OptionValues(["formatVersion": .integer(formatVersion), "compression": .string("none")])),
    ])
    return IcebergDesign(target, options: try IcebergOptions(values))
  }

  @Test("a new table has ids, a key, a sort order and partitions") func creation() throws {
    let partitions = ["day(made)", "bucket(16, id)", "truncate(3,name)", "day"]
    let creation = try Self.design(Self.target(partitions: partitions)).creation(WriterIdentity(id: "w"))
    #expect(creation.schema.fields.map(\.id) == [1, 2, 3, 4, 5] && creation.schema.identifierFieldIDs == [1])
    #expect(creation.schema.fields.map(\.type) == [.long, .string, .decimal(precision: 10, scale: 2), .timestamp, .int])
    #expect(creation.schema.fields.map(\.isRequired) == [true, false, false, false, true] && creation.schema.fields[1].doc == "what it's called")
    #expect(creation.partitionSpec.fields.map(\.name) == ["made_day", "id_bucket", "name_trunc", "day"])
    #expect(creation.partitionSpec.fields.map(\.transform.text) == ["day", "bucket[16]", "truncate[3]", "identity"])
    #expect(creation.partitionSpec.fields.map(\.sourceID) == [4, 1, 2, 5] && creation.sortOrder.fields.map(\.sourceIDs) == [[1]])
    #expect(creation.properties["write.parquet.compression-codec"] == "uncompressed" && creation.properties["comment"] == "orders")
    #expect(creation.properties["sluice.writer"] == "w" && creation.formatVersion == 3)
  }

  @Test(
    "partitions that do not fit are refused",
    arguments: [
      "hour(day)", "bucket(id)", "bucket(0, id)", "day(name)", "nothing(id)", "day(none)", "bucket(4, price, id)", "year(made", "truncate(-1, name)",
    ])
  func wrongPartition(text: String) throws {
    let error = #expect(throws: SluiceError.self) { try Self.design(Self.target(partitions: [text])).check() }
    #expect(error?.kind == .specInvalid)
  }

  @Test("what Iceberg cannot hold is refused, or said") func limits() throws {
    let columns: [TargetTable.Column] = [
      .init(name: "id", type: .float64, isNullable: false), .init(name: "at", type: .timestamp(precision: 9), isNullable: true),
      .init(name: "big", type: .uint64, isNullable: true), .init(name: "doc", type: .json, isNullable: true),
    ]
    let error = #expect(throws: SluiceError.self) { try Self.design(Self.target(columns: columns)).check() }
    #expect(error?.kind == .targetConflict && error?.place.column == "id")
    let keyless = Self.target(key: [], columns: columns)
    #expect(try Self.design(keyless).storage.map(\.name) == ["double", "timestamp_ns", "decimal(20, 0)", "string"])
    #expect(try Self.design(keyless, formatVersion: 2).storage[1].note != nil && Self.design(keyless).storage[3].note != nil)
  }

  @Test("a table that exists is taken when it is the wanted one, and the first difference is named otherwise") func comparison() throws {
    let folder = try TemporaryFolder()
    func open(_ target: TargetTable, table: OptionValues = OptionValues()) throws -> any LakeTable {
      let format = try IcebergPlugin.make(
        OptionValues(["warehouse": .string(folder.path), "table": .object(table)]), stores: StoreRegistry(["file": LocalStore.locate]))
      return try format.openOrCreate(target, writer: WriterIdentity(id: "w"))
    }
    _ = try open(Self.target(partitions: ["bucket(4, id)"]))
    _ = try open(Self.target(partitions: ["bucket( 4 , id )"]))
    var other = TableFixture.columns
    other[1] = .init(name: "title", type: .string, isNullable: true)
    var wider = TableFixture.columns
    wider[0] = .init(name: "id", type: .int32, isNullable: false)
    let targets = [
      (Self.target(partitions: ["bucket(8, id)"]), "partitions"), (Self.target(), "partitions"),
      (Self.target(partitions: ["bucket(4, id)"], key: []), "key"),
      (Self.target(partitions: ["bucket(4, id)"], columns: other), "column 2"), (Self.target(partitions: ["bucket(4, id)"], columns: wider), "long"),
      (Self.target(partitions: ["bucket(4, id)"], columns: Array(TableFixture.columns.dropLast())), "one column more"),
    ]
    for (target, words) in targets {
      let error = #expect(throws: SluiceError.self) { try open(target) }
      #expect(error?.kind == .targetConflict && error?.message.contains(words) == true, "\(String(describing: error))")
    }
  }

  @Test("catalogs are named in the spec, and what they lack is said") func options() throws {
    func options(_ catalog: [String: OptionValue], warehouse: String? = "/lake") throws -> IcebergOptions {
      try IcebergOptions(
        OptionValues(["warehouse": warehouse.map { .string($0) }, "catalog": .object(OptionValues(catalog))].compactMapValues { $0 }))
    }
    for (uri, path) in [("sqlite:////a/b.db", "/a/b.db"), ("sqlite:///b.db", "b.db"), ("/a/b.db", "/a/b.db"), ("sqlite+pysqlite:////a", "/a")] {
      guard case .sql(path, "sluice") = try options(["type": .string("sql"), "uri": .string(uri)]).catalog else { throw TestFailure(uri) }
    }
    for wrong in [["type": "sql"], ["type": "sql", "uri": "postgresql://x/y"], ["type": "rest"]] {
      #expect(throws: SluiceError.self) { try options(wrong.mapValues { .string($0) }) }
    }
    #expect(throws: SluiceError.self) { try options([:], warehouse: nil) }
  }
}
