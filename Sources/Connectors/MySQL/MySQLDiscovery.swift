internal import SluiceCore

/// Finds the tables that a selection names.
struct MySQLDiscovery {
  let catalog: MySQLCatalog

  func discover(_ selection: TableSelection) throws -> [MySQLTable] {
    try catalog.tables(try names(selection))
  }

  /// The selected base tables. Throws for an exact name without a table and for a selection that matches nothing.
  func names(_ selection: TableSelection) throws -> [TableID] {
    let include = try selection.include.enumerated().map { try SelectedPattern($1, path: "$.source.tables[\($0)]") }
    let exclude = try selection.exclude.enumerated().map { try SelectedPattern($1, path: "$.source.exclude[\($0)]") }
    let databases = include.map(\.database)
    let (tables, views) = try catalog.names(in: databases.contains(nil) ? nil : Set(databases.compactMap { $0 }))

    let known = Set(tables)
    for id in include.compactMap(\.exact) where !known.contains(id) {
      throw SluiceError(
        .sourceTableMissing,
        views.contains(id) ? "it is a view, and only tables are copied" : "there is no such table, or the account may not see it",
        at: .init(table: id), remedy: remedy(id, among: tables))
    }
    let selected = tables.filter { id in include.contains { $0.matches(id) } && !exclude.contains { $0.matches(id) } }
    if selected.isEmpty {
      let patterns = selection.include.joined(separator: ", ")
      throw SluiceError(
        .sourceTableMissing, "no table matches \(patterns.isEmpty ? "an empty selection" : patterns)", at: .init(path: "$.source.tables"),
        remedy: tables.isEmpty ? "Check the names, and that the account has SELECT on the tables." : nil)
    }
    return selected
  }

  private func remedy(_ id: TableID, among tables: [TableID]) -> String? {
    let wanted = id.description.lowercased()
    if let twin = tables.first(where: { $0.description.lowercased() == wanted }) { return "The server spells it \(twin)." }
    return "Check the name; if it is right: GRANT SELECT ON \(MySQLText.quoted(id)) TO '\(catalog.connection.options.user)'@'%';"
  }
}
