/// What a manifest says of one data file (Paimon specification, manifest, `_FILE`).
struct DataFileMeta: Sendable, Codable, Hashable {
  /// `_FILE_SOURCE`: written by an insert, or by a compaction.
  static let sourceAppend: Int32 = 0
  static let sourceCompact: Int32 = 1
  /// The highest level of a table that does not say how many it has.
  static let defaultTopLevel: Int32 = 5

  var fileName: String
  var fileSize: Int
  var rowCount: Int
  var minKey: BinaryRow
  var maxKey: BinaryRow
  var keyStats: ColumnBounds
  var valueStats: ColumnBounds
  /// The columns that `valueStats` is about; `nil` means all of the file's schema.
  var valueStatsColumns: [String]?
  var minSequence: Int64
  var maxSequence: Int64
  var schemaID: Int64
  var level: Int32
  var extraFiles: [String] = []
  /// Wall-clock milliseconds.
  var creationTime: Int64?
  /// Rows of kind update-before or delete.
  var deleteRowCount: Int?
  var embeddedIndex: [UInt8]?
  var fileSource: Int32?
  var externalPath: String?
  var firstRowID: Int64?
  var writeColumns: [String]?
}

/// Least and greatest values and null counts of some columns.
struct ColumnBounds: Sendable, Codable, Hashable {
  var minimum: BinaryRow
  var maximum: BinaryRow
  var nullCounts: [Int64?]?

  static let none = ColumnBounds(minimum: .empty, maximum: .empty, nullCounts: [])
}
