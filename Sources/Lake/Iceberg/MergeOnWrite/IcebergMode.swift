internal import SluiceCore

/// How changes reach a table with a key.
enum IcebergMode: String, Sendable, CaseIterable {
  /// Old rows are found when a change is written, and marked as dead in the same commit.
  case mergeOnWrite = "merge-on-write"
  /// The keys of changed rows are written down, and readers leave the old rows out, until maintenance has found them.
  case equalityDeletes = "equality-deletes"

  /// Takes the changes of an aligned table.
  func changeWriter(
    _ files: IcebergTableFiles, catalog: any IcebergCatalog, ground: IcebergGround?, scratch: String?
  ) throws -> any ChangeWriter {
    switch self {
    case .mergeOnWrite: try MergeOnWriteWriter(files, view: IcebergView(files, catalog: catalog, ground: ground), scratch: scratch)
    case .equalityDeletes: try MergeOnWriteWriter(files, view: EqualityDeleteView(files), scratch: scratch)
    }
  }
}
