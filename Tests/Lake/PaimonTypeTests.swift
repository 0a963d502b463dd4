import SluiceCore
import SluiceFormats
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

@Suite struct PaimonTypeTests {
  /// Every kind of storage type, with what foreign readers show for the filled row.
  static let cases: [(type: DataType, shown: SpecValue)] = [
    (.boolean, true), (.int8, -8), (.int16, -300), (.int32, -70000), (.int64, .integer(Int(Int64.min))), (.float32, 1.5), (.float64, -0.25),
    (.decimal(precision: 9, scale: 2), "-12345.67"), (.decimal(precision: 18, scale: 0), "999999999999999999"),
    (.decimal(precision: 38, scale: 10), "-1234567890123456789012345678.0123456789"), (.string, "it's \u{1F30A}, not ascii"), (.binary, "AAECAw=="),
    (.date, "1950-02-28"), (.time(precision: 3), "23:59:59.123000"), (.timestamp(precision: 0), "1969-12-31T23:59:59.000000"),
    (.timestamp(precision: 3), "1950-01-01T00:00:00.001000"), (.timestamp(precision: 6), "1999-12-31T23:59:59.999999"),
    (.instant(precision: 3), "2024-02-29T12:00:00.500000Z"), (.instant(precision: 6), "2024-02-29T12:00:00.000001Z"),
    (.array(.int32), [1, nil, 3]), (.map(key: .string, value: .int64), [["a", 1], ["b", nil]]),
    (.row([.init(name: "x", type: .int32, isNullable: true), .init(name: "y", type: .string, isNullable: true)]), ["x": 7, "y": nil]),
  ]

  @Test("values of every type, nulls and bounds included, are what both foreign readers show")
  func everyType() throws {
    let columns =
      [TargetTable.Column(name: "id", type: .int64, isNullable: false)]
      + Self.cases.enumerated().map { TargetTable.Column(name: "c\($0)", type: $1.type, isNullable: true, comment: $1.type.description) }
    let fixture = try TableFixture(columns: columns)
    var rows = BatchBuilder(types: columns.map(\.type))
    for id in 0..<3 {
      rows.columns[0].append(Int64(id))
      for index in Self.cases.indices {
        if id == 1 { Self.append(Self.cases[index].type, to: &rows.columns[index + 1]) } else { rows.columns[index + 1].appendNull() }
      }
      rows.finishRow()
    }
    let batch = ChangeBatch(table: TableFixture.table, schemaVersion: 0, rows: rows.finish())
    try fixture.commit([batch], checkpoint: 1)
    #expect(try fixture.rows() == TableFixture.text(batch.rows))
    for reader in LakeFormatName.paimon.readers {
      let seen = try fixture.foreign.rows(by: reader, keys: ["id"])
      #expect(seen.rows.count == 3)
      for (index, item) in Self.cases.enumerated() {
        #expect(seen.rows[1][index + 1] == item.shown, "\(reader) \(item.type)")
        #expect(seen.rows[0][index + 1] == .null && seen.rows[2][index + 1] == .null, "\(reader) \(item.type)")
      }
    }
    // What the schema says is what the table is opened with.
    #expect(try fixture.format.open(TableFixture.table).storageTypes == columns.map(\.type))
    _ = try fixture.open()
  }

