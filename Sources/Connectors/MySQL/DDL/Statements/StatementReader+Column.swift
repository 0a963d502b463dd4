extension StatementReader {
  /// A name, a type and all that may follow them, up to FIRST, AFTER or the item's end.
  mutating func columnClause() throws(StatementProblem) -> ColumnClause {
    var column = ColumnClause(name: try self.column(), type: try type())
    if column.type.name == "serial" {
      column.type.name = "bigint"
      column.type.isUnsigned = true
      column.isNullable = false
      column.isAutoIncrement = true
      column.isUnique = true
    }
    // What is done to partitions follows without a comma.
    while !isAtItemEnd && !isAny("FIRST", "AFTER", "REMOVE", "PARTITION") { try attribute(&column) }
    return column
  }

  private mutating func attribute(_ column: inout ColumnClause) throws(StatementProblem) {
    if try typeAttribute(&column.type) { return }
    if take("NULL") {
      column.isNullable = true
    } else if take("NOT") {
      if take("NULL") { column.isNullable = false } else if !takeAny("SECONDARY", "ENFORCED") { throw StatementProblem() }
    } else if take("DEFAULT") {
      column.defaultValue = try defaultClause()
    } else if take("ON") {
      try require("UPDATE")
      advance()
      if token.isSymbol("(") { try skipBrackets() }
      column.hasUpdateTime = true
    } else if take("AUTO_INCREMENT") {
      column.isAutoIncrement = true
    } else if take("UNIQUE") {
      _ = take("KEY")
      column.isUnique = true
    } else if take("PRIMARY") {
      _ = take("KEY")
      column.isPrimary = true
    } else if take("KEY") {
      column.isPrimary = true
    } else if take("COMMENT") {
      column.comment = try string()
    } else if take("SERIAL") {
      try require("DEFAULT")
      try require("VALUE")
      column.isNullable = false
      column.isAutoIncrement = true
      column.isUnique = true
    } else if isAny("GENERATED", "AS") {
      try generation(&column)
    } else if take("VIRTUAL") {
      column.generated = .virtual
    } else if takeAny("STORED", "PERSISTENT") {
      column.generated = .stored
    } else if take("INVISIBLE") {
      column.isInvisible = true
    } else if take("VISIBLE") || take("ENFORCED") {
    } else {
      try rareAttribute(&column)
    }
  }

  /// What belongs to the type itself; `false` when it is something else.
  private mutating func typeAttribute(_ type: inout TypeClause) throws(StatementProblem) -> Bool {
    if take("UNSIGNED") {
      type.isUnsigned = true
    } else if take("SIGNED") {
    } else if take("ZEROFILL") {
      type.isZerofill = true
      type.isUnsigned = true
    } else if try charsetKeyword() {
      type.charset.charset = try charsetName()
    } else if take("COLLATE") {
      type.charset.collation = try charsetName()
    } else if take("ASCII") {
      type.charset.charset = "latin1"
    } else if take("UNICODE") {
      type.charset.charset = "ucs2"
    } else if take("BYTE") {
      type.charset.charset = "binary"
    } else if take("BINARY") {
      type.hasBinaryCollation = true
    } else {
      return false
    }
    return true
  }

  private mutating func rareAttribute(_ column: inout ColumnClause) throws(StatementProblem) {
    if takeAny("COLUMN_FORMAT", "STORAGE", "SRID") {
      advance()
    } else if take("COMPRESSED") {
      column.isCompressed = true
      if take(symbol: "=") { advance() }
    } else if takeAny("WITH", "WITHOUT") {
      try require("SYSTEM")
      try require("VERSIONING")
    } else if take("REFERENCES") {
      try skipReference()
    } else if take("CONSTRAINT") {
      if !`is`("CHECK") { _ = try name() }
    } else if take("CHECK") {
      if token.isSymbol("("), ahead.isWord("JSON_VALID") { column.checksJSON = true }
      try skipBrackets()
    } else if token.isName, ahead.isSymbol("=") {
      advance()
      advance()
      try skipOne()
    } else if takeAny("ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE") {
      try skipOne()
    } else {
      throw StatementProblem()
    }
  }

  /// `[GENERATED ALWAYS] AS (…)` or `AS ROW START`.
  private mutating func generation(_ column: inout ColumnClause) throws(StatementProblem) {
    if take("GENERATED") { try require("ALWAYS") }
    try require("AS")
    if take("ROW") {
      guard takeAny("START", "END") else { throw StatementProblem() }
      // The beginning or the end of a system-versioned row.
      column.generated = .stored
      column.isNullable = false
      return
    }
    try skipBrackets()
    column.generated = .virtual
  }

  mutating func skipReference() throws(StatementProblem) {
    _ = try table()
    if token.isSymbol("(") { try skipBrackets() }
    if take("MATCH") { advance() }
    while take("ON") {
      guard takeAny("DELETE", "UPDATE") else { throw StatementProblem() }
      if takeAny("RESTRICT", "CASCADE") { continue }
      guard take("SET", "NULL") || take("SET", "DEFAULT") || take("NO", "ACTION") else { throw StatementProblem() }
    }
  }

  // MARK: Defaults

  /// What follows DEFAULT.
  mutating func defaultClause() throws(StatementProblem) -> DefaultClause {
    if isAtItemEnd { throw StatementProblem() }
    let start = self
    if let constant = try constantDefault() { return constant }
    self = start
    if token.isSymbol("("), context.dialect.server.isMariaDB, let inner = try bracketedConstant() { return inner }
    repeat { try skipOne() } while !isAtItemEnd && !isAtAttribute
    return .computed
  }

  /// A constant with nothing behind it that would make it an expression.
  private mutating func constantDefault() throws(StatementProblem) -> DefaultClause? {
    if take("NULL") { return .null }
    guard let value = try literal(), isAtItemEnd || isAtAttribute else { return nil }
    return .literal(value)
  }

  /// MariaDB keeps no bracket around a constant.
  private mutating func bracketedConstant() throws(StatementProblem) -> DefaultClause? {
    let start = self
    advance()
    if let constant = try constantDefault(), take(symbol: ")") { return constant }
    self = start
    return nil
  }

  /// Whether a word stands here that begins a column's next attribute, and so ends an expression.
  private var isAtAttribute: Bool {
    token.kind == .word
      && (isAny("NOT", "NULL", "DEFAULT", "ON", "AUTO_INCREMENT", "UNIQUE", "PRIMARY", "KEY", "COMMENT", "COLLATE", "COLUMN_FORMAT", "STORAGE")
        || isAny("GENERATED", "AS", "VIRTUAL", "STORED", "PERSISTENT", "INVISIBLE", "VISIBLE", "REFERENCES", "CONSTRAINT", "CHECK", "SRID")
        || isAny("FIRST", "AFTER", "WITH", "WITHOUT", "COMPRESSED", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE")
        || ahead.isSymbol("="))
  }

  // MARK: Character sets

  /// `CHARACTER SET`, `CHAR SET` or `CHARSET`.
  mutating func charsetKeyword() throws(StatementProblem) -> Bool {
    take("CHARSET") || take("CHARACTER", "SET") || take("CHAR", "SET")
  }

  /// The name of a character set or collation, with or without quotes.
  mutating func charsetName() throws(StatementProblem) -> String {
    _ = take(symbol: "=")
    let name = token.text.lowercased()
    guard token.isName || token.kind == .string, !name.isEmpty else { throw StatementProblem() }
    advance()
    return name
  }
}
