import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

/// A column's type changes while files of the old type stay: both foreign readers and ours must show the old values unchanged.
@Suite struct TypePromotionTests {
  struct Promotion: Sendable, CustomTestStringConvertible {
    let old: DataType
    let new: DataType
    /// Values as text of the old type, and how they read under the new one.
    let values: [(old: String, shown: SpecValue)]

    var testDescription: String { "\(old) to \(new)" }
  }

  static let promotions: [Promotion] = [
    .init(old: .int8, new: .int16, values: [("-128", -128), ("127", 127)]),
    .init(old: .int8, new: .int64, values: [("-128", -128)]),
    .init(old: .int16, new: .int32, values: [("-32768", -32768), ("32767", 32767)]),
    .init(old: .int32, new: .int64, values: [("-2147483648", -2_147_483_648), ("2147483647", 2_147_483_647)]),
    .init(old: .int16, new: .float32, values: [("-32768", -32768.0), ("7", 7.0)]),
    .init(old: .int32, new: .float64, values: [("-2147483648", -2_147_483_648.0), ("2147483647", 2_147_483_647.0)]),
    .init(old: .float32, new: .float64, values: [("1.5", 1.5), ("-0.25", -0.25)]),
    .init(old: .int8, new: .decimal(precision: 5, scale: 2), values: [("-128", "-128.00"), ("5", "5.00")]),
    .init(old: .int32, new: .decimal(precision: 10, scale: 0), values: [("-2147483648", "-2147483648")]),
    .init(old: .int64, new: .decimal(precision: 20, scale: 0), values: [("-9223372036854775808", "-9223372036854775808"), ("7", "7")]),
    .init(old: .int64, new: .decimal(precision: 38, scale: 10), values: [("9223372036854775807", "9223372036854775807.0000000000")]),
    .init(old: .decimal(precision: 5, scale: 2), new: .decimal(precision: 12, scale: 2), values: [("-999.99", "-999.99")]),
    .init(old: .decimal(precision: 9, scale: 2), new: .decimal(precision: 18, scale: 4), values: [("-1234567.89", "-1234567.8900")]),
    .init(old: .decimal(precision: 18, scale: 0), new: .decimal(precision: 30, scale: 3), values: [("999999999999999999", "999999999999999999.000")]),
    .init(
      old: .decimal(precision: 20, scale: 5), new: .decimal(precision: 38, scale: 10),
      values: [("-123456789012345.12345", "-123456789012345.1234500000")]),
    .init(old: .time(precision: 0), new: .time(precision: 3), values: [("23:59:59", "23:59:59.000000")]),
    .init(
      old: .timestamp(precision: 0), new: .timestamp(precision: 3),
      values: [("1969-12-31T23:59:59", "1969-12-31T23:59:59.000000"), ("2024-02-29T00:00:00", "2024-02-29T00:00:00.000000")]),
    .init(
      old: .timestamp(precision: 0), new: .timestamp(precision: 6),
      values: [("1000-01-01T00:00:00", "1000-01-01T00:00:00.000000"), ("9999-12-31T23:59:59", "9999-12-31T23:59:59.000000")]),
    .init(old: .timestamp(precision: 3), new: .timestamp(precision: 6), values: [("1999-12-31T23:59:59.999", "1999-12-31T23:59:59.999000")]),
    .init(old: .instant(precision: 0), new: .instant(precision: 6), values: [("2038-01-19T03:14:07Z", "2038-01-19T03:14:07.000000Z")]),
    .init(old: .date, new: .timestamp(precision: 0), values: [("1950-02-28", "1950-02-28T00:00:00.000000")]),
    .init(
      old: .date, new: .timestamp(precision: 6), values: [("1000-01-01", "1000-01-01T00:00:00.000000"), ("9999-12-31", "9999-12-31T00:00:00.000000")]),
    .init(old: .int8, new: .string, values: [("-128", "-128")]),
    .init(old: .int64, new: .string, values: [("-9223372036854775808", "-9223372036854775808"), ("0", "0")]),
    .init(old: .date, new: .string, values: [("1950-02-28", "1950-02-28"), ("1000-01-01", "1000-01-01")]),
  ]

