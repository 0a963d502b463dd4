import Foundation
import SluiceCore
import SluiceStorage
import Synchronization
import TestKit
import Testing

@testable import SluiceLake

/// Commits of Iceberg tables among those of others, and what is left after a crash.
@Suite struct IcebergCommitTests {
  private static let columns = ["id", "name"]

  private struct Open {
    let fixture: TableFixture
    let files: IcebergFiles
    let catalog: FileSystemIcebergCatalog

    init(_ layout: IcebergLayoutCase = .vectors, key: [String] = ["id"]) throws {
      fixture = try TableFixture(key: key, buckets: 1, plugin: IcebergPlugin.self, mode: layout.mode, table: layout.options)
      files = IcebergFiles(store: LocalStore(root: "/"), warehouse: fixture.folder.path)
      catalog = FileSystemIcebergCatalog(files: files, warehouse: fixture.folder.path)
    }

    var metadata: TableMetadata {
      get throws { try #require(try catalog.load(TableFixture.table)).metadata }
    }

    func writer(_ table: any LakeTable) throws -> any TableWriter {
      try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
    }
  }

  @Test("a checkpoint is committed once, whoever asks and whatever others expire")
  func once() throws {
    let open = try Open()
    let table = try open.fixture.open()
    let writer = try open.writer(table)
    try TableFixture.write([TableFixture.batch([1, 2, 3])], to: table, writer, origin: .stream)
    let prepared = try JSONCopy.of(try writer.prepareCommit())
    for _ in 0..<2 { try open.fixture.open().makeCommitter().commit(prepared, checkpoint: 5, properties: ["position": "p"]) }
    #expect(try open.fixture.rows().count == 3)
    #expect(try open.metadata.snapshots.count == 1)
    // Somebody else's snapshot comes, and the job's own is expired.
    let other = IcebergPublisher(table: TableFixture.table, files: open.files, catalog: open.catalog, writer: WriterIdentity(id: "other"))
    #expect(try other.publish { _ in SnapshotDraft() } == .committed)
    let own = try #require(try open.metadata.snapshots.first)
    _ = try open.catalog.commit(TableFixture.table, requirements: [], updates: [.removeSnapshots([own.id])])
    let committer = try open.fixture.open().makeCommitter()
    #expect(try committer.lastCommitted() == 5)
    try committer.commit(prepared, checkpoint: 5, properties: [:])
    #expect(try open.fixture.rows().count == 3)
  }

  @Test("rows that die in files which another engine has rewritten meanwhile are found again", arguments: [IcebergLayoutCase.vectors, .positions])
  func rewrittenMeanwhile(layout: IcebergLayoutCase) throws {
    let open = try Open(layout)
    let table = try open.fixture.open()
    try open.fixture.commit([TableFixture.batch(Array(0..<20))], checkpoint: 1)
    try open.fixture.commit([TableFixture.batch(Array(20..<40))], checkpoint: 2)
    let writer = try open.writer(table)
    try TableFixture.write(
      [TableFixture.batch([3, 25, 7], name: "u", sequence: 3, kinds: [.updateAfter, .delete, .delete])], to: table, writer, origin: .stream)
    let prepared = try writer.prepareCommit()
    try rewriteAll(open)
    try table.makeCommitter().commit(prepared, checkpoint: 3, properties: [:])
    let rows = try open.fixture.rows(columns: Self.columns)
    #expect(rows.count == 38 && rows.contains("3|NULL") && !rows.contains("7|n-7"))
    try layout.check(open.fixture, Self.columns, rows)
    // The writer follows.
    try TableFixture.write(
      [TableFixture.batch([3, 30], name: "v", sequence: 4, kinds: [.delete, .updateAfter])], to: table, writer, origin: .stream)
    try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: 4, properties: [:])
    let later = try open.fixture.rows(columns: Self.columns)
    #expect(later.count == 37 && later.contains("30|v-30"))
    try layout.check(open.fixture, Self.columns, later)
  }

