internal import SluiceCore

/// Knows which Iceberg tables exist, which metadata is theirs, and swaps it for the next one.
///
/// A table's namespace is its `TableID.database`. Calls block, may be made from any thread, and are safe to repeat. Errors are `SluiceError`;
/// one of kind `storage-failed` or `storage-denied` may come from any call.
protocol IcebergCatalog: Sendable {
  /// What its server says, one finding each; none without a server.
  func preflight() -> [Finding]

  /// Makes the namespace unless it exists.
  func createNamespace(_ name: String) throws

  /// All namespaces, sorted.
  func namespaces() throws -> [String]

  /// The tables of a namespace, sorted; none when there is no such namespace.
  func tables(in namespace: String) throws -> [TableID]

  /// The table under its newest metadata; `nil` when there is none. What another writer committed before the call is in it.
  func load(_ table: TableID) throws -> LoadedTable?

  /// Makes a table without a snapshot. Of several callers one succeeds, the others get `target-conflict`. The answer counts, not what was
  /// asked for: a server may number fields anew and choose the location.
  func create(_ table: TableID, _ creation: TableCreation) throws -> LoadedTable

  /// Makes the table's metadata the newest one with `updates` applied, if all of `requirements` hold for the newest one at that moment.
  ///
  /// Atomic: readers see all updates or none. A commit that changes a reference must require where it pointed to, since updates are applied to
  /// whatever is newest. On `committed` it is durable and visible to every reader.
  func commit(_ table: TableID, requirements: [TableRequirement], updates: [TableUpdate]) throws -> CommitOutcome

  /// Forgets the table; no error when there is none. Its data, manifests and manifest lists stay for the caller to remove.
  func drop(_ table: TableID) throws
}

extension IcebergCatalog {
  func preflight() -> [Finding] { [] }
}

/// A table as its catalog has it.
struct LoadedTable: Sendable {
  let metadata: TableMetadata
  /// The URI of the metadata file; `nil` when the catalog keeps it to itself.
  let metadataLocation: String?
  /// What the catalog says beside, such as credentials for the table's files.
  let config: [String: String]

  init(metadata: TableMetadata, metadataLocation: String?, config: [String: String] = [:]) {
    self.metadata = metadata
    self.metadataLocation = metadataLocation
    self.config = config
  }
}

/// A table that is to be made.
struct TableCreation: Sendable {
  var formatVersion: Int
  var schema: IcebergSchema
  var partitionSpec = PartitionSpec.unpartitioned
  var sortOrder = SortOrder.unsorted
  var properties: [String: String] = [:]
  /// The URI of the table's folder; `nil` lets the catalog choose.
  var location: String?

  init(formatVersion: Int, schema: IcebergSchema) {
    self.formatVersion = formatVersion
    self.schema = schema
  }
}

/// What became of a commit.
enum CommitOutcome: Sendable {
  case committed(LoadedTable)
  /// Nothing was changed: a requirement does not hold, or somebody else was faster. Load the table and start from what it is now.
  case conflict(String)
  /// Nobody knows: the answer was lost. Load the table and look for the snapshot before anything is tried again, and before any file is
  /// deleted.
  case unknown(any Error)
}
