import SluiceCore
import Synchronization

@testable import SluiceLake

/// A catalog where every second commit is disturbed.
final class UncertainCatalog: IcebergCatalog {
  private let base: FileSystemIcebergCatalog
  private let table: TableID
  private let disturbance: Disturbance
  private let commits = Mutex(0)
  private let disturbances = Mutex(0)
  private let held = Mutex<(requirements: [TableRequirement], updates: [TableUpdate])?>(nil)

  enum Disturbance: CaseIterable {
    /// Somebody else is faster.
    case race
    /// The answer is lost after the commit was taken, or was not, in turn.
    case lostAnswer
    /// The first commit, the third and so on get no answer, and are taken when the next one comes.
    case late
  }

  init(_ base: FileSystemIcebergCatalog, table: TableID, by disturbance: Disturbance) {
    self.base = base
    self.table = table
    self.disturbance = disturbance
  }

  var disturbanceCount: Int { disturbances.withLock { $0 } }

  func createNamespace(_ name: String) throws { try base.createNamespace(name) }
  func namespaces() throws -> [String] { try base.namespaces() }
  func tables(in namespace: String) throws -> [TableID] { try base.tables(in: namespace) }
  func load(_ table: TableID) throws -> LoadedTable? { try base.load(table) }
  func create(_ table: TableID, _ creation: TableCreation) throws -> LoadedTable { try base.create(table, creation) }
  func drop(_ table: TableID) throws { try base.drop(table) }

  func commit(_ table: TableID, requirements: [TableRequirement], updates: [TableUpdate]) throws -> CommitOutcome {
    let number = commits.withLock { number in
      number += 1
      return number
    }
    if disturbance == .late {
      let before = held.withLock { held in
        defer { held = held == nil ? (requirements, updates) : nil }
        return held
      }
      guard let before else { return .unknown(SluiceError(.storageFailed, "no answer")) }
      disturbances.withLock { $0 += 1 }
      _ = try base.commit(table, requirements: before.requirements, updates: before.updates)
    }
    guard disturbance != .late, number.isMultiple(of: 2) else { return try base.commit(table, requirements: requirements, updates: updates) }
    disturbances.withLock { $0 += 1 }
    if disturbance == .lostAnswer {
      // Taken, or not, in turn.
      if number.isMultiple(of: 4) { _ = try base.commit(table, requirements: requirements, updates: updates) }
      return .unknown(SluiceError(.storageFailed, "no answer"))
    }
    guard let metadata = try base.load(table)?.metadata, let current = metadata.currentSnapshot else {
      return try base.commit(table, requirements: requirements, updates: updates)
    }
    // Another engine's snapshot without changes.
    let snapshot = IcebergSnapshot(
      id: IcebergSnapshot.makeID(), parentID: current.id, sequenceNumber: metadata.lastSequenceNumber + 1,
      timestampMillis: metadata.lastUpdatedMillis, manifestList: current.manifestList, summary: ["operation": "append"],
      schemaID: metadata.currentSchemaID, firstRowID: metadata.nextRowID, addedRows: 0)
    _ = try base.commit(
      table, requirements: [],
      updates: [.addSnapshot(snapshot), .setReference(SnapshotReference.main, SnapshotReference(snapshotID: snapshot.id))])
    return try base.commit(table, requirements: requirements, updates: updates)
  }
}
