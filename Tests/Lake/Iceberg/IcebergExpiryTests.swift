import Foundation
import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// What expiry leaves of others: staged snapshots, branches and tags with rules of their own, schemas that are needed.
@Suite struct IcebergExpiryTests {
  private static let writer = WriterIdentity(id: "w1")
  private static let day: Int64 = 86_400_000
  private let fixture: TableFixture
  private let files: IcebergFiles
  private let catalog: FileSystemIcebergCatalog

  init() throws {
    let layout = IcebergLayoutCase.vectors
    fixture = try TableFixture(buckets: 1, plugin: IcebergPlugin.self, mode: layout.mode, table: layout.options)
    files = IcebergFiles(store: LocalStore(root: "/"), warehouse: fixture.folder.path)
    catalog = FileSystemIcebergCatalog(files: files, warehouse: fixture.folder.path)
  }

  private var metadata: TableMetadata {
    get throws { try #require(try catalog.load(TableFixture.table)).metadata }
  }

  private func change(_ updates: [TableUpdate]) throws {
    guard case .committed = try catalog.commit(TableFixture.table, requirements: [], updates: updates) else { throw TestFailure("not committed") }
  }

  /// A snapshot with a file of its own that no branch leads to.
  private func stage() throws -> (snapshot: Int64, file: String) {
    let before = try metadata
    let own = try IcebergTableFiles(
      table: TableFixture.table, metadata: before, schema: try before.currentSchema(), files: files, writer: WriterIdentity(id: "other"),
      options: TableWriterOptions(label: "s", targetFileSize: 1 << 20))
    let output = try own.makeFile(.appended, slot: Slot(bucket: 0))
    try output.write(TableFixture.batch([77], name: "staged"))
    let file = try output.finish()
    var draft = SnapshotDraft()
    draft.added = [file]
    let publisher = IcebergPublisher(table: TableFixture.table, files: files, catalog: catalog, writer: WriterIdentity(id: "other"))
    #expect(try publisher.publish { _ in draft } == .committed)
    let staged = try #require(try metadata.currentSnapshotID)
    try change([.setReference(SnapshotReference.main, SnapshotReference(snapshotID: try #require(before.currentSnapshotID)))])
    return (staged, try own.path(of: file))
  }

  @Test("snapshots that nothing leads to stay until they are old, references keep what they say, and schemas go with their last snapshot")
  func others() throws {
    var table = try fixture.open()
    try change([.setProperties(["sluice.history.max-snapshots": "5", "history.expire.min-snapshots-to-keep": "2"])])
    let writer = try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
    func commit(_ checkpoints: ClosedRange<Int64>) throws {
      for checkpoint in checkpoints {
        try TableFixture.write([TableFixture.batch([checkpoint % 5], sequence: checkpoint)], to: table, writer, origin: .stream)
        try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: [:])
      }
    }
    func expire(_ now: Int64) throws {
      let expiry = IcebergExpiry(table: TableFixture.table, files: files, catalog: catalog, writer: Self.writer)
      try expiry.run(metadata, now: now) { false }
    }
    try commit(1...6)
    let chain = try metadata.ancestors(of: metadata.currentSnapshot)
    let staged = try stage()
    var short = SnapshotReference(snapshotID: chain[3].id, isTag: true)
    short.maximumAgeMillis = 1
    var narrow = SnapshotReference(snapshotID: chain[1].id)
    (narrow.minimumSnapshotsToKeep, narrow.maximumSnapshotAgeMillis) = (2, 1)
    try change([.setReference("short", short), .setReference("narrow", narrow)])
    table = try table.evolve([.alterColumn(.init(name: "name", type: .string, isNullable: true, comment: "again"))])
    try commit(7...30)
    let now = Int64(Date().timeIntervalSince1970 * 1000) + 60_000
    try expire(now)
    var found = try metadata
    #expect(found.references.keys.sorted() == ["main", "narrow"])
    #expect(found.snapshot(staged.snapshot) != nil && FileManager.default.fileExists(atPath: staged.file))
    #expect(found.snapshot(chain[1].id) != nil && found.snapshot(chain[2].id) != nil && found.snapshot(chain[3].id) == nil)
    #expect(found.snapshots.count == 5 + 2 + 1 && found.schemas.count == 2)

    try change([.removeReference("narrow")])
    try commit(31...45)
    try expire(now + 6 * Self.day)
    found = try metadata
    #expect(found.snapshot(staged.snapshot) == nil && !FileManager.default.fileExists(atPath: staged.file))
    #expect(found.snapshots.count == 2 && found.schemas.map(\.id) == [found.currentSchemaID])
    let references = try fixture.foreign.references()
    #expect(references.missing.isEmpty && references.orphans.isEmpty, "\(references)")
    try commit(46...47)
    #expect(try fixture.open(schemaVersion: table.schemaVersion).makeCommitter().lastCommitted() == 47)
  }

  @Test("a writer that is faster while manifests are read does not keep it from its work")
  func races() throws {
    let table = try fixture.open()
    try change([.setProperties(["sluice.history.max-snapshots": "5", "history.expire.min-snapshots-to-keep": "2"])])
    let writer = try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
    for checkpoint in Int64(1)...30 {
      try TableFixture.write([TableFixture.batch([checkpoint % 5], sequence: checkpoint)], to: table, writer, origin: .stream)
      try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: [:])
    }
    let uncertain = UncertainCatalog(catalog, table: TableFixture.table, by: .race)
    _ = try uncertain.commit(TableFixture.table, requirements: [], updates: [.setProperties(["note": "the next commit meets a faster one"])])
    try IcebergExpiry(table: TableFixture.table, files: files, catalog: uncertain, writer: Self.writer).run(metadata) { false }
    #expect(uncertain.disturbanceCount == 1)
    #expect(try metadata.snapshots.count == 5)
    let references = try fixture.foreign.references()
    #expect(references.missing.isEmpty && references.orphans.isEmpty, "\(references)")
  }
}
