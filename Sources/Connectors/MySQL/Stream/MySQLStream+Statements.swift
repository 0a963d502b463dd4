internal import SluiceCore

extension MySQLStream {
  /// A statement that is neither a transaction's begin nor its end.
  func handle(_ statement: MySQLStatement, _ query: BinlogQuery) throws {
    let isWithin = tracker.isOpen
    if isWithin, let resumed = transaction.resumed(tracker), transaction.statementCount < resumed.statements {
      transaction.statementCount += 1
      return
    }
    flush(at: position())
    let events = query.alterPhase == .start || query.alterPhase == .rollback ? [] : try plan(statement, query)
    if !events.isEmpty { try cutBefore() }
    if isWithin { transaction.statementCount += 1 }
    if !isWithin {
      tracker.complete()
      try endTransaction()
    }
    if !events.isEmpty { try emit(events, statement: query.statement) }
  }

  private func plan(_ statement: MySQLStatement, _ query: BinlogQuery) throws -> [PlannedEvent] {
    switch statement {
    case .ignorable: return []
    case .transaction(.rollbackTo):
      transaction.undo()
      return []
    case .transaction: return []
    case .rows(let written): return try plan(rowsOf: written, query)
    case .tables(let statements):
      let renames = statements.compactMap { if case .rename(let old, let new, _) = $0 { (from: old, to: new) } else { nil } }
      if renames.count == statements.count { return try plan(renames) }
      let dialect = tracker.context(query).dialect
      return try statements.flatMap { try plan($0, dialect) }
    case .database(let change): return plan(change, tracker.context(query).dialect)
    case .notUnderstood(let concerned): return try concerned.flatMap { try plan(notUnderstood: $0, query) }
    }
  }

  /// The followed table of that name, unless the statement is before the place from which on it is followed.
  func entry(_ table: TableID) -> FollowedEntry? {
    guard let entry = tables[table] else { return nil }
    if entry.enter(tracker, resumed: transaction.resumed(tracker)) { transaction.touched.append(entry) }
    return entry.isLeftOut ? nil : entry
  }

  // MARK: Rows that were logged as a statement

  private func plan(rowsOf written: [TableID], _ query: BinlogQuery) throws -> [PlannedEvent] {
    let followed = written.compactMap { entry($0) }
    // A table in memory is empty after a restart, which the server tells its replicas in this form.
    if let entry = followed.first, written.count == 1, Self.emptiesTable(query.statement) {
      return [PlannedEvent(entry.id, [.truncateTable(entry.id)], entry.table, note: nil)]
    }
    guard !followed.isEmpty || written.isEmpty else { return [] }
    throw SluiceError(
      .sourceLogUnusable, "the log holds a statement that writes rows, instead of the rows",
      at: .init(table: followed.first?.id, position: tracker.place),
      remedy: "SET GLOBAL binlog_format = 'ROW'; then let the application's connections be made anew, and copy the table anew.")
  }

  /// `DELETE FROM db.t` and nothing behind it.
  private static func emptiesTable(_ statement: String) -> Bool {
    let words = statement.split(whereSeparator: \.isWhitespace)
    return words.count == 3 && words[0].uppercased() == "DELETE" && words[1].uppercased() == "FROM"
  }

  // MARK: Databases

  private func plan(_ change: DatabaseStatement, _ dialect: MySQLDialect) -> [PlannedEvent] {
    switch change {
    case .create(let name, let choice, _, let replaces):
      catalog.setCharset(MySQLCharset.resolve(choice, fallback: nil, dialect: dialect), of: name)
      return replaces ? dropTables(of: name) : []
    case .alter(let name, let choice):
      catalog.setCharset(MySQLCharset.resolve(choice, fallback: nil, dialect: dialect), of: name)
      return []
    case .drop(let name, _): return dropTables(of: name)
    }
  }

  private func dropTables(of database: String) -> [PlannedEvent] {
    tables.tables(in: database).compactMap { id in
      entry(id).map { drop($0, note: "its database was dropped") }
    }
  }

  func drop(_ entry: FollowedEntry, note: String? = nil) -> PlannedEvent {
    tables.leave(entry.id)
    tables.putAside(entry.id, as: nil)
    return PlannedEvent(entry.id, [.dropTable(entry.id)], nil, note: note)
  }

  // MARK: What only the catalog can tell

  private func plan(notUnderstood table: TableID, _ query: BinlogQuery) throws -> [PlannedEvent] {
    if let entry = entry(table) {
      return try compare(entry, note: "read from the catalog, because the statement was not understood").map { [$0] } ?? []
    }
    guard tables[table] == nil, tables.wants(table), Self.creates(query.statement), let found = try catalog.table(table) else { return [] }
    tables.follow(FollowedEntry(found))
    return [PlannedEvent(table, [.createTable(found.definition)], found, note: "read from the catalog, because the statement was not understood")]
  }

  private static func creates(_ statement: String) -> Bool {
    statement.split(maxSplits: 1, whereSeparator: \.isWhitespace).first?.uppercased() == "CREATE"
  }

  /// Takes the catalog's definition instead of the tracked one; `nil` when they are the same, or the table is gone meanwhile.
  func compare(_ entry: FollowedEntry, note: String) throws -> PlannedEvent? {
    guard let found = try catalog.table(entry.id) else { return nil }
    return change(entry, to: found, note: note)
  }

  /// The change from the tracked definition to another; `nil` when there is none.
  func change(_ entry: FollowedEntry, to table: MySQLTable, note: String?, changes told: [SchemaChange]? = nil) -> PlannedEvent? {
    let changes = told ?? MySQLTable.difference(from: entry.table, to: table)
    let isSame = changes.isEmpty && entry.table.isAlike(table)
    guard !isSame else { return nil }
    entry.change(to: table)
    return PlannedEvent(entry.id, changes, table, note: note)
  }

  /// Rows have come that do not fit the tracked definition: the log has not told a change. Where the catalog's definition fits them, it is
  /// taken, and told as a change.
  func repair(_ entry: FollowedEntry, _ rows: BinlogRows, after error: SluiceError) throws {
    var error = error
    error.place.position = tracker.place
    guard let found = try catalog.table(entry.id), (try? BinlogRowPlanner.plan(rows.map, found, options: options)) != nil else { throw error }
    flush(at: position())
    let note = "read from the catalog, because the log's rows did not fit: \(error.message)"
    guard let event = change(entry, to: found, note: note) else { throw error }
    try emit([event], statement: "")
  }
}

extension MySQLTable {
  /// Whether two definitions are the same but for the server's estimates.
  func isAlike(_ other: MySQLTable) -> Bool {
    definition.id == other.definition.id && columns == other.columns && indexes == other.indexes && charset == other.charset
      && isVersioned == other.isVersioned && definition.comment == other.definition.comment
  }
}
