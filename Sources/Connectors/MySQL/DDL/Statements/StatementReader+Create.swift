internal import SluiceCore

extension StatementReader {
  /// From the table's name to the end of a CREATE TABLE.
  mutating func creation(replaces: Bool) throws(StatementProblem) -> TableCreation {
    let ifNotExists = try takeIfNotExists()
    var creation = TableCreation(table: try table())
    creation.ifNotExists = ifNotExists
    creation.replaces = replaces
    if take("LIKE") {
      creation.like = try table()
      return creation
    }
    if token.isSymbol("("), ahead.isWord("LIKE") {
      advance()
      advance()
      creation.like = try table()
      try require(symbol: ")")
      return creation
    }
    if token.isSymbol("("), !isAtBracketedQuery { try tableBody(&creation) }
    try tableOptions(&creation)
    return creation
  }

  private var isAtBracketedQuery: Bool {
    ahead.isSymbol("(") || ahead.isWord("SELECT") || ahead.isWord("WITH") || ahead.isWord("VALUES") || ahead.isWord("TABLE")
  }

  private mutating func tableBody(_ creation: inout TableCreation) throws(StatementProblem) {
    try require(symbol: "(")
    repeat {
      switch try elementBesideColumns() {
      case .index(let index): creation.indexes.append(index)
      case .other: break
      case nil: try creation.columns.append(columnClause())
      }
    } while take(symbol: ",")
    try require(symbol: ")")
  }

  /// What follows the body. Options that a copy does not need, partitions among them, are passed over token by token.
  private mutating func tableOptions(_ creation: inout TableCreation) throws(StatementProblem) {
    while !isAtEnd && !token.isSymbol(";") {
      if try tableOption(&creation.options) { continue }
      if take("START", "TRANSACTION") { continue }
      if `is`("WITH"), ahead.isWord("SYSTEM") {
        advance()
        advance()
        try require("VERSIONING")
        creation.isVersioned = true
        continue
      }
      if isAny("SELECT", "WITH", "VALUES", "TABLE") || token.isSymbol("(") && isAtBracketedQuery {
        creation.isFromQuery = true
        return
      }
      try skipOne()
    }
    if token.kind == .broken { throw StatementProblem() }
  }

  /// An option of the table that a copy needs; `false` when something else stands here.
  mutating func tableOption(_ options: inout TableOptions) throws(StatementProblem) -> Bool {
    if `is`("DEFAULT"), ahead.isWord("CHARACTER") || ahead.isWord("CHARSET") || ahead.isWord("CHAR") || ahead.isWord("COLLATE") { advance() }
    if try charsetKeyword() {
      options.charset.charset = try charsetName()
    } else if take("COLLATE") {
      options.charset.collation = try charsetName()
    } else if take("COMMENT") {
      _ = take(symbol: "=")
      options.comment = try string()
    } else {
      return false
    }
    return true
  }
}
