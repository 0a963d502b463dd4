import SluiceCore
import SluiceStorage
import Synchronization
import TestKit
import Testing

@testable import SluiceLake

/// What `IcebergCatalog` promises, asked of the catalogs that need no server.
@Suite struct IcebergCatalogContract {
  enum Kind: String, Sendable, CaseIterable { case fileSystem, sql }

  /// A warehouse with a catalog, which can be opened again and again.
  struct Fixture {
    let folder: TemporaryFolder
    let kind: Kind

    init(_ kind: Kind) throws {
      folder = try TemporaryFolder()
      self.kind = kind
    }

    var files: IcebergFiles { IcebergFiles(store: LocalStore(root: "/"), warehouse: folder.path) }

    func open() throws -> any IcebergCatalog {
      switch kind {
      case .fileSystem: FileSystemIcebergCatalog(files: files, warehouse: folder.path)
      case .sql: try SQLCatalog(path: folder.appending("catalog.db"), name: "sluice", files: files, warehouse: folder.path)
      }
    }

    static let table = TableID(database: "shop", name: "orders")
    static let creation = TableCreation(formatVersion: 3, schema: TableMetadataTests.schema)

    /// One more snapshot of what `metadata` is, if nobody else made one.
    static func commit(_ catalog: any IcebergCatalog, _ metadata: TableMetadata, id: Int64, table: TableID = table) throws -> CommitOutcome {
      try catalog.commit(
        table, requirements: [.uuid(metadata.uuid), .reference("main", snapshotID: metadata.currentSnapshotID)],
        updates: [
          .addSnapshot(TableMetadataTests.snapshot(id, after: metadata)), .setReference("main", SnapshotReference(snapshotID: id)),
        ])
    }
  }

  @Test("a table is made, found, listed and forgotten", arguments: Kind.allCases) func life(kind: Kind) throws {
    let fixture = try Fixture(kind)
    let catalog = try fixture.open()
    #expect(try catalog.load(Fixture.table) == nil)
    #expect(try catalog.namespaces() == [] || kind == .fileSystem)
    #expect(try catalog.tables(in: "shop") == [])
    try catalog.createNamespace("shop")
    try catalog.createNamespace("shop")
    let made = try catalog.create(Fixture.table, Fixture.creation)
    #expect(made.metadata.location == "file://\(fixture.folder.path)/shop/orders" && made.metadata.schemas == [TableMetadataTests.schema])
    for catalog in [catalog, try fixture.open()] {
      #expect(try catalog.load(Fixture.table)?.metadata == made.metadata)
      #expect(try catalog.tables(in: "shop") == [Fixture.table])
      #expect(try catalog.namespaces().contains("shop"))
    }
    let error = #expect(throws: SluiceError.self) { try catalog.create(Fixture.table, Fixture.creation) }
    #expect(error?.kind == .targetConflict)
    #expect(try catalog.load(Fixture.table)?.metadata == made.metadata)
    try catalog.drop(Fixture.table)
    try catalog.drop(Fixture.table)
    #expect(try catalog.load(Fixture.table) == nil && catalog.tables(in: "shop") == [])
    #expect(try LocalStore(root: "/").list(fixture.folder.path).filter { $0.path.contains("metadata") }.isEmpty)
    _ = try catalog.create(Fixture.table, Fixture.creation)
  }

  @Test("a commit that meets another state than it requires changes nothing", arguments: Kind.allCases) func conflicts(kind: Kind) throws {
    let fixture = try Fixture(kind)
    let catalog = try fixture.open()
    let first = try catalog.create(Fixture.table, Fixture.creation).metadata
    guard case .committed(let second) = try Fixture.commit(catalog, first, id: 1) else { throw TestFailure("not committed") }
    #expect(try fixture.open().load(Fixture.table)?.metadata == second.metadata)
    #expect(second.metadata.metadataLog.count == 1 && second.metadata.currentSnapshotID == 1)
    for stale in [try Fixture.commit(catalog, first, id: 2), try catalog.commit(Fixture.table, requirements: [.uuid("x")], updates: [])] {
      guard case .conflict = stale else { throw TestFailure("\(stale)") }
    }
    guard case .conflict = try catalog.commit(TableID(database: "shop", name: "none"), requirements: [], updates: []) else {
      throw TestFailure("a table that is not there took a commit")
    }
    #expect(try catalog.load(Fixture.table)?.metadata == second.metadata)
    // What does not depend on the state of before is applied to the newest one.
    guard case .committed(let third) = try catalog.commit(Fixture.table, requirements: [], updates: [.setProperties(["x": "y"])]) else {
      throw TestFailure("not committed")
    }
    #expect(third.metadata.properties["x"] == "y" && third.metadata.currentSnapshotID == 1)
  }

