import SluiceCore
import SluiceStorage
import TestKit
import Testing

@testable import SluiceLake

/// Merging while the table is written, judged by the foreign readers and by the rule that no two files of a level overlap.
@Suite struct MaintenanceTests {
  private let store = LocalStore(root: "/")

  private func maintenance(_ table: any LakeTable, memory: Int = 16 << 20, targetFileSize: Int = 128 << 20) throws -> any TableMaintenance {
    try table.makeMaintenance(MaintenanceOptions(label: "m", targetFileSize: targetFileSize, memory: memory))
  }

  /// What is wrong with the newest snapshot by the rules of levels.
  private func overlaps(_ fixture: TableFixture) throws -> [String] {
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    guard let snapshot = try files.latestSnapshot() else { return [] }
    let layout = try DataFileLayout(try files.latestSchema())
    let sections = KeySections(keyCount: layout.keys.count)
    let levels = Dictionary(grouping: try files.liveFiles(of: snapshot).filter { $0.file.level > 0 }) { "\($0.slot) \($0.file.level)" }
    return try levels.filter { sections.sections(of: try $1.map { try KeyedFile($0, keyTypes: layout.keyTypes) }).count < $1.count }.map(\.key)
  }

  private func runs(_ fixture: TableFixture) throws -> Int {
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    let live = try files.liveFiles(of: try #require(try files.latestSnapshot()))
    return Dictionary(grouping: live, by: \.slot).values.map { files in
      files.count { $0.file.level == 0 } + Set(files.map(\.file.level).filter { $0 > 0 }).count
    }.max() ?? 0
  }

  private func judge(_ fixture: TableFixture, _ model: [Int64: String]) throws {
    let expected = model.sorted { $0.key < $1.key }.map { id, name in [SpecValue.integer(Int(id)), id % 7 == 3 ? .null : .string("\(name)-\(id)")] }
    for reader in LakeFormatName.paimon.readers {
      #expect(try fixture.foreign.rows(by: reader, columns: ["id", "name"], keys: ["id"]).rows == expected, "\(reader)")
    }
    #expect(try fixture.rows().count == model.count)
    #expect(try overlaps(fixture).isEmpty)
  }

  @Test("random changes with rounds between them: rows stay, runs stay few, deletions go", arguments: [1, 2, 3])
  func changes(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let fixture = try TableFixture(buckets: 2)
    var model: [Int64: String] = [:]
    let ids = (0..<400).map { Int64($0 * 3) }
    try fixture.commit([TableFixture.batch(ids, name: "s")], checkpoint: 1)
    for id in ids { model[id] = "s" }
    let table = try fixture.open()
    let committer = try table.makeCommitter()
    let writer = try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
    let background = try maintenance(table, memory: seed == 1 ? 1 << 20 : 16 << 20, targetFileSize: seed == 2 ? 4 << 10 : 128 << 20)
    var rounds = 0
    for checkpoint in 2...40 {
      let kinds: [RowKind] = [.insert, .updateAfter, .delete, .updateAfter]
      let changes = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        (Int64.random(in: 0..<1300, using: &random), kinds.randomElement(using: &random) ?? .insert)
      }
      let name = "c\(checkpoint)"
      try TableFixture.write(
        [TableFixture.batch(changes.map(\.0), name: name, sequence: Int64(checkpoint), kinds: changes.map(\.1))], to: table, writer, origin: .stream)
      let isPrepared = checkpoint.isMultiple(of: 3) ? try background.prepare { false } : false
      try committer.commit(try writer.prepareCommit(), checkpoint: Int64(checkpoint), properties: ["position": "p\(checkpoint)"])
      for (id, kind) in changes { model[id] = kind == .delete ? nil : name }
      if checkpoint.isMultiple(of: 9) { try judge(fixture, model) }
      guard isPrepared else { continue }
      if rounds == 2 { background.abandon() } else { try background.publish(checkpoint: Int64(checkpoint)) }
      rounds += 1
      #expect(try overlaps(fixture).isEmpty)
      #expect(try committer.lastCommitted() == Int64(checkpoint))
      #expect(try fixture.open().makeCommitter().lastCommitted() == Int64(checkpoint))
      #expect(try table.summary().properties["position"] == "p\(checkpoint)")
      if checkpoint.isMultiple(of: 2) { try judge(fixture, model) }
    }
    #expect(rounds > 5)
    while try background.prepare(isCancelled: { false }) { try background.publish(checkpoint: 40) }
    try judge(fixture, model)
    #expect(try runs(fixture) <= 5)
    #expect(try fixture.foreign.references().isExact)
    #expect(try committer.removeOrphans(keeping: []) == 0)
  }

