internal import SluiceCore

/// Walks through the tokens of one statement. A value: a copy goes back to where it was made.
struct StatementReader: Sendable {
  let context: MySQLStatementContext
  private var lexer: MySQLLexer
  private(set) var token: MySQLToken
  private(set) var ahead: MySQLToken
  /// Where the token before the current one ended.
  private(set) var consumed = 0

  init(_ sql: String, _ context: MySQLStatementContext) {
    self.context = context
    lexer = MySQLLexer(sql, dialect: context.dialect)
    token = lexer.next()
    ahead = lexer.next()
  }

  /// Whether there is nothing more to read.
  var isAtEnd: Bool { token.kind == .end || token.kind == .broken }

  mutating func advance() {
    guard !isAtEnd else { return }
    consumed = token.end
    token = ahead
    ahead = lexer.next()
  }

  func text(from start: Int, to end: Int) -> String { lexer.text(from: start, to: end) }

  // MARK: Words and symbols

  func `is`(_ keyword: StaticString) -> Bool { token.isWord(keyword) }

  func isAny(_ keywords: StaticString...) -> Bool { keywords.contains { token.isWord($0) } }

  /// Takes the keyword if it stands here.
  mutating func take(_ keyword: StaticString) -> Bool {
    guard token.isWord(keyword) else { return false }
    advance()
    return true
  }

  /// Takes both keywords if they stand here.
  mutating func take(_ first: StaticString, _ second: StaticString) -> Bool {
    guard token.isWord(first), ahead.isWord(second) else { return false }
    advance()
    advance()
    return true
  }

  mutating func takeAny(_ keywords: StaticString...) -> Bool {
    guard keywords.contains(where: { token.isWord($0) }) else { return false }
    advance()
    return true
  }

  mutating func take(symbol: Unicode.Scalar) -> Bool {
    guard token.isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func require(_ keyword: StaticString) throws(StatementProblem) {
    guard take(keyword) else { throw StatementProblem() }
  }

  mutating func require(symbol: Unicode.Scalar) throws(StatementProblem) {
    guard take(symbol: symbol) else { throw StatementProblem() }
  }

  mutating func takeIfExists() throws(StatementProblem) -> Bool {
    guard take("IF") else { return false }
    try require("EXISTS")
    return true
  }

  mutating func takeIfNotExists() throws(StatementProblem) -> Bool {
    guard take("IF") else { return false }
    try require("NOT")
    try require("EXISTS")
    return true
  }

  // MARK: Names

  mutating func name() throws(StatementProblem) -> String {
    guard token.isName, !token.text.isEmpty else { throw StatementProblem() }
    let name = token.text
    advance()
    return name
  }

  /// `table`, `database.table` or `.table`.
  mutating func table() throws(StatementProblem) -> TableID {
    if take(symbol: ".") { return id(context.database, try name()) }
    let first = try name()
    guard take(symbol: ".") else { return id(context.database, first) }
    return id(first, try name())
  }

  func id(_ database: String, _ name: String) -> TableID {
    context.dialect.lowersNames
      ? TableID(database: database.lowercased(), name: name.lowercased()) : TableID(database: database, name: name)
  }

  /// `column`, `table.column` or `database.table.column`.
  mutating func column() throws(StatementProblem) -> String {
    var last = try name()
    while take(symbol: ".") { last = try name() }
    return last
  }

  // MARK: Literals

  /// Adjacent texts, which count as one.
  mutating func string() throws(StatementProblem) -> String {
    guard token.kind == .string else { throw StatementProblem() }
    var text = ""
    while token.kind == .string {
      text += token.text
      advance()
    }
    return text
  }

  mutating func integer() throws(StatementProblem) -> Int {
    guard token.kind == .number || token.kind == .hexadecimal else { throw StatementProblem() }
    let value = token.kind == .number ? Int(token.text) : Int(token.text, radix: 16)
    guard let value else { throw StatementProblem() }
    advance()
    return value
  }

  // MARK: Skipping

  /// Goes past the bracket that closes the one that stands here.
  mutating func skipBrackets() throws(StatementProblem) {
    try require(symbol: "(")
    var depth = 1
    while depth > 0 {
      if isAtEnd { throw StatementProblem() }
      if token.isSymbol("(") { depth += 1 }
      if token.isSymbol(")") { depth -= 1 }
      advance()
    }
  }

  /// Goes past one token, or past a whole bracket.
  mutating func skipOne() throws(StatementProblem) {
    if token.isSymbol("(") { return try skipBrackets() }
    if isAtEnd { throw StatementProblem() }
    advance()
  }

  /// Whether an item of a list ends here.
  var isAtItemEnd: Bool { isAtEnd || token.isSymbol(",") || token.isSymbol(")") || token.isSymbol(";") }
}

/// A statement that does not read as expected; the reader's answer is then that it was not understood.
struct StatementProblem: Error {}
