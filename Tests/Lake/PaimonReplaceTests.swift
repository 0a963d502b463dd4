import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// Commits that take away all that was there, and tables that go.
@Suite struct PaimonReplaceTests {
  private let store = LocalStore(root: "/")

  private func prepared(_ table: any LakeTable, _ ids: [Int64], name: String = "n") throws -> [PreparedFile] {
    let writer = try table.makeWriter(TableWriterOptions(label: "r", targetFileSize: 1 << 20))
    try TableFixture.write([TableFixture.batch(ids, name: name)], to: table, writer, origin: .snapshot(range: 0, isOrdered: true))
    return try writer.prepareCommit()
  }

  private func judge(_ fixture: TableFixture, ids: [Int64]) throws {
    for reader in LakeFormatName.paimon.readers {
      let seen = try fixture.foreign.rows(by: reader, columns: ["id"], keys: ["id"])
      #expect(seen.rows == ids.sorted().map { [.integer(Int($0))] }, "\(reader)")
    }
    #expect(try fixture.rows(columns: ["id"]) == ids.map { String($0) }.sorted())
    #expect(try fixture.foreign.references().isExact)
  }

  @Test("all that a table held goes with the snapshot that brings the new rows", arguments: [["id"], []])
  func replace(key: [String]) throws {
    let fixture = try TableFixture(key: key, buckets: key.isEmpty ? nil : 2)
    try fixture.commit([TableFixture.batch(Array(0..<50))], checkpoint: 1)
    try fixture.commit([TableFixture.batch([60, 61], sequence: 1)], checkpoint: 2, origin: .stream)
    let table = try fixture.open()
    let files = try prepared(table, [5, 70, 71])
    let committer = try table.makeCommitter()
    try committer.commit(files, replacing: true, checkpoint: 3, properties: ["position": "p3"])
    try judge(fixture, ids: [5, 70, 71])
    let snapshot = try #require(try MetadataFiles(store: store, root: fixture.foreign.folder).latestSnapshot())
    #expect(snapshot.commitKind == "OVERWRITE" && snapshot.totalRecordCount == 3 && snapshot.properties == ["position": "p3"])
    // Asked for again, also by the next process, nothing happens.
    try committer.commit(files, replacing: true, checkpoint: 3, properties: [:])
    try fixture.open().makeCommitter().commit(files, replacing: true, checkpoint: 3, properties: [:])
    #expect(fixture.foreign.snapshots() == [1, 2, 3])
    try committer.commit(try prepared(table, [80]), checkpoint: 4, properties: [:])
    try judge(fixture, ids: [5, 70, 71, 80])
    // A truncated table.
    try committer.commit([], replacing: true, checkpoint: 5, properties: [:])
    try judge(fixture, ids: [])
    // Older snapshots are whole.
    #expect(try fixture.foreign.count(by: .rust, snapshot: 2) == 52)
  }

  @Test("a replaced table has no deletion vectors of the files that went")
  func vectors() throws {
    let fixture = try TableFixture()
    try fixture.commit([TableFixture.batch([1])], checkpoint: 1)
    // Another engine's index manifest.
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    var snapshot = try #require(try files.latestSnapshot())
    snapshot.id = 2
    snapshot.indexManifest = "index-manifest-other-0"
    #expect(try store.createIfAbsent(try snapshot.encoded(), at: files.paths.snapshot(2)))
    let table = try fixture.open()
    try table.makeCommitter().commit(try prepared(table, [2]), checkpoint: 2, properties: [:])
    #expect(try files.latestSnapshot()?.indexManifest == "index-manifest-other-0")
    try table.makeCommitter().commit(try prepared(table, [3]), replacing: true, checkpoint: 3, properties: [:])
    #expect(try files.latestSnapshot()?.indexManifest == nil)
  }