  @Test("what is prepared is seen by nobody, and gone when it is given up or cut short")
  func unseen() throws {
    let fixture = try TableFixture(buckets: 1)
    var model: [Int64: String] = [:]
    for checkpoint in 1...7 {
      try fixture.commit(
        [TableFixture.batch([1, Int64(checkpoint) + 1], name: "c\(checkpoint)", sequence: Int64(checkpoint))], checkpoint: Int64(checkpoint),
        origin: .stream)
      model[1] = "c\(checkpoint)"
      model[Int64(checkpoint) + 1] = "c\(checkpoint)"
    }
    let background = try maintenance(try fixture.open())
    let before = try fixture.files("/").sorted()
    #expect(try background.prepare { false })
    #expect(try fixture.files("/data-").count == 8)
    try judge(fixture, model)
    background.abandon()
    #expect(try fixture.files("/").sorted() == before)
    try background.publish(checkpoint: 7)
    #expect(fixture.foreign.snapshots().count == 7)
    // Asked to end, it ends without a trace and without an error.
    #expect(try !background.prepare { true })
    #expect(try fixture.files("/").sorted() == before)
    #expect(try background.prepare { false })
    try background.publish(checkpoint: 7)
    try judge(fixture, model)
    #expect(try runs(fixture) == 1)
    #expect(try fixture.foreign.files().allSatisfy(\.isRawConvertible))
    #expect(try !background.prepare { false })
  }

  @Test("a round whose files another writer took is given up, and its files are removed")
  func lostRace() throws {
    let fixture = try TableFixture(buckets: 1)
    for checkpoint in 1...6 {
      try fixture.commit([TableFixture.batch([Int64(checkpoint), 50], sequence: Int64(checkpoint))], checkpoint: Int64(checkpoint), origin: .stream)
    }
    let table = try fixture.open()
    let background = try maintenance(table)
    #expect(try background.prepare { false })
    try table.makeCommitter().consolidate(checkpoint: 6, memory: 16 << 20)
    let rows = try fixture.rows()
    try background.publish(checkpoint: 6)
    #expect(try fixture.rows() == rows && rows.count == 7)
    #expect(fixture.foreign.snapshots().count == 7)
    #expect(try fixture.foreign.references().isExact)
    // A table that was replaced meanwhile keeps nothing of the round.
    for checkpoint in 7...12 {
      try fixture.commit([TableFixture.batch([Int64(checkpoint), 50], sequence: Int64(checkpoint))], checkpoint: Int64(checkpoint), origin: .stream)
    }
    #expect(try background.prepare { false })
    try table.makeCommitter().commit([], replacing: true, checkpoint: 13, properties: [:])
    try background.publish(checkpoint: 13)
    #expect(try fixture.rows().isEmpty)
    #expect(try fixture.foreign.references().isExact)
  }

