/// A lake table as it is wanted: what a `LakeFormat` creates, or checks an existing table against.
public struct TargetTable: Hashable, Sendable, Codable {
  public let id: TableID
  public let columns: [Column]
  /// Key columns in key order; empty for an append table.
  public let primaryKey: [String]
  /// Partition columns in order; part of the primary key when there is one.
  public let partitionKeys: [String]
  /// Fixed bucket count; `nil` lets the format choose from `estimatedBytes`.
  public let buckets: Int?
  public let estimatedBytes: Int
  public let comment: String
  /// Table options of the format, passed through.
  public let options: [String: String]

  /// A column of a target table; `type` is the logical type, the format decides on storage.
  public struct Column: Hashable, Sendable, Codable {
    public let name: String
    public let type: DataType
    public let isNullable: Bool
    public let comment: String

    public init(name: String, type: DataType, isNullable: Bool, comment: String = "") {
      self.name = name
      self.type = type
      self.isNullable = isNullable
      self.comment = comment
    }
  }

  public init(
    id: TableID, columns: [Column], primaryKey: [String], partitionKeys: [String] = [], buckets: Int? = nil, estimatedBytes: Int = 0,
    comment: String = "", options: [String: String] = [:]
  ) {
    self.id = id
    self.columns = columns
    self.primaryKey = primaryKey
    self.partitionKeys = partitionKeys
    self.buckets = buckets
    self.estimatedBytes = estimatedBytes
    self.comment = comment
    self.options = options
  }

  public func columnIndex(_ name: String) -> Int? {
    columns.firstIndex { $0.name == name }
  }
}
