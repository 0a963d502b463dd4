import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// Other writers change a table's columns, partitions and history while a job writes to it.
@Suite struct ForeignChangesTests {
  private static let columns = ["id", "name"]
  private let layout = IcebergLayoutCase.vectors
  private let fixture: TableFixture
  private let catalog: FileSystemIcebergCatalog

  init() throws {
    fixture = try TableFixture(buckets: 1, plugin: IcebergPlugin.self, mode: layout.mode, table: layout.options)
    catalog = FileSystemIcebergCatalog(
      files: IcebergFiles(store: LocalStore(root: "/"), warehouse: fixture.folder.path), warehouse: fixture.folder.path)
  }

  private var metadata: TableMetadata {
    get throws { try #require(try catalog.load(TableFixture.table)).metadata }
  }

  /// Commits as another engine does.
  private func change(_ updates: [TableUpdate]) throws {
    guard case .committed = try catalog.commit(TableFixture.table, requirements: [], updates: updates) else { throw TestFailure("not committed") }
  }

  private func changeColumns(_ change: (inout [IcebergField]) -> Void) throws {
    var schema = try metadata.currentSchema()
    change(&schema.fields)
    try self.change([.addSchema(schema), .setCurrentSchema(TableUpdate.lastAdded)])
  }

  private func writer(_ table: any LakeTable) throws -> any TableWriter {
    try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
  }

  private func write(_ ids: [Int64], _ name: String, _ table: any LakeTable, _ writer: any TableWriter, checkpoint: CheckpointID) throws {
    try TableFixture.write([TableFixture.batch(ids, name: name, sequence: checkpoint)], to: table, writer, origin: .stream)
    try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: [:])
  }

  /// What is prepared is not committed, what comes later is not prepared, and neither does another run go on.
  private func expectConflict(
    _ change: () throws -> Void, column: String? = nil, at location: SourceLocation = #_sourceLocation
  ) throws {
    let table = try fixture.open()
    let writer = try writer(table)
    try write([1, 2], "a", table, writer, checkpoint: 1)
    try TableFixture.write([TableFixture.batch([2, 4], name: "b", sequence: 2)], to: table, writer, origin: .stream)
    let prepared = try writer.prepareCommit()
    let version = table.schemaVersion
    try change()
    let before = try metadata
    func check(_ work: () throws -> Void) {
      let error = #expect(throws: SluiceError.self, sourceLocation: location, performing: work)
      #expect(error?.kind == .targetConflict && error?.place.column == column, "\(String(describing: error))", sourceLocation: location)
    }
    check { try table.makeCommitter().commit(prepared, checkpoint: 2, properties: [:]) }
    check {
      try TableFixture.write([TableFixture.batch([5], sequence: 3)], to: table, writer, origin: .stream)
      _ = try writer.prepareCommit()
    }
    #expect(throws: SluiceError.self, sourceLocation: location) { try fixture.open(schemaVersion: version) }
    #expect(try metadata == before, sourceLocation: location)
  }

  @Test("a change of partitions ends the job") func partitions() throws {
    try expectConflict {
      let spec = PartitionSpec(id: 1, fields: [PartitionSpec.Field(sourceID: 2, id: 1000, name: "name", transform: .identity)])
      try change([.addSpec(spec), .setDefaultSpec(TableUpdate.lastAdded)])
    }
  }

  @Test("a dropped column ends the job") func dropped() throws {
    try expectConflict({ try changeColumns { $0.remove(at: 2) } }, column: "price")
  }

  @Test("a renamed column ends the job") func renamed() throws {
    try expectConflict({ try changeColumns { $0[1].name = "title" } }, column: "name")
  }

