/// A statement of the log that concerned one table's definition, and what it did.
///
/// A statement about several tables is an event for each of them, in the statement's order.
public struct SchemaEvent: Hashable, Sendable, Codable {
  /// The table by its name before the statement.
  public let table: TableID
  /// What changed, in an order in which the changes can be applied one after the other. Empty when nothing that a copy shows has changed.
  public let changes: [SchemaChange]
  /// The table as it is afterwards; `nil` when it is gone.
  public let definition: TableDefinition?
  /// The statement, shortened; kept in the audit log.
  public let statement: String
  public let position: Position
  /// Microseconds since 1970 UTC.
  public let commitTime: Int64?
  /// What a reader of the audit log should know: `read from the catalog, because the statement was not understood`.
  public let note: String?

  public init(
    table: TableID, changes: [SchemaChange], definition: TableDefinition?, statement: String, position: Position, commitTime: Int64?,
    note: String? = nil
  ) {
    self.table = table
    self.changes = changes
    self.definition = definition
    self.statement = statement
    self.position = position
    self.commitTime = commitTime
    self.note = note
  }
}
