/// A source table as discovered: what a target is made from, and what a snapshot reads.
public struct TableDefinition: Hashable, Sendable, Codable {
  public let id: TableID
  /// In the order of the source, generated and invisible columns included.
  public let columns: [ColumnDefinition]
  /// Names of the columns that identify a row, in key order; empty for a table without a usable key.
  public let primaryKey: [String]
  public let comment: String
  /// The source's estimate, for progress and bucket counts only.
  public let estimatedRows: Int
  /// The source's estimate of the bytes that the rows take there.
  public let estimatedBytes: Int
  /// What else the source must know of the table later, in the source's own words: `charset`, `collation`.
  public let attributes: [String: String]?

  public init(
    id: TableID, columns: [ColumnDefinition], primaryKey: [String], comment: String = "", estimatedRows: Int = 0, estimatedBytes: Int = 0,
    attributes: [String: String]? = nil
  ) {
    self.id = id
    self.columns = columns
    self.primaryKey = primaryKey
    self.comment = comment
    self.estimatedRows = estimatedRows
    self.estimatedBytes = estimatedBytes
    self.attributes = attributes
  }

  public func columnIndex(_ name: String) -> Int? {
    columns.firstIndex { $0.name == name }
  }

  /// The place of the column of that name, or else of one whose name differs only in case.
  public func indexInAnyCase(of name: String) -> Int? {
    if let exact = columnIndex(name) { return exact }
    let wanted = name.lowercased()
    return columns.firstIndex { $0.name.lowercased() == wanted }
  }

  /// The same table with another key.
  func replacingKey(_ key: [String]) -> TableDefinition {
    if key == primaryKey { return self }
    return TableDefinition(
      id: id, columns: columns, primaryKey: key, comment: comment, estimatedRows: estimatedRows, estimatedBytes: estimatedBytes,
      attributes: attributes)
  }

  /// The same table with more columns, which may be NULL, behind its own.
  func appending(_ more: [ColumnDefinition]) -> TableDefinition {
    if more.isEmpty { return self }
    let nullable = more.map { column in
      ColumnDefinition(
        name: column.name, type: column.type, nativeType: column.nativeType, isNullable: true, comment: column.comment, note: column.note)
    }
    return TableDefinition(
      id: id, columns: columns + nullable, primaryKey: primaryKey, comment: comment, estimatedRows: estimatedRows,
      estimatedBytes: estimatedBytes, attributes: attributes)
  }

  /// The positions of the key columns in `columns`, in key order.
  public var keyIndexes: [Int] { primaryKey.compactMap(columnIndex) }
}
