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

  /// The place of the column of that name, or else of one whose name differs only in case.
  public func indexInAnyCase(of name: String) -> Int? {
    if let exact = columnIndex(name) { return exact }
    let wanted = name.lowercased()
    return columns.firstIndex { $0.name.lowercased() == wanted }
  }
}

extension TargetTable {
  /// The table as `changes` make it. Changes of columns that it does not have, or has already, do nothing.
  public func applying(_ changes: [TargetChange]) -> TargetTable {
    var columns = columns
    var comment = comment
    for change in changes {
      switch change {
      case .addColumn(let column, let place, _):
        if !columns.contains(where: { $0.name == column.name }) { Self.insert(column, at: place, into: &columns) }
      case .dropColumn(let name):
        columns.removeAll { $0.name == name }
      case .renameColumn(let from, let to):
        guard let index = columns.firstIndex(where: { $0.name == from }), !columns.contains(where: { $0.name == to }) else { continue }
        let old = columns[index]
        columns[index] = Column(name: to, type: old.type, isNullable: old.isNullable, comment: old.comment)
      case .alterColumn(let column):
        guard let index = columns.firstIndex(where: { $0.name == column.name }) else { continue }
        columns[index] = column
      case .moveColumn(let name, let place):
        guard let index = columns.firstIndex(where: { $0.name == name }) else { continue }
        let column = columns.remove(at: index)
        Self.insert(column, at: place, into: &columns)
      case .commentTable(let text):
        comment = text
      }
    }
    return TargetTable(
      id: id, columns: columns, primaryKey: primaryKey, partitionKeys: partitionKeys, buckets: buckets, estimatedBytes: estimatedBytes,
      comment: comment, options: options)
  }

  private static func insert(_ column: Column, at place: ColumnPlace, into columns: inout [Column]) {
    switch place {
    case .first: columns.insert(column, at: 0)
    case .last: columns.append(column)
    case .after(let name): columns.insert(column, at: columns.firstIndex { $0.name == name }.map { $0 + 1 } ?? columns.count)
    }
  }
}
