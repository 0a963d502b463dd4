public import SluiceCore

/// What a lake's metadata says of a finished Parquet file.
public struct ParquetFileFacts: Sendable {
  public let rowCount: Int
  public let byteCount: Int
  /// In the order of the file's fields.
  public let columns: [ParquetColumnFacts]
}

/// What is known of one top-level column over a whole file.
public struct ParquetColumnFacts: Sendable {
  public let name: String
  /// Rows in which the column itself is null.
  public let nullCount: Int
  /// The least value as a column of one row and the field's type, ordered as `KeyOrder` does. `nil` when unknown: all
  /// rows null, a NaN among them, a value longer than 4 KiB, a nested type, INT96.
  public let minimum: Column?
  /// The greatest value; as `minimum`.
  public let maximum: Column?
}
