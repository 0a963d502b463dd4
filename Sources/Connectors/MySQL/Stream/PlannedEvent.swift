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
    self.changes = changes.map { Self.filled($0, after) }
    definition = after?.definition
    self.note = note
  }

  func event(statement: String, position: Position, commitTime: Int64?) -> SchemaEvent {
    let shown = statement.count > Self.longest ? statement.prefix(Self.longest) + " …" : statement[...]
    return SchemaEvent(
      table: table, changes: changes, definition: definition, statement: String(shown), position: position, commitTime: commitTime, note: note)
  }

  /// An added column says what the rows from before read in it.
  private static func filled(_ change: SchemaChange, _ after: MySQLTable?) -> SchemaChange {
    guard case .addColumn(let table, let column, let place) = change, let after else { return change }
    var attributes = column.attributes ?? [:]
    switch after.fill(of: column.name) {
    case .value(let text): attributes["fill"] = text
    case .unknown: attributes["fillUnknown"] = "1"
    }
    return .addColumn(table, column.replacingAttributes(attributes), place)
  }

  private static let longest = 2_000
}