  private static func append(_ type: DataType, to builder: inout ColumnBuilder) {
    switch type {
    case .boolean: builder.append(boolean: true)
    case .int8: builder.append(Int8(-8))
    case .int16: builder.append(Int16(-300))
    case .int32: builder.append(Int32(-70000))
    case .int64: builder.append(Int64.min)
    case .float32: builder.append(Float(1.5))
    case .float64: builder.append(-0.25)
    case .decimal(9, _): builder.append(Int64(-1_234_567))
    case .decimal(18, _): builder.append(Int64(999_999_999_999_999_999))
    case .decimal: builder.append(Int128("-12345678901234567890123456780123456789") ?? 0)
    case .string: builder.append(text: "it's \u{1F30A}, not ascii")
    case .binary: builder.append(bytes: [0, 1, 2, 3], count: 4)
    case .date: builder.append(Int32(-7247))
    case .time: builder.append(Int64(86_399_123_000))
    case .timestamp(0): builder.append(Int64(-1000))
    case .timestamp(3): builder.append(Int64(-631_151_999_999))
    case .timestamp: builder.append(Int64(946_684_799_999_999))
    case .instant(3): builder.append(Int64(1_709_208_000_500))
    case .instant: builder.append(Int64(1_709_208_000_000_001))
    case .array:
      builder.children[0].append(Int32(1))
      builder.children[0].appendNull()
      builder.children[0].append(Int32(3))
      builder.appendList()
    case .map:
      for (index, key) in ["a", "b"].enumerated() {
        builder.children[0].children[0].append(text: key)
        if index == 0 { builder.children[0].children[1].append(Int64(1)) } else { builder.children[0].children[1].appendNull() }
        builder.children[0].appendRow()
      }
      builder.appendList()
    case .row:
      builder.children[0].append(Int32(7))
      builder.children[1].appendNull()
      builder.appendRow()
    default: builder.appendNull()
    }
  }

  @Test("types that other engines spell are understood")
  func spellings() throws {
    let known: [(String, DataType)] = [
      ("VARCHAR(2147483647)", .string), ("CHAR(3)", .string), ("VARBINARY(10)", .binary), ("BINARY(4)", .binary), ("INTEGER", .int32),
      ("DECIMAL(10,2)", .decimal(precision: 10, scale: 2)), ("DECIMAL", .decimal(precision: 10, scale: 0)), ("TIME(0)", .time(precision: 0)),
      ("TIMESTAMP", .timestamp(precision: 6)), ("TIMESTAMP(9)", .timestamp(precision: 9)),
      ("TIMESTAMP WITH LOCAL TIME ZONE", .instant(precision: 6)), ("TIMESTAMP_LTZ(3)", .instant(precision: 3)),
    ]
    for (text, type) in known { #expect(try PaimonTypes.dataType(of: .atomic(text, isNullable: true)) == type) }
    #expect(throws: SluiceError.self) { try PaimonTypes.dataType(of: .atomic("VARIANT", isNullable: true)) }
  }

  @Test("bounds of long texts are cut between characters and still bound")
  func textBounds() throws {
    let fixture = try TableFixture(key: ["id"])
    let texts = ["ééééééééé-low", "\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}", "plain but long enough to be cut"]
    for (index, text) in texts.enumerated() {
      var rows = BatchBuilder(types: TableFixture.columns.map(\.type))
      rows.columns[0].append(Int64(index))
      rows.columns[1].append(text: text)
      for column in 2...3 { rows.columns[column].appendNull() }
      rows.columns[4].append(Int32(1))
      rows.finishRow()
      let batch = ChangeBatch(table: TableFixture.table, schemaVersion: 0, rows: rows.finish())
      try fixture.commit([batch], checkpoint: Int64(index + 1), origin: .snapshot(range: index, isOrdered: true))
    }
    let files = MetadataFiles(store: LocalStore(root: "/"), root: fixture.foreign.folder)
    let live = try files.liveFiles(of: try #require(try files.latestSnapshot())).map(\.file)
    let bounds = try live.map { file -> (low: String, high: String)? in
      guard let names = file.valueStatsColumns, let place = names.firstIndex(of: "name") else { return nil }
      let types = names.compactMap { name in TableFixture.columns.first { $0.name == name }?.type }
      let low = ValueText(try file.valueStats.minimum.columns(types)[place]).text(0)
      let high = ValueText(try file.valueStats.maximum.columns(types)[place]).text(0)
      return low.flatMap { low in high.map { (low, $0) } }
    }
    #expect(bounds.compactMap { $0?.low } == ["éééééééé", "plain but long e"])
    #expect(bounds.compactMap { $0?.high } == ["éééééééê", "plain but long f"])
    #expect(try fixture.foreign.count(by: .rust) == 3)
  }
}
