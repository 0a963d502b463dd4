import SluiceCore

extension TableDefinition {
  /// The same table with other columns, and another key where one is given.
  func replacing(columns: [ColumnDefinition], primaryKey: [String]? = nil) -> TableDefinition {
    TableDefinition(
      id: id, columns: columns, primaryKey: primaryKey ?? self.primaryKey, comment: comment, estimatedRows: estimatedRows,
      estimatedBytes: estimatedBytes, attributes: attributes)
  }
}

extension ColumnDefinition {
  /// The column as a node makes it. What rows from before its addition read went through no node, so only a new copy of the table can tell.
  func shaped(type: DataType? = nil, isNullable: Bool? = nil, note: String? = nil) -> ColumnDefinition {
    var attributes = attributes ?? [:]
    if attributes.removeValue(forKey: "fill") != nil { attributes["fillUnknown"] = "1" }
    let type = type ?? self.type
    return ColumnDefinition(
      name: name, type: type, nativeType: type == self.type ? nativeType : "\(type)", isNullable: isNullable ?? self.isNullable,
      defaultValue: nil, comment: comment, note: note ?? self.note, attributes: attributes.isEmpty ? nil : attributes)
  }

  /// The same column under another name.
  func renamed(_ name: String) -> ColumnDefinition {
    ColumnDefinition(
      name: name, type: type, nativeType: nativeType, isNullable: isNullable, defaultValue: defaultValue, comment: comment, note: note,
      attributes: attributes)
  }

  /// A column that a node adds.
  static func added(_ name: String, _ type: DataType, isNullable: Bool, comment: String = "") -> ColumnDefinition {
    ColumnDefinition(name: name, type: type, nativeType: "\(type)", isNullable: isNullable, comment: comment)
  }
}
