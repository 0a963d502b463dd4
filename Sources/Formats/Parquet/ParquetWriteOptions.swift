/// How a Parquet file is written.
public struct ParquetWriteOptions: Sendable, Hashable {
  public var compression: Compression
  /// A row group ends when its encoded bytes reach this many; what a writer holds in memory grows with it.
  public var rowGroupBytes: Int
  /// A page of one column is compressed and put aside at this many bytes; an open file holds up to one such page a column.
  public var pageBytes: Int
  public var dictionary: DictionaryPolicy
  /// Write all timestamps as INT96, which some readers expect of nanoseconds; such columns have no bounds.
  public var usesInt96Timestamps: Bool
  /// Key-value pairs for the footer.
  public var metadata: [String: String]

  public enum Compression: Sendable, Hashable {
    case none
    case snappy
    case lz4
    case zstd(level: Int)
  }

  /// Which columns are encoded with a dictionary of their values.
  public enum DictionaryPolicy: Sendable, Hashable {
    /// Those that hold few distinct values in a sample of the first rows: dictionaries of the others cost time and save nothing.
    case sampled
    case always
    case never
  }

  public init(
    compression: Compression = .zstd(level: 1), rowGroupBytes: Int = 16 << 20, pageBytes: Int = 128 << 10, dictionary: DictionaryPolicy = .sampled,
    usesInt96Timestamps: Bool = false, metadata: [String: String] = [:]
  ) {
    self.compression = compression
    self.rowGroupBytes = rowGroupBytes
    self.pageBytes = pageBytes
    self.dictionary = dictionary
    self.usesInt96Timestamps = usesInt96Timestamps
    self.metadata = metadata
  }
}
