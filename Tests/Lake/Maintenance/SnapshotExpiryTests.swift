import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// Old snapshots go with what only they need; all that stays is whole.
@Suite struct SnapshotExpiryTests {
  private static let few = ["snapshot.num-retained.min": "3", "snapshot.time-retained": "0 ms"]
  private let store = LocalStore(root: "/")

  /// A table of twenty checkpoints that replace each other's rows, merged now and then.
  private func table(_ options: [String: String] = few, expires: Bool) throws -> TableFixture {
    let fixture = try TableFixture(key: ["id", "day"], partitions: ["day"], buckets: 2, options: options)
    let keeping = try TableFixture(key: ["id", "day"], partitions: ["day"], buckets: 2, folder: fixture.folder)
    _ = try fixture.open()
    for checkpoint in 1...20 {
      let ids = (0..<9).map { Int64($0) } + [Int64(100 + checkpoint)]
      try keeping.commit(
        [TableFixture.batch(ids, name: "c\(checkpoint)", sequence: Int64(checkpoint))], checkpoint: Int64(checkpoint), origin: .stream)
      if checkpoint.isMultiple(of: 7) { try keeping.open().makeCommitter().consolidate(checkpoint: Int64(checkpoint), memory: 16 << 20) }
      if expires { _ = try maintain(fixture) }
    }
    return fixture
  }

  private func maintain(_ fixture: TableFixture, store: (any ObjectStore)? = nil) throws -> Bool {
    let store = store ?? self.store
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    let table = try PaimonTable(
      id: TableFixture.table, schema: try files.latestSchema(), files: files,
      catalog: FileSystemCatalog(store: store, warehouse: fixture.folder.path), writer: WriterIdentity(id: "w1"))
    let background = try table.makeMaintenance(MaintenanceOptions(label: "m", targetFileSize: 1 << 20, memory: 16 << 20))
    let isPrepared = try background.prepare { false }
    background.abandon()
    return isPrepared
  }

  private func judge(_ fixture: TableFixture, snapshots: [Int]) throws {
    #expect(fixture.foreign.snapshots() == snapshots)
    let references = try fixture.foreign.references()
    #expect(references.isExact, "\(references)")
    for snapshot in snapshots {
      let python = try fixture.foreign.rows(by: .pypaimon, keys: ["id"], snapshot: snapshot)
      let rust = try fixture.foreign.rows(by: .rust, keys: ["id"], snapshot: snapshot)
      #expect(python.rows == rust.rows && python.count >= 10)
    }
    #expect(try fixture.rows().count == 29)
    #expect(try fixture.open().makeCommitter().lastCommitted() == 20)
  }

  @Test("only the newest snapshots are left, whole and with nothing beside them", arguments: [false, true])
  func expiry(expires: Bool) throws {
    let fixture = try table(expires: expires)
    _ = try maintain(fixture)
    try judge(fixture, snapshots: [20, 21, 22])
    #expect(try store.read(fixture.foreign.folder + "/snapshot/EARLIEST").map { String(decoding: $0, as: UTF8.self) } == "20")
    #expect(try fixture.open().makeCommitter().removeOrphans(keeping: []) == 0)
  }

  @Test("snapshots that are young enough stay")
  func young() throws {
    let fixture = try table([:], expires: true)
    try judge(fixture, snapshots: Array(1...22))
  }

  @Test("what a tag names stays readable, and goes when the tag has gone")
  func tags() throws {
    let fixture = try table(expires: false)
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    let tagged = try #require(try files.snapshot(9))
    try store.write(try tagged.encoded(), to: files.paths.tagFolder + "/tag-nine")
    _ = try maintain(fixture)
    #expect(fixture.foreign.snapshots() == [20, 21, 22])
    let live = try files.liveFiles(of: tagged)
    let partitions = try PartitionPath(try files.latestSchema())
    for entry in live {
      let folder = files.paths.bucket(entry.slot.bucket, partition: try partitions.folder(of: entry.slot.partition))
      #expect(try store.read("\(folder)/\(entry.file.fileName)") != nil)
    }
    #expect(try fixture.open().makeCommitter().removeOrphans(keeping: []) == 0)
    try store.delete(files.paths.tagFolder + "/tag-nine")
    #expect(try fixture.open().makeCommitter().removeOrphans(keeping: []) > 0)
    try judge(fixture, snapshots: [20, 21, 22])
  }

