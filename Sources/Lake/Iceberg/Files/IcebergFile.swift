internal import SluiceCore

/// A live data or delete file of a table, with what its manifest entry inherits.
struct IcebergFile: SlotFile, Hashable {
  var data: DataFile
  /// For a data file: where its rows belong. Files that are not of our making hold keys of any bucket of their partition.
  var slot: Slot
  /// Whether its rows are sorted by the key, and all of one bucket.
  var isSorted: Bool
  var specID: Int
  /// `nil` before the file is committed, unless it is to count as older.
  var sequenceNumber: Int64?
  var fileSequenceNumber: Int64?
  /// The snapshot that added it; `nil` before it is committed.
  var snapshotID: Int64?

  var name: String { Self.name(of: data.path) }
  var byteCount: Int { data.fileSize }
  var rowCount: Int { data.recordCount }

  /// What tells it from other files: vectors share files.
  var identity: Identity { Identity(path: data.path, offset: data.contentOffset) }

  struct Identity: Hashable, Sendable {
    let path: String
    let offset: Int?
  }

  /// The last part of a path.
  static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}