  @Test("a crash before, in and after the publishing of a round costs only files", arguments: ["/manifest/", "/snapshot/snapshot-"], [false, true])
  func crash(place: String, after: Bool) throws {
    let fixture = try TableFixture(buckets: 1)
    for checkpoint in 1...6 {
      try fixture.commit([TableFixture.batch([Int64(checkpoint), 50], sequence: Int64(checkpoint))], checkpoint: Int64(checkpoint), origin: .stream)
    }
    let rows = try fixture.rows()
    let failing = FailingStore(store, failing: place, after: after)
    let files = MetadataFiles(store: failing, root: fixture.foreign.folder)
    let table = try PaimonTable(
      id: TableFixture.table, schema: try files.latestSchema(), files: files,
      catalog: FileSystemCatalog(store: failing, warehouse: fixture.folder.path), writer: WriterIdentity(id: "w1"))
    let background = try maintenance(table)
    #expect(try background.prepare { false })
    // The outcome of the snapshot's file is read back.
    let isPublished = after && place.contains("snapshot")
    if isPublished {
      try background.publish(checkpoint: 6)
    } else {
      #expect(throws: SluiceError.self) { try background.publish(checkpoint: 6) }
    }
    #expect(try fixture.rows() == rows)
    let committer = try fixture.open().makeCommitter()
    #expect(try (committer.removeOrphans(keeping: []) > 0) == !isPublished)
    #expect(try fixture.foreign.references().isExact)
    for reader in LakeFormatName.paimon.readers { #expect(try fixture.foreign.count(by: reader) == rows.count) }
    let again = try maintenance(try fixture.open())
    #expect(try again.prepare { false } == !isPublished)
    try again.publish(checkpoint: 6)
    #expect(try fixture.rows() == rows)
    #expect(try runs(fixture) == 1)
  }

  @Test("small files of append tables are joined, with every row once, a few times only")
  func append() throws {
    let fixture = try TableFixture(key: [], partitions: ["day"])
    var count = 0
    let table = try fixture.open()
    let background = try maintenance(table)
    var written = 0
    for checkpoint in 1...60 {
      try fixture.commit([TableFixture.batch([Int64(checkpoint * 3), 1])], checkpoint: Int64(checkpoint), origin: .stream)
      count += 2
      if checkpoint.isMultiple(of: 4), try background.prepare(isCancelled: { false }) {
        try background.publish(checkpoint: Int64(checkpoint))
        written += 1
      }
    }
    #expect(written > 2)
    #expect(try fixture.rows().count == count)
    let python = try fixture.foreign.rows(by: .pypaimon)
    let rust = try fixture.foreign.rows(by: .rust)
    #expect(python.count == count && python.rows == rust.rows)
    #expect(try fixture.foreign.files().count <= 2 * 8)
    #expect(try fixture.foreign.references().isExact)
    #expect(try table.makeCommitter().lastCommitted() == 60)
  }

  @Test("files whose bounds are of another type than readers compare with are written anew")
  func retyped() throws {
    let fixture = try TableFixture(key: [])
    try fixture.commit([TableFixture.batch([9, 10])], checkpoint: 1)
    let table = try fixture.open().evolve([.alterColumn(.init(name: "id", type: .string, isNullable: false))])
    let background = try maintenance(table)
    #expect(try background.prepare { false })
    try background.publish(checkpoint: 1)
    #expect(try !background.prepare { false })
    for reader in LakeFormatName.paimon.readers { #expect(try fixture.foreign.rows(by: reader).values(of: "id") == ["10", "9"]) }
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    #expect(try files.liveFiles(of: try #require(try files.latestSnapshot())).map(\.file.schemaID) == [1])
    // A wider integer's bounds are understood.
    let other = try TableFixture(key: [])
    try other.commit([TableFixture.batch([9, 10])], checkpoint: 1)
    let wider = try other.open().evolve([.alterColumn(.init(name: "day", type: .int64, isNullable: false))])
    #expect(try !maintenance(wider).prepare { false })
  }

  @Test("files that lack a constant are written anew, at their level, and a newer schema is never undone", arguments: [["id"], []])
  func fills(key: [String]) throws {
    let fixture = try TableFixture(key: key, buckets: key.isEmpty ? nil : 2)
    try fixture.commit([TableFixture.batch(Array(0..<100))], checkpoint: 1)
    try fixture.commit([TableFixture.batch([5, 200], sequence: 2, kinds: key.isEmpty ? nil : [.delete, .insert])], checkpoint: 2, origin: .stream)
    let old = try fixture.open()
    let background = try maintenance(old)
    #expect(try !background.prepare { false })
    let table = try old.evolve([.addColumn(.init(name: "state", type: .string, isNullable: false), .last, fill: "open")])
    // The object was made before the change, and works under the newest schema all the same.
    #expect(try background.prepare { false })
    #expect(try fixture.foreign.rows(by: .rust).values(of: "state").allSatisfy { $0 == .null })
    try background.publish(checkpoint: 2)
    for reader in LakeFormatName.paimon.readers {
      let states = try fixture.foreign.rows(by: reader).values(of: "state")
      #expect(states.count == (key.isEmpty ? 102 : 100) && states.allSatisfy { $0 == "open" }, "\(reader)")
    }
    #expect(try overlaps(fixture).isEmpty)
    #expect(try !background.prepare { false })
    #expect(try fixture.foreign.references().isExact)
    #expect(try table.makeReader(columns: ["state"], limit: nil).next()?.rowCount ?? 0 > 0)
  }
}
