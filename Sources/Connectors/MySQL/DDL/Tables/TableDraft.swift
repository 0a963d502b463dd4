internal import SluiceCore

/// A table in the middle of a statement: its actions are gathered, then take effect in the order in which the server lets them.
///
/// The server walks through the old columns first (dropped, changed, renamed, by their old names), then places the added and moved ones
/// one after the other, where AFTER means names as they are afterwards; then come indexes.
struct TableDraft {
  private let table: MySQLTable
  private let dialect: MySQLDialect
  private(set) var columns: [DraftColumn] = []
  private(set) var indexes: IndexSet
  private(set) var charset: MySQLCharset?
  private(set) var comment: String
  private(set) var isVersioned: Bool
  private(set) var id: TableID
  private(set) var replaced: [String] = []
  private var maker: ColumnMaker
  private var told: [String: ColumnClause] = [:]

  init(_ table: MySQLTable, _ actions: [AlterAction], dialect: MySQLDialect) throws(ReplayProblem) {
    self.table = table
    self.dialect = dialect
    charset = table.charset
    comment = table.definition.comment
    isVersioned = table.isVersioned
    id = table.definition.id
    indexes = IndexSet(following: table.indexes, dialect: dialect)
    maker = ColumnMaker(dialect: dialect, charset: charset)
    try readOptions(actions)
    maker = ColumnMaker(dialect: dialect, charset: charset)
    try walk(actions)
    try place(actions)
    guard Set(columns.map { $0.column.name.lowercased() }).count == columns.count else {
      throw ReplayProblem(reason: "two columns get one name")
    }
    if let conversion = conversion(actions) { try convert(to: conversion) }
    maker.completeTimestamps(&columns, told: told)
    changeIndexes(actions)
    try indexes.markPrimary(&columns)
  }

  // MARK: The table as a whole

  private mutating func readOptions(_ actions: [AlterAction]) throws(ReplayProblem) {
    for action in actions {
      switch action {
      case .rename(let new): id = new
      case .replaceRows(let reason): replaced.append(reason)
      case .setVersioning(let isOn): isVersioned = isOn
      case .options(let options):
        if let text = options.comment { comment = text }
        if !options.charset.isEmpty { charset = MySQLCharset.resolve(options.charset, fallback: charset, dialect: dialect) }
      case .convert(let choice): charset = MySQLCharset.resolve(choice, fallback: charset, dialect: dialect)
      default: break
      }
    }
  }

  private func conversion(_ actions: [AlterAction]) -> MySQLCharset? {
    actions.contains { if case .convert = $0 { true } else { false } } ? charset : nil
  }

  // MARK: Columns

  private func oldPlace(_ name: String) -> Int? {
    table.columns.firstIndex { $0.name.isSameName(as: name) }
  }

  private func newPlace(_ name: String) -> Int? {
    columns.firstIndex { $0.column.name.isSameName(as: name) }
  }

  /// The old columns in their order, without the dropped ones, each as the actions that name it leave it.
  private mutating func walk(_ actions: [AlterAction]) throws(ReplayProblem) {
    var dropped: Set<Int> = []
    var changed: [Int: MySQLCatalogColumn] = [:]
    for action in actions {
      switch action {
      case .drop(let name, _):
        // One that is not there was dropped before this statement was read.
        if let place = oldPlace(name) { dropped.insert(place) }
      case .change(let old, let clause, _, let ifExists):
        // One that has its new name already was renamed before.
        guard let place = oldPlace(old) ?? (ifExists ? nil : oldPlace(clause.name)) else {
          if ifExists { continue }
          throw ReplayProblem(reason: "there is no column \(old)")
        }
        var column = try maker.column(clause)
        if !clause.isPrimary { column.isPrimary = table.columns[place].isPrimary }
        changed[place] = column
        told[column.name] = clause
      case .renameColumn(let old, let new, let ifExists):
        guard let place = oldPlace(old) else {
          if ifExists || oldPlace(new) != nil { continue }
          throw ReplayProblem(reason: "there is no column \(old)")
        }
        changed[place, default: table.columns[place]].name = new
      case .setDefault(let name, let clause, let ifExists):
        guard let place = oldPlace(name) else {
          if ifExists { continue }
          throw ReplayProblem(reason: "there is no column \(name)")
        }
        maker.setDefault(clause, of: &changed[place, default: table.columns[place]])
      case .setInvisible(let name, let isInvisible):
        guard let place = oldPlace(name) else { throw ReplayProblem(reason: "there is no column \(name)") }
        changed[place, default: table.columns[place]].isInvisible = isInvisible
      default: break
      }
    }
    columns = table.columns.indices.filter { !dropped.contains($0) }.map { DraftColumn(column: changed[$0] ?? table.columns[$0], origin: $0) }
  }