  /// All files become one, whose rows are in another order.
  private func rewriteAll(_ open: Open) throws {
    let metadata = try open.metadata
    let schema = try metadata.currentSchema()
    let own = try IcebergTableFiles(
      table: TableFixture.table, metadata: metadata, schema: schema, files: open.files, writer: WriterIdentity(id: "other"),
      options: TableWriterOptions(label: "c", targetFileSize: 1 << 20))
    let publisher = IcebergPublisher(table: TableFixture.table, files: open.files, catalog: open.catalog, writer: WriterIdentity(id: "other"))
    let live = try IcebergState(metadata, open.files).live(.data, ManifestCache(open.files), own.slots)
    let output = try own.makeFile(.appended, slot: Slot(bucket: 0))
    for file in live.reversed() {
      let stream = try own.open(file, columns: Array(schema.fields.indices), withSystemColumns: false, batchRows: 100, dead: nil)
      while let batch = try stream.next() {
        try output.write(ChangeBatch(table: TableFixture.table, schemaVersion: 0, rows: batch.taking((0..<Int32(batch.rowCount)).reversed())))
      }
    }
    var written = try output.finish()
    written.data.sortOrderID = nil
    var draft = SnapshotDraft()
    draft.operation = .replace
    draft.removed = Set(live.map(\.identity))
    draft.added = [written]
    #expect(try publisher.publish { _ in draft } == .committed)
  }

  @Test("a lost race and a lost answer leave each change in the table once", arguments: UncertainCatalog.Disturbance.allCases)
  func races(disturbance: UncertainCatalog.Disturbance) throws {
    let open = try Open()
    let table = try open.fixture.open()
    let writer = try open.writer(table)
    let catalog = UncertainCatalog(open.catalog, table: TableFixture.table, by: disturbance)
    let metadata = try open.metadata
    let committer = IcebergCommitter(
      table: TableFixture.table, schema: try metadata.currentSchema(), files: open.files, catalog: catalog, writer: WriterIdentity(id: "w1"),
      mode: .mergeOnWrite)
    for checkpoint in 1...Int64(6) {
      try TableFixture.write(
        [TableFixture.batch([checkpoint, 100], name: "n\(checkpoint)", sequence: checkpoint)], to: table, writer, origin: .stream)
      try committer.commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: [:])
    }
    #expect(catalog.disturbanceCount >= 3)
    let rows = try open.fixture.rows(columns: Self.columns)
    #expect(rows.count == 7 && rows.contains("100|n6-100"))
    try IcebergLayoutCase.vectors.check(open.fixture, Self.columns, rows)
    if disturbance == .race { #expect(try open.metadata.snapshots.count == 6 + catalog.disturbanceCount) }
    let orphans = try open.fixture.open().makeCommitter().removeOrphans(keeping: [])
    // What was written for an attempt that nobody answered stays until then.
    if disturbance == .race { #expect(orphans == 0) }
    #expect(try open.fixture.open().makeCommitter().removeOrphans(keeping: []) == 0)
    try IcebergLayoutCase.vectors.check(open.fixture, Self.columns, rows)
  }

  @Test("what a crash leaves is told from what is needed, and rows keep their ids when files are merged")
  func orphansAndLineage() throws {
    let open = try Open()
    let table = try open.fixture.open()
    let writer = try open.writer(table)
    for checkpoint in 1...Int64(9) {
      try TableFixture.write(
        [TableFixture.batch([checkpoint, checkpoint + 10, 3], name: "n", sequence: checkpoint)], to: table, writer, origin: .stream)
      try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: [:])
    }
    let before = try lineage(open)
    #expect(Set(before.values.map(\.id)).count == before.count)
    let maintenance = try table.makeMaintenance(MaintenanceOptions(label: "m", targetFileSize: 1 << 20, memory: 16 << 20))
    #expect(try maintenance.prepare { false })
    // Prepared and never published.
    let other = try table.makeMaintenance(MaintenanceOptions(label: "o", targetFileSize: 1 << 20, memory: 16 << 20))
    #expect(try other.prepare { false })
    try maintenance.publish(checkpoint: 9)
    try other.publish(checkpoint: 9)
    let after = try lineage(open)
    #expect(after == before)
    #expect(try open.fixture.open().summary().fileCount == 1)
    let rows = try open.fixture.rows(columns: Self.columns)
    try IcebergLayoutCase.vectors.check(open.fixture, Self.columns, rows)
    try TableFixture.write([TableFixture.batch([50])], to: table, writer, origin: .stream)
    _ = try writer.prepareCommit()
    let committer = try open.fixture.open().makeCommitter()
    #expect(try committer.removeOrphans(keeping: []) > 0)
    #expect(try committer.removeOrphans(keeping: []) == 0)
    #expect(try open.fixture.rows(columns: Self.columns) == rows)
    #expect(try table.makeCommitter().lastCommitted() == 9)
  }

