/// What becomes of schema changes at the source, by their kind; single tables may have rules of their own.
public struct SchemaPolicy: Sendable {
  /// The kinds that a user decides on.
  public enum Kind: String, CaseIterable, Sendable, Codable {
    case createTable, addColumn, dropColumn, renameColumn, changeType, convertType, moveColumn, comment, primaryKey, renameTable, truncateTable
    case dropTable, replaceRows
  }

  public enum Action: String, CaseIterable, Sendable, Codable {
    /// The target follows.
    case apply
    /// The target stays as it is; recorded.
    case ignore
    /// As `ignore`, and told to people.
    case alert
    /// The job ends before the statement, and goes on with it when it is started with another policy.
    case error
  }

  private let general: [Kind: Action]
  private let overrides: [(pattern: TablePattern, actions: [Kind: Action])]

  public init(_ general: [Kind: Action] = [:], overrides: [(pattern: TablePattern, actions: [Kind: Action])] = []) {
    self.general = general
    self.overrides = overrides
  }

  /// The first rule that matches the table and says something of the kind counts.
  public func action(on kind: Kind, of table: TableID) -> Action {
    for override in overrides where override.pattern.matches(table) {
      if let action = override.actions[kind] { return action }
    }
    return general[kind] ?? Self.standard(kind)
  }

  /// What happens unless the spec says otherwise: nothing that is in the lake gets lost, and nothing is bent.
  public static func standard(_ kind: Kind) -> Action {
    switch kind {
    case .createTable, .addColumn, .renameColumn, .changeType, .moveColumn, .comment, .renameTable: .apply
    case .dropColumn: .ignore
    case .truncateTable, .dropTable, .replaceRows: .alert
    case .convertType, .primaryKey: .error
    }
  }

  /// What each kind is about, for the reference.
  public static func help(_ kind: Kind) -> String {
    switch kind {
    case .createTable: "A new table that `source.tables` selects: `apply` makes its target and follows it."
    case .addColumn: "A new column: `apply` adds it to the target; rows from before read the column's default, or NULL."
    case .dropColumn: "A dropped column: `apply` drops it in the target, too; otherwise it stays there and reads NULL from then on."
    case .renameColumn: "A renamed column: `apply` renames it in the target; otherwise the target keeps the old name."
    case .changeType: "A new type that the target can widen to (int to bigint). It cannot be ignored where its values may not fit the old type."
    case .convertType: "A new type that the target cannot widen to: `apply` copies the table anew into a new target."
    case .moveColumn: "Another order of the columns."
    case .comment: "A new comment of a column or table."
    case .primaryKey: "Another primary key: `apply` copies the table anew into a new target."
    case .renameTable: "A renamed table: `apply` copies it under its new name, when `source.tables` selects that; the old target stays."
    case .truncateTable: "TRUNCATE TABLE: `apply` empties the target."
    case .dropTable: "A dropped table: `apply` drops the target. Otherwise it stays as it was last."
    case .replaceRows:
      "Rows that came or went without being logged (dropped or exchanged partitions, imported tablespaces): `apply` copies the table anew."
    }
  }
}
