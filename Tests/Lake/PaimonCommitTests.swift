import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

@Suite struct PaimonCommitTests {
  private func prepare(_ fixture: TableFixture, _ ids: [Int64], writer: String = "w1") throws -> (any LakeTable, [PreparedFile]) {
    let files = MetadataFiles(store: LocalStore(root: "/"), root: fixture.foreign.folder)
    _ = try? fixture.open(writer: writer)
    let table = try PaimonTable(
      id: TableFixture.table, schema: try files.latestSchema(), files: files,
      catalog: FileSystemCatalog(store: LocalStore(root: "/"), warehouse: fixture.folder.path), writer: WriterIdentity(id: writer))
    let open = try table.makeWriter(TableWriterOptions(label: "0", targetFileSize: 128 << 20))
    try TableFixture.write([TableFixture.batch(ids)], to: table, open, origin: .snapshot(range: 0, isOrdered: true))
    return (table, try open.prepareCommit())
  }

  @Test("a checkpoint is committed once, however often it is asked for")
  func idempotent() throws {
    let fixture = try TableFixture()
    let (table, files) = try prepare(fixture, [1, 2])
    let committer = try table.makeCommitter()
    #expect(try committer.lastCommitted() == nil)
    try committer.commit(files, checkpoint: 3, properties: [:])
    try committer.commit(files, checkpoint: 3, properties: [:])
    try fixture.open().makeCommitter().commit(files, checkpoint: 3, properties: [:])
    try committer.commit(files, checkpoint: 2, properties: [:])
    #expect(try committer.lastCommitted() == 3)
    #expect(fixture.foreign.snapshots() == [1])
    #expect(try fixture.foreign.count() == 2)
  }

  @Test("hints that are stale or gone do not hide snapshots")
  func staleHints() throws {
    let fixture = try TableFixture()
    for checkpoint in 1...4 { try fixture.commit([TableFixture.batch([Int64(checkpoint)])], checkpoint: Int64(checkpoint)) }
    let store = LocalStore(root: "/")
    for hint in ["2", nil, "99", "nonsense"] {
      let path = fixture.foreign.folder + "/snapshot/LATEST"
      if let hint { try store.write(Array(hint.utf8), to: path) } else { try store.delete(path) }
      #expect(try fixture.open().summary().snapshot == 4)
      #expect(try fixture.rows().count == 4)
    }
  }

  @Test("many commits fold their manifests and lose nothing")
  func manyCommits() throws {
    let fixture = try TableFixture(buckets: 2)
    for checkpoint in 1...70 {
      let ids = (0..<4).map { Int64(checkpoint * 10 + $0) }
      try fixture.commit([TableFixture.batch(ids)], checkpoint: Int64(checkpoint), origin: .snapshot(range: checkpoint, isOrdered: true))
    }
    #expect(try fixture.rows().count == 280)
    #expect(try fixture.foreign.count(by: .pypaimon) == 280)
    #expect(try fixture.foreign.count(by: .rust) == 280)
    let files = MetadataFiles(store: LocalStore(root: "/"), root: fixture.foreign.folder)
    let latest = try #require(try files.latestSnapshot())
    #expect(try files.manifests(of: latest).count <= 32)
    #expect(latest.totalRecordCount == 280)
  }

