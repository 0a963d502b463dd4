extension StatementReader {
  /// What an item of a table's body or of `ADD` is, when it is no column.
  enum TableElement {
    case index(IndexClause)
    /// A check, a period: nothing that a copy shows.
    case other
  }

  /// Reads an index or a constraint; `nil` when a column stands here.
  mutating func elementBesideColumns() throws(StatementProblem) -> TableElement? {
    guard token.kind == .word else { return nil }
    var symbol: String?
    if take("CONSTRAINT") {
      if !isAny("PRIMARY", "UNIQUE", "FOREIGN", "CHECK") { symbol = try constraintName() }
      guard isAny("PRIMARY", "UNIQUE", "FOREIGN", "CHECK") else { throw StatementProblem() }
    }
    if take("CHECK") {
      _ = try takeIfNotExists()
      try skipBrackets()
      _ = take("NOT")
      _ = take("ENFORCED")
      return .other
    }
    if `is`("PERIOD"), ahead.isWord("FOR") {
      while !token.isSymbol("(") { try skipOne() }
      try skipBrackets()
      return .other
    }
    guard var index = try indexKind() else { return nil }
    index.name = symbol
    try indexBody(&index)
    return .index(index)
  }

  private mutating func constraintName() throws(StatementProblem) -> String {
    _ = try takeIfNotExists()
    return try name()
  }

  private mutating func indexKind() throws(StatementProblem) -> IndexClause? {
    if take("PRIMARY") {
      try require("KEY")
      return IndexClause(kind: .primary)
    }
    if take("FOREIGN") {
      try require("KEY")
      return IndexClause(kind: .foreign)
    }
    if take("UNIQUE") {
      _ = takeAny("INDEX", "KEY")
      return IndexClause(kind: .unique)
    }
    if takeAny("INDEX", "KEY") { return IndexClause(kind: .plain) }
    if takeAny("FULLTEXT", "SPATIAL") {
      _ = takeAny("INDEX", "KEY")
      return IndexClause(kind: .special)
    }
    if take("VECTOR", "INDEX") || take("VECTOR", "KEY") { return IndexClause(kind: .special) }
    return nil
  }

  /// From the index's name to its last option.
  private mutating func indexBody(_ index: inout IndexClause) throws(StatementProblem) {
    index.ifNotExists = try takeIfNotExists()
    if !token.isSymbol("("), !isAny("USING", "TYPE") || ahead.isSymbol("(") {
      let name = try name()
      index.name = index.kind == .foreign ? index.name ?? name : name
    }
    try indexAlgorithm(&index)
    index.parts = try indexParts()
    if index.kind == .foreign {
      try require("REFERENCES")
      return try skipReference()
    }
    try indexOptions(&index)
  }

  mutating func indexAlgorithm(_ index: inout IndexClause) throws(StatementProblem) {
    guard takeAny("USING", "TYPE") else { return }
    if `is`("HASH") { index.isHash = true }
    advance()
  }

  mutating func indexParts() throws(StatementProblem) -> [IndexClause.Part] {
    try require(symbol: "(")
    var parts: [IndexClause.Part] = []
    repeat {
      if token.isSymbol("(") {
        try skipBrackets()
        parts.append(.init(column: nil))
      } else {
        var part = IndexClause.Part(column: try name())
        if take(symbol: "(") {
          part.prefix = try integer()
          try require(symbol: ")")
        }
        parts.append(part)
      }
      if take("DESC") { parts[parts.count - 1].isAscending = false } else { _ = take("ASC") }
    } while take(symbol: ",")
    // What else may stand here (`WITHOUT OVERLAPS`) is about more than the columns that are named.
    try require(symbol: ")")
    return parts
  }

  mutating func indexOptions(_ index: inout IndexClause) throws(StatementProblem) {
    while !isAtItemEnd {
      if isAny("USING", "TYPE") {
        try indexAlgorithm(&index)
      } else if isAny("ALGORITHM", "LOCK", "WAIT", "NOWAIT") {
        // Of CREATE INDEX itself.
        return
      } else if takeAny("INVISIBLE", "IGNORED") {
        index.isHidden = true
      } else if take("NOT") {
        try require("IGNORED")
      } else if take("VISIBLE") {
      } else if take("COMMENT") {
        _ = try string()
      } else if take("WITH") {
        try require("PARSER")
        _ = try name()
      } else {
        // KEY_BLOCK_SIZE = 8, CLUSTERING = YES, M = 6.
        _ = try name()
        _ = take(symbol: "=")
        try skipOne()
      }
    }
  }
}
