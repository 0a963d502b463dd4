import SluiceCore
import SluiceFormats
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// Position delete files that are about several data files, as other engines write them.
@Suite struct WideDeletesTests {
  private static let columns = ["id", "name"]

  @Test("a vector of a table that was raised to version 3 takes in what wide delete files say of its data file") func raised() throws {
    let layout = IcebergLayoutCase.positions
    let fixture = try TableFixture(buckets: 1, plugin: IcebergPlugin.self, mode: layout.mode, table: layout.options)
    let files = IcebergFiles(store: LocalStore(root: "/"), warehouse: fixture.folder.path)
    let catalog = FileSystemIcebergCatalog(files: files, warehouse: fixture.folder.path)
    try fixture.commit([TableFixture.batch(Array(0..<10))], checkpoint: 1)
    try fixture.commit([TableFixture.batch(Array(10..<20))], checkpoint: 2)
    let metadata = try #require(try catalog.load(TableFixture.table)).metadata
    let live = try IcebergState(metadata, files).live(.data, ManifestCache(files), IcebergSlots(metadata, metadata.currentSchema()))
    #expect(live.count == 2)

    // The third row of each file.
    let paths = live.map(\.data.path).sorted()
    let parts = paths.map { PositionDeletes.batch(RoaringBitmap(ascending: [2]), of: $0) }
    let wide = "\(fixture.foreign.folder)/data/wide.parquet"
    let writer = try ParquetFileWriter(fields: PositionDeletes.fields, to: try files.store.upload(to: wide))
    try writer.write(Batch.concatenating(parts))
    let facts = try writer.finish()
    var data = DataFile(
      content: .positionDeletes, path: files.uri(of: wide), partition: PartitionTuple(), recordCount: 2, fileSize: facts.byteCount)
    data.lowerBounds[PositionDeletes.pathFieldID] = Array(paths[0].utf8)
    data.upperBounds[PositionDeletes.pathFieldID] = Array(paths[1].utf8)
    var draft = SnapshotDraft()
    draft.operation = .overwrite
    draft.addedDeletes = [IcebergFile(data: data, slot: Slot(bucket: 0), isSorted: false, specID: 0)]
    let other = IcebergPublisher(table: TableFixture.table, files: files, catalog: catalog, writer: WriterIdentity(id: "other"))
    #expect(try other.publish { _ in draft } == .committed)
    _ = try catalog.commit(TableFixture.table, requirements: [], updates: [.upgradeFormatVersion(3)])
    #expect(try fixture.rows().count == 18)

    let table = try fixture.open()
    let changes = try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
    try TableFixture.write([TableFixture.batch([5], sequence: 3, kinds: [.delete])], to: table, changes, origin: .stream)
    try table.makeCommitter().commit(try changes.prepareCommit(), checkpoint: 3, properties: [:])
    let rows = try fixture.rows(columns: Self.columns)
    #expect(rows.count == 17 && !rows.contains { $0.hasPrefix("2|") || $0.hasPrefix("12|") })
    try IcebergLayoutCase.vectors.check(fixture, Self.columns, rows)
  }
}
