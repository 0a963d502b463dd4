/// A column as its source defines it.
public struct ColumnDefinition: Hashable, Sendable, Codable {
  public let name: String
  public let type: DataType
  /// The source's own spelling of the type, for people: `decimal(10,2) unsigned`.
  public let nativeType: String
  public let isNullable: Bool
  /// The source's default as its text; `nil` when there is none.
  public let defaultValue: String?
  public let comment: String
  /// What a reader of the lake should know about how this type was mapped; `nil` when the mapping is plain.
  public let note: String?
  /// What else the source must know of the column to read its rows again later, in the source's own words: `charset`, `collation`.
  public let attributes: [String: String]?

  public init(
    name: String, type: DataType, nativeType: String, isNullable: Bool, defaultValue: String? = nil, comment: String = "",
    note: String? = nil, attributes: [String: String]? = nil
  ) {
    self.name = name
    self.type = type
    self.nativeType = nativeType
    self.isNullable = isNullable
    self.defaultValue = defaultValue
    self.comment = comment
    self.note = note
    self.attributes = attributes
  }

  /// The same column with other attributes.
  public func replacingAttributes(_ attributes: [String: String]) -> ColumnDefinition {
    ColumnDefinition(
      name: name, type: type, nativeType: nativeType, isNullable: isNullable, defaultValue: defaultValue, comment: comment, note: note,
      attributes: attributes.isEmpty ? nil : attributes)
  }
}