  private struct Lineage: Hashable {
    let id: Int64
    let updated: Int64
  }

  /// Row ids by key.
  private func lineage(_ open: Open) throws -> [Int64: Lineage] {
    let metadata = try open.metadata
    let schema = try metadata.currentSchema()
    let own = try IcebergTableFiles(table: TableFixture.table, metadata: metadata, schema: schema, files: open.files)
    let state = try IcebergState(metadata, open.files)
    let cache = ManifestCache(open.files)
    let deletes = IcebergDeletes(try state.live(.deletes, cache, own.slots), open.files)
    var found: [Int64: Lineage] = [:]
    for file in try state.live(.data, cache, own.slots) {
      let count = schema.fields.count
      let stream = try own.open(
        file, columns: [0, count, count + 1], withSystemColumns: false, batchRows: 2, dead: try deletes.rows(of: file))
      while let batch = try stream.next() {
        for row in 0..<batch.rowCount {
          let numbers = batch.columns.map { $0.fixed(as: Int64.self)[row] }
          #expect(found.updateValue(Lineage(id: numbers[1], updated: numbers[2]), forKey: numbers[0]) == nil)
        }
      }
    }
    return found
  }

  @Test("snapshots are expired with what only they need, and branches, tags and the job's own stay")
  func expiry() throws {
    let open = try Open()
    let table = try open.fixture.open()
    let writer = try open.writer(table)
    func commit(_ checkpoint: Int64) throws {
      try TableFixture.write([TableFixture.batch([checkpoint % 5], name: "n\(checkpoint)", sequence: checkpoint)], to: table, writer, origin: .stream)
      try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: [:])
    }
    _ = try open.catalog.commit(
      TableFixture.table, requirements: [],
      updates: [.setProperties(["sluice.history.max-snapshots": "12", "history.expire.min-snapshots-to-keep": "3"])])
    for checkpoint in 1...Int64(8) { try commit(checkpoint) }
    let tagged = try #require(try open.metadata.currentSnapshot)
    let rows = try open.fixture.rows(columns: Self.columns)
    _ = try open.catalog.commit(
      TableFixture.table, requirements: [], updates: [.setReference("kept", SnapshotReference(snapshotID: tagged.id, isTag: true))])
    let maintenance = try table.makeMaintenance(MaintenanceOptions(label: "m", targetFileSize: 1 << 20, memory: 16 << 20))
    for checkpoint in 9...Int64(60) {
      try commit(checkpoint)
      if checkpoint.isMultiple(of: 6), try maintenance.prepare(isCancelled: { false }) { try maintenance.publish(checkpoint: checkpoint) }
    }
    _ = try maintenance.prepare { false }
    maintenance.abandon()
    let metadata = try open.metadata
    #expect(metadata.snapshots.count <= 24 && metadata.snapshot(tagged.id) != nil)
    #expect(try open.fixture.files("/").count < 140)
    #expect(try open.fixture.foreign.rows(by: .duckdb, columns: Self.columns, snapshot: Int(tagged.id)).rows.count == rows.count)
    let references = try open.fixture.foreign.references()
    #expect(references.missing.isEmpty && references.orphans.isEmpty, "\(references)")
    try IcebergLayoutCase.vectors.check(open.fixture, Self.columns, try open.fixture.rows(columns: Self.columns))
    #expect(try table.makeCommitter().lastCommitted() == 60)
  }
}
