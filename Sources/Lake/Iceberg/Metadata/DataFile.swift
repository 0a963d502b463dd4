/// A data or delete file of a table, as manifests describe it (Iceberg specification, manifests).
struct DataFile: Hashable, Sendable {
  enum Content: Int32, Sendable {
    case data = 0
    /// Positions of deleted rows: a Parquet file, or a deletion vector in a Puffin file.
    case positionDeletes = 1
    /// Keys of deleted rows.
    case equalityDeletes = 2
  }

  static let parquet = "PARQUET"
  static let puffin = "PUFFIN"

  var content: Content
  /// A URI.
  var path: String
  var format: String
  /// The values of the partition spec's fields.
  var partition: PartitionTuple
  /// Rows; for a deletion vector, the positions in it.
  var recordCount: Int
  /// Of the whole file, also when a deletion vector is only a part of it.
  var fileSize: Int
  var columnSizes: [Int: Int] = [:]
  var valueCounts: [Int: Int] = [:]
  var nullValueCounts: [Int: Int] = [:]
  var nanValueCounts: [Int: Int] = [:]
  /// By field id, as `SingleValue` writes them.
  var lowerBounds: [Int: [UInt8]] = [:]
  var upperBounds: [Int: [UInt8]] = [:]
  var keyMetadata: [UInt8]?
  var splitOffsets: [Int] = []
  /// The columns that an equality delete compares.
  var equalityIDs: [Int] = []
  var sortOrderID: Int?
  /// Row id of the first row; `nil` in a new entry, which takes its manifest's.
  var firstRowID: Int64?
  /// The data file whose rows are deleted, when it is one only.
  var referencedDataFile: String?
  /// Where a deletion vector's blob lies in its Puffin file.
  var contentOffset: Int?
  var contentSize: Int?

  init(
    content: Content, path: String, format: String = Self.parquet, partition: PartitionTuple = PartitionTuple(), recordCount: Int, fileSize: Int
  ) {
    self.content = content
    self.path = path
    self.format = format
    self.partition = partition
    self.recordCount = recordCount
    self.fileSize = fileSize
  }

  var isDeletionVector: Bool { content == .positionDeletes && format.uppercased() == Self.puffin }
}

/// The values of a partition, one for each field of its spec, in the bytes of `SingleValue`; `nil` for null.
struct PartitionTuple: Hashable, Sendable {
  var values: [[UInt8]?]

  init(_ values: [[UInt8]?] = []) {
    self.values = values
  }
}

/// A line of a manifest: a file, and since which snapshot it is there or gone.
struct IcebergManifestEntry: Hashable, Sendable {
  enum Status: Int32, Sendable {
    /// Was there before this manifest's snapshot.
    case existing = 0
    case added = 1
    /// Gone since this manifest's snapshot.
    case deleted = 2
  }

  var status: Status
  /// The snapshot that added the file, or removed it; `nil` takes the manifest's.
  var snapshotID: Int64?
  /// When the file's rows count as written: which deletes apply to it. `nil` takes the manifest's.
  var sequenceNumber: Int64?
  /// When the file itself was added; `nil` takes the manifest's.
  var fileSequenceNumber: Int64?
  var file: DataFile

  var isLive: Bool { status != .deleted }
}

/// A line of a manifest list (Iceberg specification, manifest lists).
struct IcebergManifest: Hashable, Sendable {
  enum Content: Int32, Sendable {
    case data = 0
    case deletes = 1
  }

  /// A URI.
  var path: String
  var length: Int
  var partitionSpecID: Int
  var content: Content
  /// When it was added to the table: what its new entries inherit.
  var sequenceNumber: Int64
  /// The least sequence number among its live entries.
  var minimumSequenceNumber: Int64
  var addedSnapshotID: Int64
  var addedFiles: Int
  var existingFiles: Int
  var deletedFiles: Int
  var addedRows: Int
  var existingRows: Int
  var deletedRows: Int
  /// One for each field of the spec.
  var partitions: [PartitionSummary]
  var keyMetadata: [UInt8]?
  /// Row id of the first row of its first new data file; format version 3, data only.
  var firstRowID: Int64?

  /// What the values of one partition field are in all files of a manifest.
  struct PartitionSummary: Hashable, Sendable {
    var containsNull: Bool
    var containsNaN: Bool?
    var lowerBound: [UInt8]?
    var upperBound: [UInt8]?
  }

  var hasLiveFiles: Bool { addedFiles + existingFiles > 0 }
}
