import Foundation
import SluiceCore
import SluiceStorage
import Synchronization
import TestKit
import Testing

@testable import SluiceLake

/// What a table is like after many short checkpoints.
@Suite struct ManyCommitsTests {
  private let store = LocalStore(root: "/")

  @Test("hundreds of commits leave few snapshots, manifests and files, and every commit costs the same")
  func hundreds() throws {
    let options = ["snapshot.num-retained.min": "5", "snapshot.time-retained": "0 s"]
    let fixture = try TableFixture(buckets: 1, options: options)
    let table = try fixture.open()
    let committer = try table.makeCommitter()
    let writer = try table.makeWriter(TableWriterOptions(label: "w", targetFileSize: 1 << 20, isAligned: true))
    let background = try table.makeMaintenance(MaintenanceOptions(label: "m", targetFileSize: 1 << 20, memory: 16 << 20))
    let files = MetadataFiles(store: store, root: fixture.foreign.folder)
    let clock = ContinuousClock()
    var spent: [Duration] = []
    var manifests = 0
    for checkpoint in 1...Int64(400) {
      try TableFixture.write(
        [TableFixture.batch([checkpoint % 300], name: "c\(checkpoint)", sequence: checkpoint)], to: table, writer, origin: .stream)
      let prepared = try writer.prepareCommit()
      spent.append(try clock.measure { try committer.commit(prepared, checkpoint: checkpoint, properties: ["position": "p\(checkpoint)"]) })
      if checkpoint.isMultiple(of: 10), try background.prepare(isCancelled: { false }) { try background.publish(checkpoint: checkpoint) }
      if checkpoint.isMultiple(of: 50) { manifests = max(manifests, try files.manifests(of: try #require(try files.latestSnapshot())).count) }
    }
    let (early, late) = (spent[..<100].sorted()[50], spent[300...].sorted()[50])
    print(
      "a commit of one small file: \(early) early, \(late) late (medians); \(Int(1 / (spent.reduce(.zero, +) / spent.count / .seconds(1)))) commits a second"
    )
    #expect(manifests <= 64)
    #expect(try fixture.rows().count == 300)
    for reader in LakeFormatName.paimon.readers { #expect(try fixture.foreign.count(by: reader) == 300) }
    #expect(fixture.foreign.snapshots().count <= 20)
    #expect(try fixture.files("/").count < 300)
    #expect(try fixture.foreign.references().isExact)
  }

  @Test("a checkpoint of a hundred tables is committed by a few threads")
  func hundredTables() throws {
    let folder = try TemporaryFolder()
    let format = try PaimonPlugin.make(OptionValues(["warehouse": .string(folder.path)]), stores: StoreRegistry(["file": LocalStore.locate]))
    let tables = try (0..<100).map { number in
      try format.openOrCreate(
        TargetTable(id: TableID(database: "d", name: "t\(number)"), columns: TableFixture.columns, primaryKey: ["id"], buckets: 1),
        writer: WriterIdentity(id: "w"))
    }
    let threads = 8
    let clock = ContinuousClock()
    for checkpoint in 1...Int64(2) {
      let prepared = try tables.map { table in
        let writer = try table.makeWriter(TableWriterOptions(label: "\(checkpoint)", targetFileSize: 1 << 20))
        try TableFixture.write([TableFixture.batch([checkpoint])], to: table, writer, origin: .stream)
        return try writer.prepareCommit()
      }
      let failures = Mutex<[String]>([])
      let spent = clock.measure {
        let group = DispatchGroup()
        for thread in 0..<threads {
          group.enter()
          Thread.detachNewThread {
            for number in stride(from: thread, to: tables.count, by: threads) {
              do {
                try tables[number].makeCommitter().commit(prepared[number], checkpoint: checkpoint, properties: [:])
              } catch { failures.withLock { $0.append("\(error)") } }
            }
            group.leave()
          }
        }
        group.wait()
      }
      #expect(failures.withLock { $0 } == [])
      print("checkpoint \(checkpoint) of a hundred tables, one small file each: \(spent)")
    }
    for table in tables { #expect(try table.summary().rowCount == 2) }
  }

  @Test("deletions of old entries make all manifests be merged, so that they cancel out")
  func fullMerge() throws {
    func manifest(added: Int, deleted: Int) -> ManifestMeta {
      ManifestMeta(fileName: "m", fileSize: 1, addedCount: added, deletedCount: deleted, partitionStats: .none, schemaID: 0)
    }
    let large = [ManifestMeta](repeating: manifest(added: 10_000, deleted: 0), count: 3)
    let small = [ManifestMeta](repeating: manifest(added: 1, deleted: 1), count: 30)
    #expect(!ManifestMerge.isFullMergeDue([]) && !ManifestMerge.isFullMergeDue(large + small))
    #expect(!ManifestMerge.isFullMergeDue(large + [manifest(added: 0, deleted: 9000)] + small))
    #expect(ManifestMerge.isFullMergeDue(large + [manifest(added: 0, deleted: 6000), manifest(added: 0, deleted: 6000)] + small))
    let mixed = (0..<6).flatMap { _ in small + [manifest(added: 6000, deleted: 0)] }
    #expect(ManifestMerge.isFullMergeDue(mixed))
  }
}