  @Test("committers that race all win in the end")
  func race() async throws {
    let fixture = try TableFixture()
    try fixture.commit([TableFixture.batch([0])], checkpoint: 1)
    let files = MetadataFiles(store: LocalStore(root: "/"), root: fixture.foreign.folder)
    let schema = try files.latestSchema()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...6 {
        group.addTask {
          let catalog = FileSystemCatalog(store: LocalStore(root: "/"), warehouse: fixture.folder.path)
          let writer = WriterIdentity(id: "racer\(number)")
          let table = try PaimonTable(id: TableFixture.table, schema: schema, files: files, catalog: catalog, writer: writer)
          for round in 1...5 {
            let open = try table.makeWriter(TableWriterOptions(label: "0", targetFileSize: 1 << 20))
            let id = Int64(number * 100 + round)
            try TableFixture.write([TableFixture.batch([id])], to: table, open, origin: .snapshot(range: 0, isOrdered: true))
            try table.makeCommitter().commit(try open.prepareCommit(), checkpoint: Int64(round), properties: [:])
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(fixture.foreign.snapshots() == Array(1...31))
    #expect(try fixture.foreign.count() == 31)
    let references = try fixture.foreign.references()
    #expect(references.orphans.isEmpty && references.missing.isEmpty)
  }

  @Test("what a killed run left is removed, what is committed or kept stays")
  func orphans() throws {
    let fixture = try TableFixture()
    try fixture.commit([TableFixture.batch([1])], checkpoint: 1)
    let (_, lost) = try prepare(fixture, [2])
    let (table, kept) = try prepare(fixture, [3])
    let (_, foreign) = try prepare(fixture, [4], writer: "w1-other")
    let store = LocalStore(root: "/")
    try store.write([1], to: fixture.foreign.folder + "/bucket-0/.data-w1-0-0123456789abcdef-7.parquet.a1b2.tmp")
    let unfinished = fixture.foreign.folder + "/manifest/manifest-w1-0123456789abcdef-0"
    try store.write([1], to: unfinished)
    #expect(lost.count == 1 && foreign.count == 1)
    let committer = try table.makeCommitter()
    #expect(try committer.removeOrphans(keeping: kept) == 3)
    #expect(try committer.removeOrphans(keeping: kept) == 0)
    #expect(try store.read(unfinished) == nil)
    try committer.commit(kept, checkpoint: 2, properties: [:])
    #expect(try fixture.rows().count == 2)
    // The other writer's file is none of ours.
    #expect(try fixture.foreign.references().orphans.count == 1)
  }

  @Test("a discarded range leaves nothing behind")
  func discard() throws {
    let fixture = try TableFixture(key: [])
    let table = try fixture.open()
    let writer = try table.makeWriter(TableWriterOptions(label: "0", targetFileSize: 1))
    for range in 0..<2 {
      try TableFixture.write(
        [TableFixture.batch(Array(0..<30_000)), TableFixture.batch([Int64(range)])], to: table, writer,
        origin: .snapshot(range: range, isOrdered: false))
    }
    try writer.endRange(0)
    writer.discardRange(0)
    writer.discardRange(7)
    let prepared = try writer.prepareCommit()
    #expect(Set(prepared.map(\.range)) == [1])
    #expect(prepared.reduce(0) { $0 + $1.rowCount } == 30_001)
    #expect(try fixture.files("/data-").count == prepared.count)
    try TableFixture.write([TableFixture.batch([9])], to: table, writer, origin: .snapshot(range: 2, isOrdered: false))
    writer.abandon()
    #expect(writer.heldBytes == 0)
    #expect(try fixture.files("/data-").count == prepared.count)
  }

  @Test("memory is given back on demand")
  func relieve() throws {
    let fixture = try TableFixture(buckets: 4)
    let table = try fixture.open()
    let writer = try table.makeWriter(TableWriterOptions(label: "0", targetFileSize: 128 << 20))
    for part in 0..<40 {
      let ids = (0..<1000).map { Int64(part * 1000 + $0) }
      try TableFixture.write([TableFixture.batch(ids.shuffled())], to: table, writer, origin: .snapshot(range: part % 3, isOrdered: false))
    }
    let held = writer.heldBytes
    #expect(held > 1 << 20)
    try writer.relieve(to: held / 2)
    #expect(writer.heldBytes <= held / 2)
    try writer.relieve(to: 0)
    #expect(writer.heldBytes == 0)
    try table.makeCommitter().commit(try writer.prepareCommit(), checkpoint: 1, properties: [:])
    #expect(try fixture.rows().count == 40_000)
    #expect(try fixture.foreign.count(by: .rust) == 40_000)
  }

  @Test("tight memory ends row groups, not files")
  func relieveOrdered() throws {
    let fixture = try TableFixture(buckets: 1)
    let table = try fixture.open()
    let writer = try table.makeWriter(TableWriterOptions(label: "0", targetFileSize: 128 << 20))
    for part in 0..<4 {
      let ids = (0..<40_000).map { Int64(part * 40_000 + $0) }
      try TableFixture.write([TableFixture.batch(ids)], to: table, writer, origin: .snapshot(range: 0, isOrdered: true))
      let held = writer.heldBytes
      try writer.relieve(to: held / 2)
      #expect(writer.heldBytes <= held / 2)
    }
    let prepared = try writer.prepareCommit()
    #expect(prepared.map(\.rowCount) == [160_000])
    try table.makeCommitter().commit(prepared, checkpoint: 1, properties: [:])
    #expect(try fixture.foreign.count(by: .rust) == 160_000)
  }

  @Test("a table that holds another writer's rows is refused, with what is there")
  func foreignTable() throws {
    let fixture = try TableFixture()
    try fixture.commit([TableFixture.batch([1, 2])], checkpoint: 1)
    let error = #expect(throws: SluiceError.self) { try fixture.open(writer: "w2") }
    #expect(error?.kind == .targetConflict)
    #expect(error?.message.contains("2 rows in snapshot 1 written by w1") == true)
    _ = try fixture.open(writer: "w1")
  }

  @Test("an empty table that exists must be the wanted one; the first difference is named")
  func comparison() throws {
    let fixture = try TableFixture(buckets: 4)
    _ = try fixture.open()
    func conflict(_ other: TableFixture) -> SluiceError? {
      #expect(throws: SluiceError.self) { try other.open() }
    }
    var columns = TableFixture.columns
    columns[2] = .init(name: "price", type: .decimal(precision: 12, scale: 2), isNullable: true)
    var error = conflict(try TableFixture(columns: columns, folder: fixture.folder))
    #expect(error?.kind == .targetConflict && error?.place.column == "price")
    error = conflict(try TableFixture(columns: TableFixture.columns.dropLast(), folder: fixture.folder))
    #expect(error?.place.column == "day")
    error = conflict(try TableFixture(key: ["id", "day"], folder: fixture.folder))
    #expect(error?.message.contains("primary key") == true)
    error = conflict(try TableFixture(buckets: 8, folder: fixture.folder))
    #expect(error?.message.contains("4 buckets") == true)
    _ = try TableFixture(folder: fixture.folder).open()
  }

  @Test("a reopened table goes on in its buckets")
  func resume() throws {
    let fixture = try TableFixture(buckets: 4)
    try fixture.commit([TableFixture.batch(Array(0..<100))], checkpoint: 1)
    let again = try TableFixture(folder: fixture.folder)
    try again.commit([TableFixture.batch(Array(100..<200))], checkpoint: 2)
    #expect(try again.open().makeCommitter().lastCommitted() == 2)
    #expect(try again.foreign.count() == 200)
    #expect(Set(try again.foreign.files().map(\.bucket)) == [0, 1, 2, 3])
  }

  @Test("a crash between writing merged files and committing them costs only the files")
  func consolidateTwice() throws {
    let fixture = try TableFixture()
    for range in 0..<5 {
      let ids = (0..<100).map { Int64($0 * 5 + range) }
      try fixture.commit([TableFixture.batch(ids)], checkpoint: Int64(range + 1), origin: .snapshot(range: range, isOrdered: false))
    }
    let expected = try fixture.rows()
    let store = FailingStore(LocalStore(root: "/"), failing: "/manifest/")
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    let table = try PaimonTable(
      id: TableFixture.table, schema: try files.latestSchema(), files: files,
      catalog: FileSystemCatalog(store: store, warehouse: fixture.folder.path), writer: WriterIdentity(id: "w1"))
    #expect(throws: SluiceError.self) { try table.makeCommitter().consolidate(checkpoint: 5, memory: 64 << 20) }
    #expect(try fixture.rows() == expected)
    let committer = try fixture.open().makeCommitter()
    #expect(try committer.removeOrphans(keeping: []) > 0)
    #expect(try fixture.foreign.references().orphans.isEmpty)
    try committer.consolidate(checkpoint: 5, memory: 64 << 20)
    #expect(try fixture.rows() == expected)
    #expect(try fixture.foreign.files().count == 1)
  }

  @Test("an outcome that is unknown is read back")
  func unknownOutcome() throws {
    let fixture = try TableFixture()
    let (_, prepared) = try prepare(fixture, [1])
    let store = FailingStore(LocalStore(root: "/"), failing: "/snapshot/snapshot-", after: true)
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    let table = try PaimonTable(
      id: TableFixture.table, schema: try files.latestSchema(), files: files,
      catalog: FileSystemCatalog(store: store, warehouse: fixture.folder.path), writer: WriterIdentity(id: "w1"))
    try table.makeCommitter().commit(prepared, checkpoint: 1, properties: [:])
    #expect(fixture.foreign.snapshots() == [1])
    #expect(try fixture.foreign.count() == 1)
  }
}
