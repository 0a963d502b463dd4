internal import SluiceCore

extension MySQLStatement {
  /// Reads a statement of the log. Any text has an answer; the time it takes grows with the text's length.
  static func read(_ sql: String, _ context: MySQLStatementContext) -> MySQLStatement {
    let reader = StatementReader(sql, context)
    do {
      var reader = reader
      return try reader.statement()
    } catch {
      var reader = reader
      return .notUnderstood(reader.concernedTables())
    }
  }
}

extension StatementReader {
  fileprivate mutating func statement() throws(StatementProblem) -> MySQLStatement {
    if token.kind == .end || token.isSymbol(";") && ahead.kind == .end { return .ignorable }
    while `is`("SET"), ahead.isWord("STATEMENT") {
      // MariaDB: settings for the one statement after FOR.
      while !isAtEnd && !`is`("FOR") { try skipOne() }
      try require("FOR")
    }
    if let step = try transactionStep() { return .transaction(step) }
    if let tables = writtenTables() { return .rows(tables) }
    if take("CREATE") { return try create() }
    if take("ALTER") { return try alter() }
    if take("DROP") { return try drop() }
    if take("RENAME") { return try rename() }
    if take("TRUNCATE") {
      _ = take("TABLE")
      let table = try table()
      try takeWait()
      try requireEnd()
      return .tables([.truncate(table)])
    }
    if token.kind == .word, Self.harmless.contains(token.text.uppercased()) { return .ignorable }
    throw StatementProblem()
  }

  private mutating func requireEnd() throws(StatementProblem) {
    _ = take(symbol: ";")
    guard token.kind == .end else { throw StatementProblem() }
  }

  private static let harmless: Set<String> = [
    "SET", "GRANT", "REVOKE", "ANALYZE", "OPTIMIZE", "REPAIR", "FLUSH", "CHECK", "CHECKSUM", "USE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "LOCK",
    "UNLOCK", "INSTALL", "UNINSTALL", "CACHE", "RESET", "PURGE", "KILL", "HANDLER", "PREPARE", "EXECUTE", "DEALLOCATE", "HELP", "CHANGE", "STOP",
    "SIGNAL", "BACKUP", "SHUTDOWN", "RESTART", "CLONE", "BINLOG", "START",
  ]

  // MARK: CREATE

  private mutating func create() throws(StatementProblem) -> MySQLStatement {
    let replaces = take("OR", "REPLACE")
    if take("TEMPORARY") { return .ignorable }
    if take("TABLE") { return .tables([.create(try creation(replaces: replaces))]) }
    if takeAny("DATABASE", "SCHEMA") {
      let ifNotExists = try takeIfNotExists()
      let name = id(try name(), "").database
      return .database(.create(name, try databaseCharset(), ifNotExists: ifNotExists, replaces: replaces))
    }
    let start = self
    if let index = try createdIndex(replaces: replaces) { return .tables([index]) }
    self = start
    return try otherObject()
  }

  /// `[UNIQUE | FULLTEXT | SPATIAL | VECTOR] INDEX …`
  private mutating func createdIndex(replaces: Bool) throws(StatementProblem) -> TableStatement? {
    var index = IndexClause(kind: .plain)
    if takeAny("ONLINE", "OFFLINE") {}
    if take("UNIQUE") {
      index.kind = .unique
    } else if takeAny("FULLTEXT", "SPATIAL", "VECTOR") {
      index.kind = .special
    }
    guard takeAny("INDEX", "KEY") else { return nil }
    index.ifNotExists = try takeIfNotExists()
    index.name = try name()
    try indexAlgorithm(&index)
    try require("ON")
    let table = try table()
    index.parts = try indexParts()
    try indexOptions(&index)
    let old = replaces ? index.name.map { [AlterAction.dropIndex($0, ifExists: true)] } ?? [] : []
    return .alter(table, old + [.addIndex(index)], ifExists: false)
  }

  private mutating func databaseCharset() throws(StatementProblem) -> MySQLCharsetChoice {
    var options = TableOptions()
    while !isAtEnd && !token.isSymbol(";") {
      // ENCRYPTION 'N', READ ONLY = 0.
      if try !tableOption(&options) { try skipOne() }
    }
    return options.charset
  }

  /// Objects that hold no rows of tables. What stands before their kind (DEFINER, ALGORITHM and so on) is passed over.
  private mutating func otherObject() throws(StatementProblem) -> MySQLStatement {
    while !isAtEnd {
      if token.kind == .word, Self.otherObjects.contains(token.text.uppercased()) { return .ignorable }
      if isAny("TABLE", "TABLES", "INDEX", "DATABASE") { break }
      try skipOne()
    }
    throw StatementProblem()
  }

