internal import SluiceCore

extension StatementReader {
  /// From the table's name to the end of an ALTER TABLE: the table's actions, and what becomes of another table that rows are swapped with.
  mutating func alteration() throws(StatementProblem) -> [TableStatement] {
    let ifExists = try takeIfExists()
    let table = try table()
    try takeWait()
    var actions: [AlterAction] = []
    var others: [TableStatement] = []
    while !isAtEnd && !token.isSymbol(";") {
      if take(symbol: ",") { continue }
      if let partition = try partitionAction(of: table) {
        actions += partition.actions
        others += partition.others
      } else {
        actions += try action()
      }
    }
    if token.kind == .broken { throw StatementProblem() }
    return [.alter(table, actions, ifExists: ifExists)] + others
  }

  /// MariaDB's patience for locks.
  mutating func takeWait() throws(StatementProblem) {
    if take("WAIT") {
      _ = try integer()
    } else {
      _ = take("NOWAIT")
    }
  }

  private mutating func action() throws(StatementProblem) -> [AlterAction] {
    if take("ADD") { return try addAction() }
    if take("DROP") { return try dropAction() }
    if take("MODIFY") { return try modifyAction() }
    if take("CHANGE") { return try changeAction() }
    if take("ALTER") { return try alterAction() }
    if take("RENAME") { return try renameAction() }
    if take("CONVERT") { return try convertAction() }
    if take("ORDER") {
      try require("BY")
      try skipOrder()
      return []
    }
    if takeAny("FORCE", "SECONDARY_LOAD", "SECONDARY_UNLOAD") { return [] }
    if take("ENABLE", "KEYS") || take("DISABLE", "KEYS") { return [] }
    if take("DISCARD", "TABLESPACE") { return [.replaceRows("DISCARD TABLESPACE")] }
    if take("IMPORT", "TABLESPACE") { return [.replaceRows("IMPORT TABLESPACE")] }
    if take("WITH", "VALIDATION") || take("WITHOUT", "VALIDATION") { return [] }
    if take("NOWAIT") { return [] }
    var options = TableOptions()
    if try tableOption(&options) { return [.options(options)] }
    try skipOption()
    return []
  }

  // MARK: Columns and indexes

  private mutating func addAction() throws(StatementProblem) -> [AlterAction] {
    if take("SYSTEM") {
      try require("VERSIONING")
      return [.setVersioning(true)]
    }
    if let element = try elementBesideColumns() { return added(element) }
    _ = take("COLUMN")
    let ifNotExists = try takeIfNotExists()
    guard take(symbol: "(") else { return [.add(try columnClause(), try place(), ifNotExists: ifNotExists)] }
    var actions: [AlterAction] = []
    repeat {
      if let element = try elementBesideColumns() {
        actions += added(element)
      } else {
        actions.append(.add(try columnClause(), nil, ifNotExists: ifNotExists))
      }
    } while take(symbol: ",")
    try require(symbol: ")")
    return actions
  }

  private func added(_ element: TableElement) -> [AlterAction] {
    guard case .index(let index) = element else { return [] }
    return [.addIndex(index)]
  }

  private mutating func place() throws(StatementProblem) -> ColumnPlace? {
    if take("FIRST") { return .first }
    return take("AFTER") ? .after(try column()) : nil
  }

  private mutating func dropAction() throws(StatementProblem) -> [AlterAction] {
    if take("PRIMARY") {
      try require("KEY")
      return [.dropPrimaryKey]
    }
    if take("SYSTEM") {
      try require("VERSIONING")
      return [.setVersioning(false)]
    }
    if `is`("PERIOD"), ahead.isWord("FOR") {
      advance()
      advance()
      _ = try name()
      return []
    }
    if take("FOREIGN") {
      try require("KEY")
      _ = try takeIfExists()
      _ = try name()
      return []
    }
    if takeAny("INDEX", "KEY") {
      let ifExists = try takeIfExists()
      return [.dropIndex(try name(), ifExists: ifExists)]
    }
    if takeAny("CONSTRAINT", "CHECK") {
      let ifExists = try takeIfExists()
      return [.dropConstraint(try name(), ifExists: ifExists)]
    }
    _ = take("COLUMN")
    let ifExists = try takeIfExists()
    let column = try column()
    _ = takeAny("RESTRICT", "CASCADE")
    return [.drop(column, ifExists: ifExists)]
  }

  private mutating func modifyAction() throws(StatementProblem) -> [AlterAction] {
    _ = take("COLUMN")
    let ifExists = try takeIfExists()
    let clause = try columnClause()
    return [.change(clause.name, clause, try place(), ifExists: ifExists)]
  }

