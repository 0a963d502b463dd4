import SluiceCore
import TestKit
import Testing

@testable import SluiceLake

/// Files that pyiceberg appends to a keyed table, and what maintenance makes of them.
@Suite struct ForeignFilesTests {
  private static let columns = ["id", "name"]
  private let layout = IcebergLayoutCase.positions
  private let fixture: TableFixture

  init() throws {
    fixture = try TableFixture(
      buckets: 2, plugin: IcebergPlugin.self, mode: layout.mode, table: layout.options,
      catalog: { ["type": .string("sql"), "uri": .string($0.path + "/catalog.db")] })
  }

  /// One file of rows with these ids.
  private func append(_ ids: [Int], _ name: String) throws {
    let rows = ids.map { SpecValue(["id": .integer($0), "name": .string("\(name)-\($0)"), "day": .integer($0 % 3)]) }
    let catalog: SpecValue = ["uri": .string("sqlite:///" + fixture.folder.path + "/catalog.db"), "warehouse": .string(fixture.folder.path)]
    _ = try LakeReader.shared.ask("iceberg", ["do": "append", "catalog": catalog, "table": "shop.orders", "rows": .array(rows)])
  }

  private func maintenance(_ table: any LakeTable) throws -> any TableMaintenance {
    try table.makeMaintenance(MaintenanceOptions(label: "m", targetFileSize: 1 << 20, memory: 16 << 20))
  }

  /// The names of the live files that are not of our making.
  private func foreignFiles() throws -> [String] {
    try fixture.foreign.files().map { IcebergFile.name(of: $0.path) }.filter { !$0.hasPrefix("data-") }
  }

  @Test("a merge of other engines' files changes no row, whatever keys live twice, and is not tried again in vain")
  func doubled() throws {
    let table = try fixture.open()
    try fixture.commit([TableFixture.batch([1, 2, 4, 5])], checkpoint: 1)
    for (ids, name) in [([31, 30, 30], "a"), ([40, 1], "b"), ([51, 50], "c"), ([60], "d"), ([62, 61], "e"), ([40], "f")] { try append(ids, name) }
    let before = try fixture.rows(columns: Self.columns)
    #expect(before.count == 15)
    let first = try maintenance(table)
    #expect(try first.prepare { false })
    try first.publish(checkpoint: 1)
    #expect(try fixture.rows(columns: Self.columns) == before)
    try layout.check(fixture, Self.columns, before)
    #expect(try foreignFiles().count == 3)
    #expect(try !maintenance(table).prepare { false })

    // A change of a key replaces all of its rows, and then the files are free.
    let writer = try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
    try TableFixture.write(
      [TableFixture.batch([30, 40, 51], name: "u", sequence: 2, kinds: [.updateAfter, .delete, .updateAfter])], to: table, writer, origin: .stream)
    try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: 2, properties: [:])
    let changed = try fixture.rows(columns: Self.columns)
    #expect(changed == (before.filter { !["30|", "40|", "51|"].contains($0.prefix(3)) } + ["30|u-30", "51|u-51"]).sorted())
    let second = try maintenance(table)
    #expect(try second.prepare { false })
    try second.publish(checkpoint: 2)
    #expect(try fixture.rows(columns: Self.columns) == changed)
    try layout.check(fixture, Self.columns, changed)
    #expect(try foreignFiles().count == 1)
    let references = try fixture.foreign.references()
    #expect(references.missing.isEmpty && references.orphans.isEmpty, "\(references)")
  }
}
