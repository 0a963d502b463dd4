internal import SluiceCore

/// What a statement did to a table, before the place behind the statement is known.
struct PlannedEvent {
  let table: TableID
  let changes: [SchemaChange]
  let definition: TableDefinition?
  let note: String?

  /// `after` is the table as it is then; `nil` when it is gone.
  init(_ table: TableID, _ changes: [SchemaChange], _ after: MySQLTable?, note: String?) {
    self.table = table
    self.changes = changes
    definition = after?.definition
    self.note = note
  }

  func event(statement: String, position: Position, commitTime: Int64?) -> SchemaEvent {
    let shown = statement.count > Self.longest ? statement.prefix(Self.longest) + " …" : statement[...]
    return SchemaEvent(
      table: table, changes: changes, definition: definition, statement: String(shown), position: position, commitTime: commitTime, note: note)
  }

  private static let longest = 2_000
}
