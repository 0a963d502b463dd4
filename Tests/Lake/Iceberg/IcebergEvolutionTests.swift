import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

/// Changes of the columns of Iceberg tables, read by others.
@Suite struct IcebergEvolutionTests {
  private static func commit(_ table: any LakeTable, _ columns: [Column], checkpoint: CheckpointID) throws {
    let writer = try table.makeWriter(TableWriterOptions(label: "e", targetFileSize: 1 << 20, isAligned: true))
    let batch = ChangeBatch(
      table: table.id, schemaVersion: 0, rows: Batch(columns: columns, rowCount: columns[0].count), sequence: .constant(checkpoint))
    try TableFixture.write([batch], to: table, writer, origin: .stream)
    try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: [:])
  }

  private static func column(_ type: DataType, _ text: String?) throws -> Column {
    guard let text else { return .nulls(of: type, count: 1) }
    return try #require(ConstantColumn.parse(text, as: type))
  }

  private static let columns: [TargetTable.Column] = [
    .init(name: "id", type: .int64, isNullable: false), .init(name: "n", type: .int32, isNullable: true),
    .init(name: "f", type: .float32, isNullable: true), .init(name: "d", type: .decimal(precision: 8, scale: 2), isNullable: true),
    .init(name: "gone", type: .string, isNullable: true),
  ]

  @Test("added, dropped, renamed, moved and widened columns are read by all, and ids are never used again", arguments: [2, 3])
  func all(version: Int) throws {
    let layout = version == 3 ? IcebergLayoutCase.vectors : .positions
    let fixture = try TableFixture(buckets: 2, columns: Self.columns, plugin: IcebergPlugin.self, mode: layout.mode, table: layout.options)
    let first = try fixture.open()
    try Self.commit(
      first,
      [
        try Self.column(.int64, "1"), try Self.column(.int32, "-7"), try Self.column(.float32, "0.5"),
        try Self.column(.decimal(precision: 8, scale: 2), "12.34"), try Self.column(.string, "x"),
      ], checkpoint: 1)
    let fill: (String) -> String? = { version == 3 ? $0 : nil }
    let changes: [TargetChange] = [
      .alterColumn(.init(name: "n", type: .int64, isNullable: true, comment: "wider")),
      .alterColumn(.init(name: "f", type: .float64, isNullable: true)),
      .alterColumn(.init(name: "d", type: .decimal(precision: 20, scale: 2), isNullable: true)), .dropColumn("gone"),
      .renameColumn(from: "n", to: "number"), .moveColumn("number", .last),
      .addColumn(.init(name: "gone", type: .int32, isNullable: true), .first, fill: fill("7")),
      .addColumn(.init(name: "made", type: .timestamp(precision: 3), isNullable: false), .after("id"), fill: fill("2024-02-29T12:00:00.250")),
      .addColumn(.init(name: "seen", type: .instant(precision: 6), isNullable: true), .last, fill: fill("2024-02-29T12:00:00.250001Z")),
      .addColumn(.init(name: "flag", type: .boolean, isNullable: true), .last, fill: fill("true")),
      .addColumn(.init(name: "day", type: .date, isNullable: true), .last, fill: fill("2024-02-29")),
      .addColumn(.init(name: "price", type: .decimal(precision: 9, scale: 3), isNullable: true), .last, fill: fill("1.250")),
      .addColumn(.init(name: "ratio", type: .float64, isNullable: true), .last, fill: fill("0.125")), .commentTable("changed"),
    ]
    for index in changes.indices { #expect(first.refusal(of: changes[index], after: Array(changes[..<index])) == nil, "\(changes[index])") }
    let second = try first.evolve(changes)
    #expect(
      second.columns.map(\.name) == ["gone", "id", "made", "f", "d", "number", "seen", "flag", "day", "price", "ratio"])
    #expect(try first.evolve(changes).schemaVersion == second.schemaVersion)
    #expect(second.columns.first { $0.name == "number" }?.comment == "wider")
    let texts = [nil, "2", "2025-01-01T00:00:00", "1.5", "99999.50", "5000000000", nil, "false", nil, "2.500", nil]
    try Self.commit(second, try zip(second.storageTypes, texts).map { try Self.column($0, $1) }, checkpoint: 2)
    let shown = ["id", "number", "gone", "day", "price", "made", "ratio"]
    let own = try fixture.rows(columns: shown)
    let old = version == 3 ? "1|-7|7|2024-02-29|1.250|2024-02-29T12:00:00.250000|0.125" : "1|-7|NULL|NULL|NULL|NULL|NULL"
    #expect(own == [old, "2|5000000000|NULL|NULL|2.500|2025-01-01T00:00:00.000000|NULL"])
    var seen: [LakeReader.Reader: SpecValue] = [:]
    for reader in layout.readers {
      let rows = try fixture.foreign.rows(by: reader, columns: second.columns.map(\.name), keys: ["id"])
      #expect(rows.count == 2)
      #expect(rows.values(of: "number") == [.integer(-7), .integer(5_000_000_000)], "\(reader)")
      #expect(rows.values(of: "gone") == [version == 3 ? .integer(7) : .null, .null], "\(reader)")
      seen[reader] = .array(rows.rows.map { .array($0) })
    }
    #expect(Set(seen.values).count == 1, "\(seen)")
    let ids = try fixture.foreign.metadata()["schemas"]?.items.last?["fields"]?.items.compactMap { $0["id"]?.integer } ?? []
    #expect(Set(ids).count == 11 && !ids.contains(5))
  }

  @Test("what Iceberg cannot hold is refused with a reason, and changes nothing")
  func refused() throws {
    let fixture = try TableFixture(columns: Self.columns, plugin: IcebergPlugin.self, mode: "merge-on-write")
    let table = try fixture.open()
    let refused: [TargetChange] = [
      .alterColumn(.init(name: "n", type: .string, isNullable: true)),
      .alterColumn(.init(name: "id", type: .decimal(precision: 20, scale: 0), isNullable: false)),
      .alterColumn(.init(name: "d", type: .decimal(precision: 20, scale: 3), isNullable: true)), .dropColumn("id"),
      .renameColumn(from: "n", to: "f"), .addColumn(.init(name: "n", type: .string, isNullable: true), .last, fill: nil),
      .addColumn(.init(name: "m", type: .int32, isNullable: true), .last, fill: "no number"), .moveColumn("n", .after("nothing")),
    ]
    for change in refused {
      #expect(table.refusal(of: change)?.isEmpty == false, "\(change)")
      #expect(throws: SluiceError.self) { try table.evolve([change]) }
    }
    #expect(try fixture.open().schemaVersion == table.schemaVersion)
  }
}
