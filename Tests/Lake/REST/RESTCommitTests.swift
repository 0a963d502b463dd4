import SluiceCore
import Synchronization
import TestKit
import Testing

@testable import SluiceLake

@Suite struct RESTCommitTests {
  private static let table = RESTFixture.table

  @Test("Commits follow on each other, and every update is as the protocol's document says")
  func updates() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    var loaded = try fixture.make(catalog)
    for number in 1...3 {
      loaded = try #require(try fixture.commit(catalog, loaded, summary: ["sluice.checkpoint": "\(number)"]).committed)
      #expect(loaded.metadata.currentSnapshot?.summary["sluice.checkpoint"] == "\(number)")
    }
    #expect(loaded.metadata.snapshots.count == 3 && loaded.metadataLocation?.contains("/00003-") == true)
    #expect(try catalog.load(Self.table)?.metadata == loaded.metadata)
    var schema = try loaded.metadata.currentSchema()
    schema.fields.removeLast()
    let outcome = try catalog.commit(
      Self.table,
      requirements: [
        .uuid(loaded.metadata.uuid), .lastAssignedFieldID(2), .currentSchemaID(0), .lastAssignedPartitionID(999), .defaultSpecID(0),
        .defaultSortOrderID(0),
      ],
      updates: [
        .addSchema(schema), .setCurrentSchema(TableUpdate.lastAdded), .removeSnapshots([loaded.metadata.snapshots[0].id]),
        .setProperties(["a": "b"]), .removeProperties(["c"]), .setLocation(loaded.metadata.location),
        .setReference("kept", SnapshotReference(snapshotID: loaded.metadata.snapshots[1].id, isTag: true)), .removeReference("none"),
      ])
    let after = try #require(outcome.committed).metadata
    #expect(after.currentSchemaID == 1 && after.snapshots.count == 2 && after.properties["a"] == "b" && after.references["kept"]?.isTag == true)
    #expect(try fixture.server.violations() == [])
  }

  @Test("What this catalog's own updates mean here is what they mean to the server")
  func sameMeaning() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    let made = try fixture.make(catalog)
    let after = try #require(try fixture.commit(catalog, made).committed).metadata
    let snapshot = try #require(after.currentSnapshot)
    var mine = try made.metadata.applying(
      [.addSnapshot(snapshot), .setReference("main", SnapshotReference(snapshotID: snapshot.id))], previousFile: made.metadataLocation,
      now: after.lastUpdatedMillis)
    mine.lastUpdatedMillis = after.lastUpdatedMillis
    #expect(mine == after)
  }

  @Test("A requirement that does not hold is a conflict, and nothing has changed")
  func conflict() throws {
    let fixture = try RESTFixture()
    let (catalog, other) = (try fixture.catalog(), try fixture.catalog())
    let made = try fixture.make(catalog)
    let theirs = try #require(try fixture.commit(other, made).committed)
    #expect(try fixture.commit(catalog, made).isConflict)
    #expect(try catalog.load(Self.table)?.metadata == theirs.metadata)
    #expect(try fixture.commit(catalog, theirs).committed?.metadata.snapshots.count == 2)
  }

  @Test("Two writers that load and try again after conflicts lose nothing")
  func twoWriters() throws {
    let fixture = try RESTFixture()
    try fixture.make(fixture.catalog())
    let ids = Mutex<[Int64]>([])
    try Concurrently.run(2) { _ in
      let catalog = try fixture.catalog()
      for _ in 0..<8 {
        let id = IcebergSnapshot.makeID()
        while true {
          let loaded = try #require(try catalog.load(Self.table))
          let outcome = try fixture.commit(catalog, loaded, id: id)
          if outcome.committed != nil { break }
          try #require(outcome.isConflict)
        }
        ids.withLock { $0.append(id) }
      }
    }
    let table = try #require(try fixture.catalog().load(Self.table)).metadata
    #expect(table.snapshots.count == 16 && Set(table.snapshots.map(\.id)) == Set(ids.withLock { $0 }))
    #expect(table.ancestors(of: table.currentSnapshot).count == 16)
  }

  @Test("A commit whose answer is lost is found when it was done, and done when it was not", arguments: Loss.all)
  func lost(_ loss: Loss) throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    let made = try fixture.make(catalog)
    try fixture.server.fault("update_table", loss.fault)
    let outcome = try fixture.commit(catalog, made, id: 77)
    #expect(outcome.committed?.metadata.currentSnapshotID == 77, "\(outcome)")
    #expect(try catalog.load(Self.table)?.metadata.snapshots.map(\.id) == [77])
    #expect(try fixture.server.requests("update_table").count == (loss.isApplied ? 1 : 2))
  }

  struct Loss: Sendable, CustomTestStringConvertible {
    let fault: SpecValue
    let isApplied: Bool

    var testDescription: String { JSONText.compact(fault) }

    static let all =
      [["status": 500], ["status": 502], ["status": 503], ["status": 504], ["cut": true], ["half": true]].flatMap { (fault: SpecValue) in
        [true, false].map { Loss(fault: fault.merging(["applied": .boolean($0)]), isApplied: $0) }
      } + [Loss(fault: ["status": 200, "text": "<html>", "applied": true], isApplied: true)]
  }

  @Test("A server that asks to come back later is asked again then, even when it had begun", arguments: [429, 503], [true, false])
  func comeBack(_ status: Int, _ isApplied: Bool) throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    let made = try fixture.make(catalog)
    try fixture.server.fault("update_table", ["status": .integer(status), "retryAfter": 7, "applied": .boolean(isApplied), "times": 1])
    // The second one is a conflict when the first one was done; it is our own success that it meets.
    #expect(try fixture.commit(catalog, made, id: 78).committed?.metadata.currentSnapshotID == 78)
    #expect(fixture.pauses.all == [7])
    #expect(try catalog.load(Self.table)?.metadata.snapshots.count == 1)
  }

  @Test("A server that had begun and has no time for longer than the job's patience leaves the outcome open, until it is looked for")
  func begun() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog(["patience": "10s"])
    let made = try fixture.make(catalog)
    try fixture.server.fault("update_table", ["status": 503, "retryAfter": 7, "applied": true])
    try fixture.server.fault("update_table", ["status": 503, "retryAfter": 7])
    #expect(try fixture.commit(catalog, made, id: 82).committed?.metadata.currentSnapshotID == 82)
  }

  @Test("A conflict after a lost answer is no conflict when the table has the snapshot")
  func echo() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    let made = try fixture.make(catalog)
    try fixture.server.fault("update_table", ["status": 409, "type": "CommitFailedException", "applied": true])
    #expect(try fixture.commit(catalog, made, id: 79).committed?.metadata.currentSnapshotID == 79)
  }

  @Test("A conflict after a lost answer settles nothing as long as the table lacks the snapshot")
  func busy() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    let made = try fixture.make(catalog)
    try fixture.server.fault("update_table", ["cut": true])
    try fixture.server.fault("update_table", ["status": 409, "type": "CommitFailedException"])
    #expect(try fixture.commit(catalog, made, id: 83).isUnknown)
  }

  @Test("An outcome that cannot be learned is unknown", arguments: [true, false])
  func unknown(_ isApplied: Bool) throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog(["patience": "3s"])
    let made = try fixture.make(catalog)
    try fixture.server.fault("update_table", ["cut": true, "applied": .boolean(isApplied)])
    try fixture.server.fault("load_table", ["status": 500, "times": 50])
    #expect(try fixture.commit(catalog, made, id: 80).isUnknown)
  }

  @Test("A commit that never gets an answer is unknown in the end")
  func neverAnswered() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    let made = try fixture.make(catalog)
    try fixture.server.fault("update_table", ["cut": true, "times": 50])
    #expect(try fixture.commit(catalog, made).isUnknown)
    #expect(try fixture.server.requests("update_table").count == RESTCatalog.attempts)
  }

  @Test("A late first commit and its repetition are one")
  func late() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog(["timeout": "500ms"])
    let made = try fixture.make(catalog)
    // The first request stands at a gate until it has timed out here; the second one is done first.
    try fixture.server.fault("update_table", ["gate": "late"])
    #expect(try fixture.commit(catalog, made, id: 81).committed?.metadata.currentSnapshotID == 81)
    try fixture.server.openGate("late")
    try Deadline.wait(for: "the late request") { try fixture.server.requests("update_table").count == 2 }
    #expect(try catalog.load(Self.table)?.metadata.snapshots.map(\.id) == [81])
  }

  @Test("A server that knows idempotency keys gets one for each commit, the same for its repetitions")
  func idempotency() throws {
    let fixture = try RESTFixture(["idempotency": true])
    let catalog = try fixture.catalog()
    let made = try fixture.make(catalog)
    try fixture.server.fault("update_table", ["status": 429, "retryAfter": 1, "applied": true])
    let first = try #require(try fixture.commit(catalog, made).committed)
    _ = try #require(try fixture.commit(catalog, first).committed)
    let keys = try fixture.server.requests("update_table").compactMap { $0.headers["idempotency-key"]?.text }
    #expect(keys.count == 3 && keys[0] == keys[1] && keys[1] != keys[2])
    #expect(keys.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil }, "\(keys)")
    #expect(try fixture.server.requests("update_table").map(\.isRepeated) == [false, true, false])
    #expect(try fixture.server.violations() == [])
  }

  @Test("A commit to a table that is gone says so")
  func gone() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    let made = try fixture.make(catalog)
    try catalog.drop(Self.table)
    let error = #expect(throws: SluiceError.self) { try fixture.commit(catalog, made) }
    #expect(error?.kind == .targetMissing && error?.place.table == Self.table)
  }

  @Test("An update that the server refuses is told in its words")
  func refused() throws {
    let fixture = try RESTFixture()
    let catalog = try fixture.catalog()
    let made = try fixture.make(catalog)
    let error = #expect(throws: SluiceError.self) {
      try catalog.commit(Self.table, requirements: fixture.requirements(made), updates: [.setCurrentSchema(99)])
    }
    #expect(error?.kind == .catalogRefused && error?.message.contains("unknown 99") == true, "\(String(describing: error))")
  }
}