  @Test("old values read unchanged under the new type, beside new ones, merged and from raw files", arguments: promotions)
  func promotion(_ item: Promotion) throws {
    #expect(TypePromotion.isKnown(from: item.old, to: item.new))
    let fixture = try TableFixture(columns: Self.columns(item.old))
    let first = try Self.batch(item.old, item.values.map(\.old) + [nil], firstID: 1, sequence: 0)
    try fixture.commit([first], checkpoint: 1)
    let before = try fixture.open()
    #expect(before.refusal(of: .alterColumn(Self.columns(item.new)[1])) == nil)
    let after = try before.evolve([.alterColumn(Self.columns(item.new)[1])])
    #expect(after.schemaVersion == 1 && after.storageTypes[1] == item.new)
    let shown = item.values.map(\.shown) + [.null]
    try Self.check(fixture, shown)
    // A row that replaces one of the old file makes readers merge files of both types.
    let writer = try after.makeWriter(TableWriterOptions(label: "1", targetFileSize: 1 << 20))
    try TableFixture.write([try Self.batch(item.new, [nil], firstID: 99, sequence: 5)], to: after, writer, origin: .stream)
    try TableFixture.write([try Self.batch(item.new, [nil], firstID: Int64(shown.count), sequence: 5)], to: after, writer, origin: .stream)
    try after.makeCommitter().commit(try writer.prepareCommit(), checkpoint: 2, properties: [:])
    try Self.check(fixture, shown + [.null])
    // Rows that are merged are written in the new type.
    try after.makeCommitter().consolidate(checkpoint: 2, memory: 64 << 20)
    #expect(try fixture.foreign.files().count == 1)
    try Self.check(fixture, shown + [.null])
  }

  private static func columns(_ type: DataType) -> [TargetTable.Column] {
    [.init(name: "id", type: .int64, isNullable: false), .init(name: "v", type: type, isNullable: true)]
  }

  private static func batch(_ type: DataType, _ values: [String?], firstID: Int64, sequence: Int64) throws -> ChangeBatch {
    var ids = ColumnBuilder(type: .int64)
    for index in values.indices { ids.append(firstID + Int64(index)) }
    let parts = try values.map { try $0.map { try #require(ConstantColumn.parse($0, as: type)) } ?? Column.nulls(of: type, count: 1) }
    let rows = Batch(columns: [ids.finish(), Column.concatenating(parts)], rowCount: values.count)
    return ChangeBatch(table: TableFixture.table, schemaVersion: 0, rows: rows, sequence: .constant(sequence))
  }

  private static func check(_ fixture: TableFixture, _ shown: [SpecValue]) throws {
    let own = try fixture.rows(columns: ["id", "v"]).count
    #expect(own == shown.count)
    for reader in LakeFormatName.paimon.readers {
      let seen = try fixture.foreign.rows(by: reader, keys: ["id"])
      #expect(seen.values(of: "v") == shown, "\(reader)")
    }
    // Our own reader, in the words of the foreign ones.
    let reader = try fixture.format.open(TableFixture.table).makeReader(columns: ["id", "v"], limit: nil)
    var rows: [(Int64, String?)] = []
    while let batch = try reader.next() {
      for row in 0..<batch.rowCount { rows.append((batch.columns[0].fixed(as: Int64.self)[row], ValueText(batch.columns[1]).text(row))) }
    }
    for (row, expected) in zip(rows.sorted { $0.0 < $1.0 }, shown) {
      if expected == .null { #expect(row.1 == nil) } else { #expect(row.1.map(plain) == plain(expected)) }
    }
  }

  /// Foreign readers show times with six digits, and whole floating point numbers without a fraction.
  private static func plain(_ text: String) -> String {
    var text = text
    if text.hasSuffix("Z") { text.removeLast() }
    if text.contains("T") || text.contains(":") {
      while text.contains("."), text.hasSuffix("0") || text.hasSuffix(".") { text.removeLast() }
    }
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func plain(_ value: SpecValue) -> String {
    if let text = value.text { return plain(text) }
    return plain(JSONText.compact(value))
  }

  @Test("changes of type that would bend a value are no promotions")
  func losses() {
    let losses: [(DataType, DataType)] = [
      (.int64, .int32), (.int32, .float32), (.int64, .float64), (.float64, .float32), (.int64, .decimal(precision: 18, scale: 0)),
      (.decimal(precision: 10, scale: 2), .decimal(precision: 10, scale: 3)), (.decimal(precision: 10, scale: 2), .decimal(precision: 9, scale: 2)),
      (.decimal(precision: 10, scale: 2), .decimal(precision: 12, scale: 1)), (.decimal(precision: 10, scale: 2), .string), (.float64, .string),
      (.timestamp(precision: 6), .timestamp(precision: 3)), (.timestamp(precision: 3), .instant(precision: 3)), (.timestamp(precision: 0), .date),
      (.timestamp(precision: 0), .string), (.string, .int32), (.string, .binary), (.binary, .string), (.boolean, .string), (.string, .boolean),
    ]
    for (old, new) in losses { #expect(!TypePromotion.isKnown(from: old, to: new), "\(old) to \(new)") }
  }
}
