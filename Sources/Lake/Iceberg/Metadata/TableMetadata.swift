internal import SluiceCore

/// A `metadata.json`: all of a table but its manifests and data (Iceberg specification, table metadata).
///
/// A value: a commit is a list of `TableUpdate`s, and `applying` makes the next metadata of this one. Members that other writers put in and
/// that Sluice does not know are kept.
struct TableMetadata: Hashable, Sendable {
  static let supportedVersions = 2...3

  var formatVersion: Int
  var uuid: String
  /// The URI of the table's folder.
  var location: String
  /// Of the newest snapshot; 0 before the first.
  var lastSequenceNumber: Int64
  var lastUpdatedMillis: Int64
  /// The highest field id that was ever given out.
  var lastColumnID: Int
  var schemas: [IcebergSchema]
  var currentSchemaID: Int
  var partitionSpecs: [PartitionSpec]
  var defaultSpecID: Int
  /// The highest partition field id that was ever given out; 999 when none was.
  var lastPartitionID: Int
  var sortOrders: [SortOrder]
  var defaultSortOrderID: Int
  var properties: [String: String]
  /// What `main` points to; `nil` before the first commit.
  var currentSnapshotID: Int64?
  var references: [String: SnapshotReference]
  var snapshots: [IcebergSnapshot]
  /// Which snapshot was current since when, oldest first.
  var snapshotLog: [SnapshotLogEntry]
  /// The metadata files before this one, oldest first.
  var metadataLog: [MetadataLogEntry]
  var statistics: [SpecValue]
  var partitionStatistics: [SpecValue]
  /// The row id of the next row; format version 3.
  var nextRowID: Int64?
  var others: [SpecValue.Member]

  struct SnapshotLogEntry: Hashable, Sendable {
    let snapshotID: Int64
    let timestampMillis: Int64
  }

  struct MetadataLogEntry: Hashable, Sendable {
    let file: String
    let timestampMillis: Int64
  }
}

extension TableMetadata {
  /// The metadata of a table without a snapshot.
  init(creating table: TableCreation, location: String, uuid: String, now: Int64) {
    formatVersion = table.formatVersion
    self.uuid = uuid
    self.location = location
    lastSequenceNumber = 0
    lastUpdatedMillis = now
    lastColumnID = table.schema.highestFieldID
    schemas = [table.schema]
    currentSchemaID = table.schema.id
    partitionSpecs = [table.partitionSpec]
    defaultSpecID = table.partitionSpec.id
    lastPartitionID = table.partitionSpec.fields.map(\.id).max() ?? PartitionSpec.firstFieldID - 1
    sortOrders = table.sortOrder.fields.isEmpty ? [.unsorted] : [.unsorted, table.sortOrder]
    defaultSortOrderID = table.sortOrder.fields.isEmpty ? SortOrder.unsorted.id : table.sortOrder.id
    properties = table.properties
    currentSnapshotID = nil
    references = [:]
    snapshots = []
    snapshotLog = []
    metadataLog = []
    statistics = []
    partitionStatistics = []
    nextRowID = table.formatVersion >= 3 ? 0 : nil
    others = []
  }

  /// The schema under which rows are written. Throws `target-damaged` when it is missing.
  func currentSchema() throws -> IcebergSchema { try schema(currentSchemaID) }

  func schema(_ id: Int) throws -> IcebergSchema {
    guard let schema = schemas.first(where: { $0.id == id }) else { throw Self.damaged("there is no schema \(id)") }
    return schema
  }

  func defaultSpec() throws -> PartitionSpec { try partitionSpec(defaultSpecID) }

  func partitionSpec(_ id: Int) throws -> PartitionSpec {
    guard let spec = partitionSpecs.first(where: { $0.id == id }) else { throw Self.damaged("there is no partition spec \(id)") }
    return spec
  }

  /// The types of the partition values of a spec, whatever became of the columns since.
  func partitionTypes(_ spec: PartitionSpec) throws -> [IcebergType] {
    try spec.resultTypes(of: currentSchema(), others: schemas)
  }

  func snapshot(_ id: Int64) -> IcebergSnapshot? {
    snapshots.first { $0.id == id }
  }

  /// What readers see; `nil` before the first commit.
  var currentSnapshot: IcebergSnapshot? { currentSnapshotID.flatMap { snapshot($0) } }

  /// `snapshot` and those that it follows on, newest first, as far back as they are kept.
  func ancestors(of snapshot: IcebergSnapshot?) -> [IcebergSnapshot] {
    let byID = Dictionary(snapshots.map { ($0.id, $0) }) { first, _ in first }
    var chain: [IcebergSnapshot] = []
    var next = snapshot
    while let current = next, chain.count <= snapshots.count {
      chain.append(current)
      next = current.parentID.flatMap { byID[$0] }
    }
    return chain
  }

  static func damaged(_ message: String) -> SluiceError {
    SluiceError(.targetDamaged, "Iceberg metadata: \(message)")
  }
}