  /// Adds columns and moves changed ones, in the order of the statement.
  private mutating func place(_ actions: [AlterAction]) throws(ReplayProblem) {
    for action in actions {
      switch action {
      case .add(let clause, let place, _):
        // One that is there already was added before this statement was read.
        if newPlace(clause.name) != nil { continue }
        let column = try maker.column(clause)
        told[column.name] = clause
        try insert(DraftColumn(column: column, origin: nil), place ?? .last)
      case .change(_, let clause, let place?, _):
        guard let current = newPlace(clause.name) else { continue }
        try insert(columns.remove(at: current), place)
      default: break
      }
    }
  }

  private mutating func insert(_ column: DraftColumn, _ place: ColumnPlace) throws(ReplayProblem) {
    switch place {
    case .first: columns.insert(column, at: 0)
    case .last: columns.append(column)
    case .after(let name):
      guard let before = newPlace(name) else { throw ReplayProblem(reason: "there is no column \(name)") }
      columns.insert(column, at: before + 1)
    }
  }

  // MARK: Conversion

  /// CONVERT TO: every text column gets the character set, and TEXT a size that holds as many characters as before.
  private mutating func convert(to charset: MySQLCharset) throws(ReplayProblem) {
    for place in columns.indices {
      guard let old = columns[place].column.charset, old != "binary" else { continue }
      var column = columns[place].column
      let before = MySQLCharset(charset: old, collation: "").maximumBytes
      if let size = TypeSpelling.textTypes.firstIndex(of: column.dataType), charset.maximumBytes > before {
        let characters = (1 << (8 * (size + 1))) - 1
        let grown = TypeSpelling.size(characters / before * charset.maximumBytes)
        if grown > size { column.setType(TypeSpelling.textTypes[grown] + column.columnType.dropFirst(column.dataType.count)) }
      }
      if charset.charset == "binary" { throw ReplayProblem(reason: "text columns become binary ones") }
      if column.dataType == "varchar", (column.length ?? 0) * charset.maximumBytes > 65_535 {
        throw ReplayProblem(reason: "the column \(column.name) outgrows a row")
      }
      column.charset = charset.charset
      column.collation = charset.collation
      columns[place].column = column
    }
  }

  // MARK: Indexes

  private mutating func changeIndexes(_ actions: [AlterAction]) {
    for action in actions {
      switch action {
      case .dropIndex(let name, _), .dropConstraint(let name, _): indexes.drop(name)
      case .dropPrimaryKey: indexes.drop("PRIMARY")
      default: break
      }
    }
    // A part follows its column, but a new column of its old name that stands before it takes its place.
    let pairs = columns.map { draft in ((draft.origin.map { table.columns[$0].name } ?? draft.column.name).lowercased(), draft) }
    let followers = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    indexes.follow(from: table.columns) { followers[$0.lowercased()] }
    for case .renameIndex(let old, let new) in actions { indexes.rename(old, to: new) }
    for action in actions {
      switch action {
      case .add(let clause, _, _), .change(_, let clause, _, _): addIndexes(of: clause)
      case .addIndex(let index): indexes.add(index, columns: columns)
      default: break
      }
    }
    for case .hideIndex(let name, let isHidden) in actions { indexes.hide(name, isHidden) }
  }

  private mutating func addIndexes(of clause: ColumnClause) {
    for index in clause.ownIndexes { indexes.add(index, columns: columns) }
  }
}

extension ColumnClause {
  /// The indexes that `PRIMARY KEY` and `UNIQUE` behind a column make.
  var ownIndexes: [IndexClause] {
    var indexes: [IndexClause] = []
    if isPrimary { indexes.append(IndexClause(kind: .primary, parts: [.init(column: name)])) }
    if isUnique { indexes.append(IndexClause(kind: .unique, parts: [.init(column: name)])) }
    return indexes
  }
}