  private mutating func changeAction() throws(StatementProblem) -> [AlterAction] {
    _ = take("COLUMN")
    let ifExists = try takeIfExists()
    let old = try column()
    return [.change(old, try columnClause(), try place(), ifExists: ifExists)]
  }

  private mutating func alterAction() throws(StatementProblem) -> [AlterAction] {
    if takeAny("INDEX", "KEY") {
      _ = try takeIfExists()
      let index = try name()
      if takeAny("INVISIBLE", "IGNORED") { return [.hideIndex(index, true)] }
      guard take("VISIBLE") || take("NOT", "IGNORED") else { throw StatementProblem() }
      return [.hideIndex(index, false)]
    }
    if takeAny("CHECK", "CONSTRAINT") {
      _ = try name()
      _ = take("NOT")
      try require("ENFORCED")
      return []
    }
    _ = take("COLUMN")
    let ifExists = try takeIfExists()
    let column = try column()
    if take("DROP") {
      try require("DEFAULT")
      return [.setDefault(column, nil, ifExists: ifExists)]
    }
    try require("SET")
    if take("INVISIBLE") { return [.setInvisible(column, true)] }
    if take("VISIBLE") { return [.setInvisible(column, false)] }
    try require("DEFAULT")
    return [.setDefault(column, try defaultClause(), ifExists: ifExists)]
  }

  private mutating func renameAction() throws(StatementProblem) -> [AlterAction] {
    if take("COLUMN") {
      let ifExists = try takeIfExists()
      let old = try column()
      try require("TO")
      return [.renameColumn(old, to: try column(), ifExists: ifExists)]
    }
    if takeAny("INDEX", "KEY") {
      _ = try takeIfExists()
      let old = try name()
      try require("TO")
      return [.renameIndex(old, to: try name())]
    }
    _ = takeAny("TO", "AS")
    _ = take(symbol: "=")
    return [.rename(try table())]
  }

  private mutating func convertAction() throws(StatementProblem) -> [AlterAction] {
    try require("TO")
    guard try charsetKeyword() else { throw StatementProblem() }
    var choice = MySQLCharsetChoice(charset: try charsetName())
    if take("COLLATE") { choice.collation = try charsetName() }
    return [.convert(choice)]
  }

  // MARK: Options

  /// The columns of ORDER BY, with commas between them; a comma before anything else ends them.
  private mutating func skipOrder() throws(StatementProblem) {
    while true {
      _ = try column()
      _ = takeAny("ASC", "DESC")
      var next = self
      guard next.take(symbol: ","), next.token.isName, (try? next.column()) != nil else { return }
      guard next.isAtItemEnd || next.isAny("ASC", "DESC") else { return }
      _ = take(symbol: ",")
    }
  }

  /// An option of the table or of the statement that a copy does not need: a word or two, and a value.
  private mutating func skipOption() throws(StatementProblem) {
    guard token.kind == .word || ahead.isSymbol("=") else { throw StatementProblem() }
    let isKnown = token.kind == .word && Self.options.contains(token.text.uppercased())
    if !(take("DATA", "DIRECTORY") || take("INDEX", "DIRECTORY")) {
      guard isKnown || ahead.isSymbol("=") else { throw StatementProblem() }
      advance()
    }
    _ = take(symbol: "=")
    try skipOne()
  }

  private static let options: Set<String> = [
    "ENGINE", "TYPE", "AUTO_INCREMENT", "AVG_ROW_LENGTH", "CHECKSUM", "TABLE_CHECKSUM", "COMPRESSION", "CONNECTION", "DELAY_KEY_WRITE",
    "ENCRYPTION", "ENCRYPTED", "ENCRYPTION_KEY_ID", "IETF_QUOTES", "INSERT_METHOD", "KEY_BLOCK_SIZE", "MAX_ROWS", "MIN_ROWS", "PACK_KEYS",
    "PAGE_CHECKSUM", "PAGE_COMPRESSED", "PAGE_COMPRESSION_LEVEL", "PASSWORD", "ROW_FORMAT", "SECONDARY_ENGINE", "STATS_AUTO_RECALC",
    "STATS_PERSISTENT", "STATS_SAMPLE_PAGES", "TABLESPACE", "STORAGE", "TRANSACTIONAL", "UNION", "SEQUENCE", "AUTOEXTEND_SIZE",
    "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE", "ALGORITHM", "LOCK", "WAIT",
  ]
}