  @Test("of commits at the same time one wins, and none is lost", arguments: Kind.allCases) func races(kind: Kind) async throws {
    let fixture = try Fixture(kind)
    _ = try fixture.open().create(Fixture.table, Fixture.creation)
    let (writers, rounds) = (4, 6)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<writers {
        group.addTask {
          let catalog = try fixture.open()
          var done = 0
          while done < rounds {
            let metadata = try #require(try catalog.load(Fixture.table)).metadata
            let outcome = try Fixture.commit(catalog, metadata, id: Int64(1 + writer * rounds + done))
            if case .committed = outcome { done += 1 }
          }
        }
      }
      try await group.waitForAll()
    }
    let table = try #require(try fixture.open().load(Fixture.table)).metadata
    #expect(Set(table.snapshots.map(\.id)) == Set((1...Int64(writers * rounds))))
    #expect(table.ancestors(of: table.currentSnapshot).count == writers * rounds && table.nextRowID == Int64(10 * writers * rounds))
  }

  @Test("old metadata files are removed where the table asks for it", arguments: Kind.allCases) func cleaning(kind: Kind) throws {
    let fixture = try Fixture(kind)
    let catalog = try fixture.open()
    var creation = Fixture.creation
    creation.properties = ["write.metadata.delete-after-commit.enabled": "true", "write.metadata.previous-versions-max": "2"]
    var metadata = try catalog.create(Fixture.table, creation).metadata
    for id: Int64 in 1...6 {
      guard case .committed(let next) = try Fixture.commit(catalog, metadata, id: id) else { throw TestFailure("not committed") }
      metadata = next.metadata
    }
    let kept = try LocalStore(root: "/").list(fixture.folder.path).filter { $0.path.hasSuffix(".metadata.json") }
    #expect(kept.count == 3 && metadata.metadataLog.count == 2)
    #expect(try fixture.open().load(Fixture.table)?.metadata == metadata)
  }

  @Test("unusual names are folders of their own", arguments: Kind.allCases) func names(kind: Kind) throws {
    let fixture = try Fixture(kind)
    let catalog = try fixture.open()
    let names = ["a/b", "a%2Fb", "..", ".hidden", "what? #1", "grüße", "a b", "A", "%"]
    for name in names { _ = try catalog.create(TableID(database: "d%.b", name: name), Fixture.creation) }
    #expect(try catalog.tables(in: "d%.b").map(\.name) == names.sorted())
    #expect(Set(try names.compactMap { try catalog.load(TableID(database: "d%.b", name: $0))?.metadata.location }).count == names.count)
  }

  @Test("a crash between a commit and its hint leaves the hint to the next who looks") func staleHint() throws {
    let fixture = try Fixture(.fileSystem)
    let catalog = try fixture.open()
    let first = try catalog.create(Fixture.table, Fixture.creation).metadata
    _ = try Fixture.commit(catalog, first, id: 1)
    let store = LocalStore(root: "/")
    let hint = fixture.folder.appending("shop/orders/metadata/version-hint.text")
    for content in ["1", "", "77"] {
      try store.write(Array(content.utf8), to: hint)
      #expect(try catalog.load(Fixture.table)?.metadata.currentSnapshotID == 1)
      #expect(try store.read(hint) == Array("2".utf8))
    }
    try store.delete(hint)
    #expect(try catalog.load(Fixture.table)?.metadata.currentSnapshotID == 1)
  }

  @Test("the folder of another catalog's table is not taken for an empty one") func otherCatalog() throws {
    let sql = try Fixture(.sql)
    _ = try sql.open().create(Fixture.table, Fixture.creation)
    let files = FileSystemIcebergCatalog(files: sql.files, warehouse: sql.folder.path)
    let error = #expect(throws: SluiceError.self) { try files.load(Fixture.table) }
    #expect(error?.kind == .targetConflict)
  }
}
