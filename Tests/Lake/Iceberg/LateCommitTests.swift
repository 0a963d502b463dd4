import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// Commits that are taken after the one who sent them has given up waiting for the answer.
@Suite struct LateCommitTests {
  private static let columns = ["id", "name"]
  private static let writer = WriterIdentity(id: "w1")

  private struct Open {
    let fixture: TableFixture
    let files: IcebergFiles
    let own: FileSystemIcebergCatalog
    let late: UncertainCatalog

    init() throws {
      let layout = IcebergLayoutCase.vectors
      fixture = try TableFixture(buckets: 1, plugin: IcebergPlugin.self, mode: layout.mode, table: layout.options)
      files = IcebergFiles(store: LocalStore(root: "/"), warehouse: fixture.folder.path)
      own = FileSystemIcebergCatalog(files: files, warehouse: fixture.folder.path)
      late = UncertainCatalog(own, table: TableFixture.table, by: .late)
    }

    var metadata: TableMetadata {
      get throws { try #require(try own.load(TableFixture.table)).metadata }
    }

    /// All readers see what ours sees, nothing that is needed is missing, and what the attempts left is an orphan.
    func check(_ rows: Int, at location: SourceLocation = #_sourceLocation) throws {
      #expect(late.disturbanceCount > 0, sourceLocation: location)
      let found = try fixture.rows(columns: LateCommitTests.columns)
      #expect(found.count == rows, sourceLocation: location)
      try IcebergLayoutCase.vectors.check(fixture, LateCommitTests.columns, found, at: location)
      _ = try fixture.open().makeCommitter().removeOrphans(keeping: [])
      let references = try fixture.foreign.references()
      #expect(references.missing.isEmpty && references.orphans.isEmpty, "\(references)", sourceLocation: location)
      try IcebergLayoutCase.vectors.check(fixture, LateCommitTests.columns, found, at: location)
    }
  }

  @Test("merged files whose snapshot is taken late stay in the table") func compaction() throws {
    let open = try Open()
    let table = try open.fixture.open()
    let writer = try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
    for checkpoint in 1...Int64(9) {
      try TableFixture.write(
        [TableFixture.batch([checkpoint, checkpoint + 10, 3], sequence: checkpoint)], to: table, writer, origin: .stream)
      try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: [:])
    }
    let maintenance = IcebergMaintenance(
      table: TableFixture.table, files: open.files, catalog: open.late, writer: Self.writer,
      options: MaintenanceOptions(label: "m", targetFileSize: 1 << 20, memory: 16 << 20))
    #expect(try maintenance.prepare { false })
    try maintenance.publish(checkpoint: 9)
    #expect(try open.metadata.snapshots.count == 10 && open.fixture.open().summary().fileCount == 1)
    try open.check(18)
  }

  @Test("waiting changes whose merge is taken late are in the table once") func consolidation() throws {
    let open = try Open()
    try open.fixture.commit([TableFixture.batch(Array(0..<20))], checkpoint: 1)
    try open.fixture.commit(
      [TableFixture.batch([5, 6, 30], name: "u", sequence: 10, kinds: [.updateAfter, .delete, .insert])], checkpoint: 2, origin: .stream)
    let committer = IcebergCommitter(
      table: TableFixture.table, schema: try open.metadata.currentSchema(), files: open.files, catalog: open.late, writer: Self.writer,
      mode: .mergeOnWrite)
    try committer.consolidate(checkpoint: 2, memory: 16 << 20)
    try open.check(20)
    #expect(try committer.lastCommitted() == 2)
  }

  @Test("a column whose addition is taken late is added once") func evolution() throws {
    let open = try Open()
    try open.fixture.commit([TableFixture.batch(Array(0..<20))], checkpoint: 1)
    let metadata = try open.metadata
    let table = try IcebergTable(
      id: TableFixture.table, metadata: metadata, schema: try metadata.currentSchema(), files: open.files, catalog: open.late, writer: Self.writer,
      mode: .mergeOnWrite)
    let evolved = try table.evolve([.addColumn(.init(name: "more", type: .int32, isNullable: true), .last, fill: nil)])
    #expect(evolved.columns.map(\.name) == TableFixture.columns.map(\.name) + ["more"])
    #expect(try open.metadata.currentSchema().fields.count == 6 && open.metadata.schemas.count == 2)
    #expect(try open.metadata.currentSnapshot?.schemaID == open.metadata.currentSchemaID)
  }
}
