internal import SluiceCore

/// What statements about tables do to those that are followed.
extension MySQLStream {
  func plan(_ statement: TableStatement, _ dialect: MySQLDialect) throws -> [PlannedEvent] {
    switch statement {
    case .create(let creation): return try plan(creation, dialect)
    case .rename(let old, let new, _): return try plan([(from: old, to: new)])
    case .drop(let id, _):
      if tables.isShadow(id) { tables.setShadow(id, nil) }
      return entry(id).map { [drop($0)] } ?? []
    case .truncate(let id):
      return entry(id).map { [PlannedEvent(id, [.truncateTable(id)], $0.table, note: nil)] } ?? []
    case .alter(let id, let actions, _): return try plan(id, statement, actions, dialect)
    }
  }

  // MARK: ALTER

  private func plan(_ id: TableID, _ statement: TableStatement, _ actions: [AlterAction], _ dialect: MySQLDialect) throws -> [PlannedEvent] {
    let renamed = actions.compactMap { if case .rename(let new) = $0, new != id { new } else { nil } }.last
    guard let entry = entry(id) else {
      if tables[id] == nil, tables.isShadow(id), let shadow = tables.shadow(id) {
        tables.setShadow(id, try? shadow.applying(statement, dialect: dialect).table)
      }
      return try renamed.map { try plan([(from: id, to: $0)]) } ?? []
    }
    do {
      let (table, changes) = try entry.table.applying(statement, dialect: dialect)
      guard let table else { return [drop(entry)] }
      guard let renamed else { return change(entry, to: table, note: nil, changes: changes).map { [$0] } ?? [] }
      let others = changes.filter { if case .renameTable = $0 { false } else { true } }
      return try [moved(entry, to: renamed, table: table, changes: others)]
    } catch let error as SluiceError where error.kind == .sourceSchemaChanged {
      let note = "read from the catalog: \(error.message)"
      if let renamed { return try plan([(from: id, to: renamed)]) }
      return try compare(entry, note: note).map { [$0] } ?? []
    } catch var error as SluiceError {
      error.place.position = tracker.place
      throw error
    }
  }

  // MARK: CREATE

  private func plan(_ creation: TableCreation, _ dialect: MySQLDialect) throws -> [PlannedEvent] {
    let id = creation.table
    var events: [PlannedEvent] = []
    if let known = tables[id] {
      guard let entry = entry(id) else { return [] }
      // A table that is followed exists; but where a rename has put it aside, this is another one of its name.
      let isNew = creation.replaces || tables.setAside[id] != nil && !creation.ifNotExists
      guard isNew else { return [] }
      events.append(drop(entry, note: tables.setAside[id].map { "renamed to \($0)" }))
      events += try made(creation, dialect, schemaVersion: known.schemaVersion + 1)
      return events
    }
    if tables.isShadow(id) {
      tables.setShadow(id, try? definition(of: creation, dialect))
      return []
    }
    return tables.wants(id) ? try made(creation, dialect, schemaVersion: 0) : []
  }

  private func made(_ creation: TableCreation, _ dialect: MySQLDialect, schemaVersion: Int) throws -> [PlannedEvent] {
    var note: String?
    var table: MySQLTable?
    do {
      table = try definition(of: creation, dialect)
      if table == nil {
        table = try catalog.table(creation.table)
        note = "read from the catalog, because the statement does not tell the whole definition"
      }
    } catch var error as SluiceError {
      error.place.position = tracker.place
      throw error
    }
    // Gone meanwhile: its end will be told, too, and nothing can be said of its rows until then.
    guard let table else { return [] }
    tables.follow(FollowedEntry(table, schemaVersion: schemaVersion))
    return [PlannedEvent(creation.table, [.createTable(table.definition)], table, note: note)]
  }

  private func definition(of creation: TableCreation, _ dialect: MySQLDialect) throws -> MySQLTable? {
    let other = try creation.like.flatMap { like in try tables.known(like) ?? catalog.table(like) }
    return try MySQLTable.created(
      by: creation, charset: try catalog.charset(of: creation.table.database), like: other, dialect: dialect, options: options)
  }

  // MARK: RENAME

  func plan(_ renames: [(from: TableID, to: TableID)]) throws -> [PlannedEvent] {
    if let step = OnlineSchemaChange.step(of: renames), let events = try plan(step) { return events }
    let moves = RenameChain.net(renames)
    let entries = moves.map { entry($0.from) }
    let isFollowed = moves.map { tables[$0.from] != nil }
    for case let entry? in entries { tables.leave(entry.id) }
    var events: [PlannedEvent] = []
    for (index, move) in moves.enumerated() {
      if let entry = entries[index] {
        events.append(try moved(entry, to: move.to, table: entry.table.renamed(to: move.to), changes: []))
      } else if tables.wants(move.to), tables[move.to] == nil, let found = try catalog.table(move.to) {
        // A followed table of the old name is a later one, which this statement is not about.
        events.append(
          PlannedEvent(
            isFollowed[index] ? move.to : move.from, [.renameTable(move.from, to: move.to)], found, note: "a table that the job did not have before"))
      }
    }
    return events
  }

  /// A followed table got another name: it is followed on under that one, where the job wants it, else it is gone.
  private func moved(_ entry: FollowedEntry, to new: TableID, table: MySQLTable, changes: [SchemaChange]) throws -> PlannedEvent {
    let old = entry.id
    // In a swap the name may already be another table's.
    if tables[old] === entry { tables.leave(old) }
    guard tables.wants(new) else {
      return PlannedEvent(old, changes + [.dropTable(old)], nil, note: "renamed to \(new), which the job does not take")
    }
    tables.follow(FollowedEntry(table, schemaVersion: entry.schemaVersion + 1, needsImagesBefore: entry.needsImagesBefore))
    return PlannedEvent(old, changes + [.renameTable(old, to: new)], table, note: nil)
  }

  /// What an online schema change tool does at its end; `nil` when that concerns no followed table.
  private func plan(_ step: OnlineSchemaChange.Step) throws -> [PlannedEvent]? {
    switch step {
    case .setAside(let id, let old):
      guard entry(id) != nil else { return nil }
      tables.putAside(id, as: old)
      return []
    case .swap(let id, let shadow, _), .bringIn(let id, let shadow):
      guard let entry = entry(id) else { return nil }
      tables.putAside(id, as: nil)
      var note = "\(shadow.name) took its place at the end of an online schema change"
      var new = try tables.shadow(shadow)?.renamed(to: id)
      tables.setShadow(shadow, nil)
      if new == nil {
        new = try catalog.table(id)
        note += "; read from the catalog"
      }
      return new.flatMap { change(entry, to: $0, note: note) }.map { [$0] } ?? []
    }
  }
}