  private static let otherObjects: Set<String> = [
    "VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "USER", "ROLE", "SERVER", "SEQUENCE", "PACKAGE", "TABLESPACE", "LOGFILE", "INSTANCE",
    "UNDO", "SPATIAL", "LIBRARY", "CATALOG",
  ]

  // MARK: ALTER

  private mutating func alter() throws(StatementProblem) -> MySQLStatement {
    while takeAny("ONLINE", "OFFLINE", "IGNORE") {}
    if take("TABLE") { return .tables(try alteration()) }
    guard takeAny("DATABASE", "SCHEMA") else {
      if take("RESOURCE", "GROUP") { return .ignorable }
      return try otherObject()
    }
    if `is`("UPGRADE") || ahead.isWord("UPGRADE") { return .ignorable }
    let isUnnamed = isAny("DEFAULT", "CHARACTER", "CHARSET", "CHAR", "COLLATE", "COMMENT", "ENCRYPTION", "READ")
    let database = isUnnamed ? context.database : id(try name(), "").database
    return .database(.alter(database, try databaseCharset()))
  }

  // MARK: DROP

  private mutating func drop() throws(StatementProblem) -> MySQLStatement {
    if take("TEMPORARY") { return .ignorable }
    if takeAny("TABLE", "TABLES") {
      let ifExists = try takeIfExists()
      var drops: [TableStatement] = []
      repeat { drops.append(.drop(try table(), ifExists: ifExists)) } while take(symbol: ",")
      _ = takeAny("RESTRICT", "CASCADE")
      try takeWait()
      try requireEnd()
      return .tables(drops)
    }
    if takeAny("DATABASE", "SCHEMA") {
      let ifExists = try takeIfExists()
      return .database(.drop(id(try name(), "").database, ifExists: ifExists))
    }
    while takeAny("ONLINE", "OFFLINE") {}
    if takeAny("INDEX", "KEY") {
      let ifExists = try takeIfExists()
      let index = try name()
      try require("ON")
      let table = try table()
      return .tables([.alter(table, [.dropIndex(index, ifExists: ifExists)], ifExists: false)])
    }
    if take("PREPARE") || take("RESOURCE", "GROUP") { return .ignorable }
    return try otherObject()
  }

  // MARK: RENAME

  private mutating func rename() throws(StatementProblem) -> MySQLStatement {
    if take("USER") { return .ignorable }
    guard takeAny("TABLE", "TABLES") else { throw StatementProblem() }
    let ifExists = try takeIfExists()
    var renames: [TableStatement] = []
    repeat {
      let table = try table()
      try takeWait()
      try require("TO")
      renames.append(.rename(table, to: try self.table(), ifExists: ifExists))
    } while take(symbol: ",")
    try requireEnd()
    return .tables(renames)
  }

  // MARK: Transactions

  private mutating func transactionStep() throws(StatementProblem) -> TransactionStep? {
    if take("BEGIN") || take("START", "TRANSACTION") { return .begin }
    if take("COMMIT") { return .commit }
    if take("ROLLBACK") {
      _ = take("WORK")
      guard take("TO") else { return .rollback }
      _ = take("SAVEPOINT")
      return .rollbackTo(try name())
    }
    if take("SAVEPOINT") { return .savepoint(try name()) }
    if take("RELEASE", "SAVEPOINT") { return .releaseSavepoint(try name()) }
    guard take("XA") else { return nil }
    if takeAny("START", "BEGIN") { return .xaStart(try xid()) }
    if take("END") { return .xaEnd(try xid()) }
    if take("PREPARE") { return .xaPrepare(try xid()) }
    if take("ROLLBACK") { return .xaRollback(try xid()) }
    if take("COMMIT") {
      let xid = try xid()
      return .xaCommit(xid, onePhase: take("ONE", "PHASE"))
    }
    throw StatementProblem()
  }

  // MARK: What cannot be read

  /// The first name behind the kind of object of a statement that changes one; empty when no table can be meant.
  fileprivate mutating func concernedTables() -> [TableID] {
    while !isAtEnd && !isAny("CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE") { advance() }
    while !isAtEnd && !isAny("TABLE", "TABLES", "INDEX", "TRUNCATE") { advance() }
    if `is`("INDEX") {
      while !isAtEnd && !`is`("ON") { advance() }
    }
    advance()
    _ = take("TABLE")
    skipExistence()
    var tables: [TableID] = []
    repeat {
      guard let table = try? table() else { break }
      tables.append(table)
      if take("TO"), let other = try? self.table() { tables.append(other) }
    } while take(symbol: ",")
    return tables
  }

  private mutating func skipExistence() {
    guard take("IF") else { return }
    _ = take("NOT")
    _ = take("EXISTS")
  }
}