  @Test("a consumer's next snapshot stays, and so does the writer's own newest")
  func protected() throws {
    let fixture = try table(expires: false)
    try store.write(Array(#"{"nextSnapshot": 12}"#.utf8), to: fixture.foreign.folder + "/consumer/consumer-reader")
    _ = try maintain(fixture)
    #expect(fixture.foreign.snapshots() == Array(12...22))
    try store.delete(fixture.foreign.folder + "/consumer/consumer-reader")
    // Another engine commits, and commits: the own snapshot is what tells a restarted job what it has done.
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    for id in Int64(23)...30 {
      var snapshot = try #require(try files.snapshot(22))
      snapshot.id = id
      snapshot.commitUser = "other"
      #expect(try store.createIfAbsent(try snapshot.encoded(), at: files.paths.snapshot(id)))
    }
    _ = try maintain(fixture)
    #expect(fixture.foreign.snapshots() == Array(22...30))
    #expect(try fixture.open().makeCommitter().lastCommitted() == 20)
  }

  @Test("deletion vectors and their manifests go with the snapshots that need them", arguments: [nil, 15])
  func vectors(deletions: Int?) throws {
    let fixture = try TableFixture(buckets: 2, options: Self.few, mode: "merge-on-write")
    let table = try fixture.open()
    let writer = try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
    let committer = try table.makeCommitter()
    for checkpoint in 1...Int64(12) {
      let ids = (0..<9).map { $0 * checkpoint % 20 } + [100 + checkpoint]
      try TableFixture.write(
        [TableFixture.batch(ids, name: "c\(checkpoint)", sequence: checkpoint)], to: table, writer,
        origin: checkpoint == 1 ? .snapshot(range: 0, isOrdered: false) : .stream)
      try committer.commit(try writer.prepareCommit(), checkpoint: checkpoint, properties: [:])
      if checkpoint == 1 { try committer.consolidate(checkpoint: 1, memory: 16 << 20) }
    }
    let rows = try fixture.rows().count
    #expect(try fixture.files("/index/").count > 6)
    if let deletions {
      #expect(throws: SluiceError.self) { try maintain(fixture, store: FailingStore(store, deletions: deletions)) }
      #expect(try fixture.foreign.references().missing.isEmpty)
      #expect(try fixture.open().makeCommitter().removeOrphans(keeping: []) > 0)
    }
    _ = try maintain(fixture)
    #expect(fixture.foreign.snapshots().count == 3)
    for snapshot in fixture.foreign.snapshots() {
      let python = try fixture.foreign.rows(by: .pypaimon, keys: ["id"], snapshot: snapshot)
      let rust = try fixture.foreign.rows(by: .rust, keys: ["id"], snapshot: snapshot)
      #expect(python.rows == rust.rows && python.count > 20)
    }
    #expect(try fixture.rows().count == rows && fixture.foreign.count() == rows)
    let references = try fixture.foreign.references()
    #expect(references.isExact, "\(references)")
    #expect(try fixture.files("/index/").count <= 6)
    #expect(try fixture.open().makeCommitter().removeOrphans(keeping: []) == 0)
  }

  @Test("an expiry that is cut short at any deletion leaves readers whole, and only orphans", arguments: [0, 1, 2, 10, 18, 19, 20, 30, 60, 90])
  func cutShort(deletions: Int) throws {
    let fixture = try table(expires: false)
    #expect(throws: SluiceError.self) { try maintain(fixture, store: FailingStore(store, deletions: deletions)) }
    #expect(try fixture.foreign.references().missing.isEmpty)
    let snapshots = fixture.foreign.snapshots()
    #expect(snapshots.suffix(3) == [20, 21, 22] && snapshots == Array((snapshots.first ?? 0)...22))
    for reader in LakeFormatName.paimon.readers { #expect(try fixture.foreign.count(by: reader) == 29) }
    _ = try maintain(fixture)
    _ = try fixture.open().makeCommitter().removeOrphans(keeping: [])
    try judge(fixture, snapshots: [20, 21, 22])
  }
}
