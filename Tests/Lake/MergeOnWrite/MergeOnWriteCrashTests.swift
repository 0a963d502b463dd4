import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

@Suite struct MergeOnWriteCrashTests {
  private func loaded(_ shape: KeyShape = KeyShape.all[1], seed: UInt64 = 11) throws -> ChangeModel {
    let model = try ChangeModel(shape, buckets: 2, isPartitioned: false, seed: seed)
    try model.load(250)
    try model.change(80)
    try model.commit(try model.prepare())
    return model
  }

  @Test("the same change committed again changes nothing")
  func twice() throws {
    let model = try loaded()
    try model.change(80)
    let prepared = try model.prepare()
    try model.commit(prepared)
    let snapshots = model.fixture.foreign.snapshots()
    try model.commitAgain(prepared)
    #expect(model.fixture.foreign.snapshots() == snapshots)
    try model.check()
  }

  @Test("what was prepared and stored, but not committed, is committed by the next run")
  func killedBeforeCommit() throws {
    let model = try loaded()
    try model.change(80)
    let prepared = try model.prepare()
    try model.removeOrphans(keeping: prepared)
    try model.commit(prepared)
    try model.check()
    try model.change(80)
    try model.commit(try model.prepare())
    try model.check()
    #expect(try model.fixture.foreign.references().isExact)
  }

  @Test("what was prepared and lost leaves nothing behind, and is made again")
  func killedBeforeState() throws {
    let model = try loaded()
    var changes: [(number: Int, kind: RowKind)] = []
    for number in 0..<100 { changes.append((number, number % 3 == 0 ? .delete : .updateAfter)) }
    let batch = model.batch(changes)
    try model.write(batch)
    try model.relieve()
    try model.write(batch)
    _ = try model.prepare()
    try model.removeOrphans()
    #expect(try model.fixture.foreign.references().isExact)
    try model.write(batch)
    try model.commit(try model.prepare())
    try model.check()
  }

  @Test("a writer that gives up removes its files")
  func abandon() throws {
    let model = try loaded()
    try model.change(80)
    try model.relieve()
    try model.makeWriters()
    #expect(try model.fixture.foreign.references().isExact)
  }

  @Test("an index folder that is gone, damaged, or another table's is made anew", arguments: [KeyShape.all[3], KeyShape.all[4]])
  func index(shape: KeyShape) throws {
    let store = LocalStore(root: "/")
    let model = try loaded(shape)
    for damage in 0..<4 {
      try model.makeWriters()
      #expect(try store.list(model.scratch.path).count > 1)
      for file in try store.list(model.scratch.path) {
        switch damage {
        case 0: try store.delete(file.path)
        case 1: try store.write([1, 2, 3], to: file.path)
        case 2:
          var bytes = try #require(try store.read(file.path))
          bytes[bytes.count / 2] ^= 1
          try store.write(bytes, to: file.path)
        default:
          let other = try #require(try store.list(model.scratch.path).map(\.path).first { $0 != file.path })
          try store.write(try #require(try store.read(other)), to: file.path)
        }
      }
      try model.change(60)
      try model.commit(try model.prepare())
      try model.check("damage \(damage)")
    }
  }

  @Test("an index folder that goes while a writer is open does no harm")
  func indexGoesMeanwhile() throws {
    let store = LocalStore(root: "/")
    let model = try loaded(KeyShape.all[4])
    for _ in 0..<3 {
      try model.change(60)
      try model.relieve()
      #expect(try !store.list(model.scratch.path).isEmpty)
      for file in try store.list(model.scratch.path) { try store.delete(file.path) }
      try model.change(60)
      try model.commit(try model.prepare())
      try model.check()
    }
  }

  @Test(
    "a lost race and a failed write leave vectors and files in step",
    arguments: ["/index/index-", "/manifest/index-manifest-", "/manifest/manifest-", "/snapshot/snapshot-"])
  func failedWrites(place: String) throws {
    let model = try loaded()
    try model.change(80)
    let prepared = try model.prepare()
    let files = MetadataFiles(store: FailingStore(LocalStore(root: "/"), failing: place), root: model.fixture.foreign.folder)
    let table = try PaimonTable(
      id: TableFixture.table, schema: try files.latestSchema(), files: files,
      catalog: FileSystemCatalog(store: files.store, warehouse: model.fixture.folder.path), writer: WriterIdentity(id: "w1"))
    #expect(throws: SluiceError.self) {
      try table.makeCommitter().commit(prepared, checkpoint: model.checkpoint + 1, properties: [:])
    }
    try model.removeOrphans(keeping: prepared)
    try model.commit(prepared)
    try model.check()
    #expect(try model.fixture.foreign.references().isExact)
  }

  @Test("rows that are to die in a file that is gone are refused, not lost")
  func goneFile() throws {
    let model = try loaded()
    try model.change(80)
    let prepared = try model.prepare()
    try model.fixture.open().makeCommitter().commit([], replacing: true, checkpoint: model.checkpoint + 1, properties: [:])
    #expect(throws: SluiceError.self) {
      try model.fixture.open().makeCommitter().commit(prepared, checkpoint: model.checkpoint + 2, properties: [:])
    }
  }
}