  @Test("a column of another engine's stays null in the job's rows, and the source's changes of columns come beside it") func added() throws {
    let table = try fixture.open()
    let first = try writer(table)
    try write([1, 2], "a", table, first, checkpoint: 1)
    try changeColumns { $0.insert(IcebergField(id: 6, name: "theirs", isRequired: false, type: .int), at: 2) }
    try write([2, 4], "b", table, first, checkpoint: 2)
    let changes: [TargetChange] = [
      .addColumn(.init(name: "mine", type: .int32, isNullable: true), .after("name"), fill: nil), .renameColumn(from: "price", to: "cost"),
    ]
    #expect(changes.allSatisfy { table.refusal(of: $0) == nil })
    let evolved = try table.evolve(changes)
    #expect(evolved.columns.map(\.name) == ["id", "name", "mine", "cost", "made", "day"])
    #expect(try metadata.currentSchema().fields.map(\.name) == ["id", "name", "mine", "theirs", "cost", "made", "day"])
    #expect(try evolved.evolve(changes) === evolved && table.evolve(changes).schemaVersion == evolved.schemaVersion)
    let second = try writer(evolved)
    var rows = TableFixture.batch([5], name: "c", sequence: 3).rows.columns
    rows.insert(.nulls(of: .int32, count: 1), at: 2)
    let batch = ChangeBatch(table: TableFixture.table, schemaVersion: 0, rows: Batch(columns: rows, rowCount: 1), sequence: .constant(3))
    try TableFixture.write([batch], to: evolved, second, origin: .stream)
    try evolved.makeCommitter().commit(try second.prepareCommit(), checkpoint: 3, properties: [:])
    let found = try fixture.rows(columns: Self.columns + ["theirs", "mine"])
    #expect(found == ["1|a-1|NULL|NULL", "2|b-2|NULL|NULL", "4|b-4|NULL|NULL", "5|c-5|NULL|NULL"])
    try layout.check(fixture, Self.columns, found.map { $0.split(separator: "|")[..<2].joined(separator: "|") })
    // A column of that name is the source's from now on.
    #expect(try evolved.evolve([.addColumn(.init(name: "theirs", type: .int32, isNullable: true), .last, fill: nil)]).columns.count == 7)
  }

  @Test("a job whose run ended between a change of columns and its own account of it goes on") func crash() throws {
    let table = try fixture.open()
    let first = try writer(table)
    try write([1, 2], "a", table, first, checkpoint: 1)
    try TableFixture.write([TableFixture.batch([4], name: "b", sequence: 2)], to: table, first, origin: .stream)
    let prepared = try first.prepareCommit()
    let changes: [TargetChange] = [.renameColumn(from: "price", to: "cost"), .dropColumn("made")]
    let evolved = try table.evolve(changes)
    let again = try fixture.open(schemaVersion: table.schemaVersion)
    try again.makeCommitter().commit(prepared, checkpoint: 2, properties: [:])
    #expect(try again.evolve(changes).schemaVersion == evolved.schemaVersion)
    #expect(try fixture.rows(columns: Self.columns) == ["1|a-1", "2|a-2", "4|b-4"])
  }

  @Test("a table that was set back takes nothing more, until it is set forth again") func setBack() throws {
    let table = try fixture.open()
    let writer = try writer(table)
    for checkpoint in 1...Int64(9) { try write([checkpoint, 100], "a\(checkpoint)", table, writer, checkpoint: checkpoint) }
    let maintenance = try table.makeMaintenance(MaintenanceOptions(label: "m", targetFileSize: 1 << 20, memory: 16 << 20))
    #expect(try maintenance.prepare { false })
    try TableFixture.write([TableFixture.batch([50], sequence: 10)], to: table, writer, origin: .stream)
    let prepared = try writer.prepareCommit()
    let newest = try #require(try metadata.currentSnapshot)
    let older = try metadata.ancestors(of: newest)[0...8]
    try change([.setReference(SnapshotReference.main, SnapshotReference(snapshotID: older[2].id))])
    let rows = try fixture.rows(columns: Self.columns)
    #expect(rows.count == 8)
    // Row 100 of checkpoint 7 lives again.
    try maintenance.publish(checkpoint: 9)
    #expect(try fixture.rows(columns: Self.columns) == rows)
    let committers = try [table, fixture.open(schemaVersion: table.schemaVersion)].map { try $0.makeCommitter() }
    for committer in committers {
      let error = #expect(throws: SluiceError.self) { try committer.commit(prepared, checkpoint: 10, properties: [:]) }
      #expect(error?.kind == .targetConflict && error?.message.contains("checkpoint 9") == true, "\(String(describing: error))")
    }
    #expect(try committers[1].lastCommitted() == 7)
    let error = #expect(throws: SluiceError.self) {
      try TableFixture.write([TableFixture.batch([51], sequence: 11)], to: table, writer, origin: .stream)
      _ = try writer.prepareCommit()
    }
    #expect(error?.kind == .targetConflict)

    try change([.setReference(SnapshotReference.main, SnapshotReference(snapshotID: newest.id))])
    try fixture.open().makeCommitter().commit(prepared, checkpoint: 10, properties: [:])
    let after = try fixture.rows(columns: Self.columns)
    #expect(after.count == 11 && after.contains("100|a9-100"))
    try layout.check(fixture, Self.columns, after)
  }
}
