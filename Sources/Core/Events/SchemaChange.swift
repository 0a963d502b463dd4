/// A typed change of a table's definition, in order with the table's rows.
public enum SchemaChange: Hashable, Sendable, Codable {
  /// The table was made and is empty here: all its rows come by the log.
  case createTable(TableDefinition)
  case addColumn(TableID, ColumnDefinition, ColumnPlace)
  case dropColumn(TableID, name: String)
  case renameColumn(TableID, from: String, to: String)
  /// A new type, nullability, default or comment of an existing column.
  case alterColumn(TableID, ColumnDefinition)
  case moveColumn(TableID, name: String, ColumnPlace)
  case changePrimaryKey(TableID, [String])
  case commentTable(TableID, String)
  case renameTable(TableID, to: TableID)
  case truncateTable(TableID)
  case dropTable(TableID)
  /// Rows came or went that the log does not tell one by one (`EXCHANGE PARTITION`, `IMPORT TABLESPACE`, a dropped partition): only reading the
  /// table again shows them.
  case replaceRows(TableID, reason: String)

  /// The table that the change concerns, by its name before the change.
  public var table: TableID {
    switch self {
    case .createTable(let definition): definition.id
    case .addColumn(let table, _, _), .dropColumn(let table, _), .renameColumn(let table, _, _), .alterColumn(let table, _),
      .moveColumn(let table, _, _), .changePrimaryKey(let table, _), .commentTable(let table, _), .renameTable(let table, _),
      .truncateTable(let table), .dropTable(let table), .replaceRows(let table, _):
      table
    }
  }
}

/// Where a column stands among the others.
public enum ColumnPlace: Hashable, Sendable, Codable {
  case last
  case first
  case after(String)
}
