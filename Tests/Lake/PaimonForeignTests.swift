import SluiceCore
import SluiceFormats
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// Tables as other engines leave them: key copies, newer schemas, deletion vectors.
@Suite struct PaimonForeignTests {
  private let store = LocalStore(root: "/")

  @Test("files with copies of the key columns are written and read")
  func keyCopies() throws {
    let fixture = try TableFixture(options: ["data-file.thin-mode": "false"])
    try fixture.commit([TableFixture.batch(Array(0..<20))], checkpoint: 1)
    try fixture.commit([TableFixture.batch([3, 30], name: "u", sequence: 5)], checkpoint: 2, origin: .stream)
    let path = try #require(try fixture.files("/data-").first)
    let fields = try ParquetFileReader(try store.open(path)).fields.map(\.name)
    #expect(fields.prefix(4) == ["_KEY_id", "_SEQUENCE_NUMBER", "_VALUE_KIND", "id"])
    let python = try fixture.foreign.rows(by: .pypaimon)
    let rust = try fixture.foreign.rows(by: .rust)
    #expect(python.count == 21 && python.rows == rust.rows)
    #expect(try fixture.rows().count == 21)
    #expect(try fixture.rows(columns: ["name"]).contains("u-30"))
  }

  @Test("columns are found by their ids after renaming, widening, dropping and adding")
  func evolution() throws {
    let fixture = try TableFixture()
    try fixture.commit([TableFixture.batch([1, 2])], checkpoint: 1)
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    let old = try files.latestSchema()
    var fields = old.fields.filter { $0.name != "made" }
    fields[1] = SchemaField(id: 1, name: "title", type: fields[1].type)
    fields[3] = SchemaField(id: 4, name: "day", type: .atomic("BIGINT", isNullable: false))
    fields.append(SchemaField(id: 5, name: "made", type: .atomic("STRING", isNullable: true)))
    let new = TableSchema(
      id: 1, fields: fields, highestFieldId: 5, partitionKeys: [], primaryKeys: ["id"], options: old.options, comment: nil, timeMillis: 0)
    #expect(try store.createIfAbsent(try new.encoded(), at: files.paths.schema(1)))
    #expect(try fixture.rows() == ["1|n-1|1.01|1|NULL", "2|n-2|2.02|2|NULL"])
    let reader = try fixture.format.open(TableFixture.table).makeReader(columns: nil, limit: nil)
    #expect(reader.columns.map(\.name) == ["id", "title", "price", "day", "made"])
    #expect(try fixture.foreign.rows(keys: ["id"]).rows.first == [1, "n-1", "1.01", 1, nil])
    // The job's own table has changed under it.
    #expect(throws: SluiceError.self) { try fixture.open() }
  }

  @Test("the vector of a deletion file that another engine wrote is read")
  func vector() throws {
    let file: [UInt8] = [
      0x01, 0, 0, 0, 0x18, 0x5e, 0x43, 0xf2, 0xd0, 0x3a, 0x30, 0, 0, 0x01, 0, 0, 0, 0, 0, 0x01, 0, 0x10, 0, 0, 0, 0x01, 0, 0x02, 0, 0xc3, 0x36,
      0x68, 0x92,
    ]
    let vector = Array(file[5..<29])
    #expect(try RoaringBitmap(vector: vector).rows == [1, 2])
    for end in 0..<vector.count {
      #expect(throws: SluiceError.self) { try RoaringBitmap(vector: Array(vector[..<end])) }
    }
  }

  @Test("runs and bitmaps of Roaring containers are read, in 64-bit vectors too")
  func containers() throws {
    // One run container of 5...9 under the high word 1, in the 64-bit form.
    var bytes: [UInt8] = [0xd1, 0xd3, 0x39, 0x64] + [1, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0, 0]
    bytes[0...3] = ArraySlice(withUnsafeBytes(of: UInt32(1_681_511_377).littleEndian, Array.init))
    bytes += [0x3b, 0x30, 0, 0] + [1] + [1, 0, 4, 0] + [1, 0] + [5, 0, 4, 0]
    #expect(try RoaringBitmap(vector: bytes).rows == (5...9).map { 65536 + $0 })
    // A bitmap container: 4,097 values or more.
    var dense: [UInt8] = withUnsafeBytes(of: UInt32(1_581_511_376).bigEndian, Array.init)
    dense += [0x3a, 0x30, 0, 0] + [1, 0, 0, 0] + [0, 0, 0xff, 0x1f] + [16, 0, 0, 0]
    dense += [UInt8](repeating: 0xff, count: 1024) + [UInt8](repeating: 0, count: 7168)
    #expect(try RoaringBitmap(vector: dense).rows == Array(0..<8192))
  }

  @Test("a table whose rows merge in ways of their own is refused, not misread")
  func otherEngines() throws {
    let fixture = try TableFixture(options: ["merge-engine": "partial-update"])
    #expect(throws: SluiceError.self) { try fixture.open() }
    let sequence = try TableFixture(options: ["sequence.field": "day"])
    #expect(throws: SluiceError.self) { try sequence.open() }
  }

  @Test("names that cannot be folders, and columns that Paimon keeps for itself, are refused")
  func names() throws {
    let format = try TableFixture().format
    for name in ["", ".hidden", "a/b", "a\\b", "a$snapshots", "a\nb"] {
      let target = TargetTable(id: TableID(database: "shop", name: name), columns: TableFixture.columns, primaryKey: ["id"])
      #expect(throws: SluiceError.self) { try format.openOrCreate(target, writer: WriterIdentity(id: "w")) }
    }
    for name in ["_SEQUENCE_NUMBER", "_VALUE_KIND", "_KEY_id"] {
      let columns = TableFixture.columns + [.init(name: name, type: .string, isNullable: true)]
      let target = TargetTable(id: TableFixture.table, columns: columns, primaryKey: ["id"])
      #expect(throws: SluiceError.self) { try format.openOrCreate(target, writer: WriterIdentity(id: "w")) }
    }
  }

  @Test("the number of buckets grows with the source and is a power of two")
  func buckets() {
    let gibibyte = 1 << 30
    #expect([0, 1, gibibyte / 2, gibibyte / 2 + 1, gibibyte + 1, 100 * gibibyte, .max].map(TableDesign.buckets) == [1, 1, 1, 2, 4, 256, 1024])
  }
}