  @Test("whatever others add while a table is being replaced goes too, or comes after")
  func races() async throws {
    let fixture = try TableFixture()
    try fixture.commit([TableFixture.batch([0])], checkpoint: 1)
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    let schema = try files.latestSchema()
    let table = { @Sendable (writer: String) in
      try PaimonTable(
        id: TableFixture.table, schema: schema, files: files,
        catalog: FileSystemCatalog(store: LocalStore(root: "/"), warehouse: fixture.folder.path),
        writer: WriterIdentity(id: writer))
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...4 {
        group.addTask {
          let table = try table("racer\(number)")
          let committer = try table.makeCommitter()
          for round in 1...6 {
            let id = Int64(number * 100 + round)
            try committer.commit(try prepared(table, [id]), replacing: number == 1, checkpoint: Int64(round), properties: [:])
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(fixture.foreign.snapshots() == Array(1...25))
    // After the last replacing snapshot there is its row, and what came later.
    var expected: Set<Int64> = []
    for id in 1...Int64(25) {
      let snapshot = try #require(try files.snapshot(id))
      let added = try files.manifestList(snapshot.deltaManifestList).flatMap { try files.manifest($0.fileName) }.filter { $0.kind == .add }
      let ids = try added.flatMap { try KeyedFile($0, keyTypes: [.int64]).minimum.columns.map { $0.fixed(as: Int64.self)[0] } }
      expected = snapshot.commitKind == "OVERWRITE" ? Set(ids) : expected.union(ids)
    }
    try judge(fixture, ids: expected.sorted())
  }

  @Test("a crash in a replacing commit leaves the old rows or the new ones", arguments: ["/manifest/", "/snapshot/snapshot-"], [false, true])
  func crash(place: String, after: Bool) throws {
    let fixture = try TableFixture()
    try fixture.commit([TableFixture.batch([1, 2])], checkpoint: 1)
    let files = try prepared(try fixture.open(), [7])
    let failing = FailingStore(store, failing: place, after: after)
    let metadata = MetadataFiles(store: failing, root: fixture.foreign.folder)
    let table = try PaimonTable(
      id: TableFixture.table, schema: try metadata.latestSchema(), files: metadata,
      catalog: FileSystemCatalog(store: failing, warehouse: fixture.folder.path), writer: WriterIdentity(id: "w1"))
    // What became of the snapshot's file is read back.
    let isDone = after && place.contains("snapshot")
    if isDone {
      try table.makeCommitter().commit(files, replacing: true, checkpoint: 2, properties: [:])
    } else {
      #expect(throws: SluiceError.self) { try table.makeCommitter().commit(files, replacing: true, checkpoint: 2, properties: [:]) }
    }
    for reader in LakeFormatName.paimon.readers { #expect(try fixture.foreign.count(by: reader) == (isDone ? 1 : 2)) }
    let committer = try fixture.open().makeCommitter()
    _ = try committer.removeOrphans(keeping: files)
    try committer.commit(files, replacing: true, checkpoint: 2, properties: [:])
    try judge(fixture, ids: [7])
  }

  @Test("a dropped table is gone, and one of its name begins anew")
  func drop() throws {
    let fixture = try TableFixture()
    try fixture.format.drop(TableFixture.table)
    try fixture.commit([TableFixture.batch([1, 2])], checkpoint: 1)
    _ = try fixture.open().evolve([.dropColumn("made")])
    try fixture.format.drop(TableFixture.table)
    #expect(try fixture.files("/").isEmpty)
    #expect(throws: SluiceError.self) { try fixture.format.open(TableFixture.table) }
    #expect(throws: SluiceError.self) { try fixture.open(schemaVersion: 0) }
    try fixture.format.drop(TableFixture.table)
    try fixture.commit([TableFixture.batch([3])], checkpoint: 1)
    try judge(fixture, ids: [3])
  }

  @Test("a drop that is cut short at any file leaves a table that can be read and dropped", arguments: 0..<14)
  func dropCutShort(deletions: Int) throws {
    let fixture = try TableFixture(buckets: 2)
    try fixture.commit([TableFixture.batch([1, 2, 3, 4])], checkpoint: 1)
    try fixture.commit([TableFixture.batch([5])], checkpoint: 2, origin: .snapshot(range: 1, isOrdered: true))
    _ = try fixture.open().evolve([.commentTable("x")])
    let format = PaimonFormat(
      store: FailingStore(store, deletions: deletions), warehouse: fixture.folder.path,
      options: try PaimonOptions(OptionValues(["warehouse": .string(fixture.folder.path)])))
    #expect(throws: SluiceError.self) { try format.drop(TableFixture.table) }
    for reader in LakeFormatName.paimon.readers { #expect([0, 5].contains(try fixture.foreign.count(by: reader))) }
    try fixture.format.drop(TableFixture.table)
    #expect(try fixture.files("/").isEmpty)
  }
}
