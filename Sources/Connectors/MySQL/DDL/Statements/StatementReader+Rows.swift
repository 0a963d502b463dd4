internal import SluiceCore

extension StatementReader {
  /// The tables that a statement writes to whose first word has just been told; `nil` when it writes no rows.
  mutating func writtenTables() -> [TableID]? {
    if `is`("WITH") {
      // The statement proper begins at the first of these words outside of brackets.
      while !isAtEnd && !isAny("UPDATE", "DELETE", "INSERT", "REPLACE", "SELECT") {
        if (try? skipOne()) == nil { return nil }
      }
      return isAtEnd ? nil : writtenTables()
    }
    if takeAny("INSERT", "REPLACE") {
      skipWords("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO")
      return [try? table()].compactMap { $0 }
    }
    if take("LOAD") {
      while !isAtEnd && !(`is`("INTO") && ahead.isWord("TABLE")) { advance() }
      guard take("INTO", "TABLE") else { return [] }
      return [try? table()].compactMap { $0 }
    }
    if take("UPDATE") {
      skipWords("LOW_PRIORITY", "IGNORE")
      return references().map(\.table)
    }
    if take("DELETE") { return deletedTables() }
    if takeAny("CALL", "DO", "SELECT") { return [] }
    return nil
  }

  private mutating func skipWords(_ words: StaticString...) {
    while words.contains(where: { token.isWord($0) }) { advance() }
  }

  private struct Reference {
    let table: TableID
    let alias: String?
  }

  private mutating func deletedTables() -> [TableID] {
    skipWords("LOW_PRIORITY", "QUICK", "IGNORE", "HISTORY")
    if take("FROM") {
      let start = self
      let targets = names()
      guard take("USING") else {
        self = start
        return references().prefix(1).map(\.table)
      }
      return resolve(targets)
    }
    let targets = names()
    guard take("FROM") else { return [] }
    return resolve(targets)
  }

  /// `a, b.c, d.*` as written.
  private mutating func names() -> [TableID] {
    var names: [TableID] = []
    while token.isName, !isAny("FROM", "USING"), let first = try? name() {
      var parts = [first]
      while take(symbol: "."), !take(symbol: "*"), let part = try? name() { parts.append(part) }
      names.append(parts.count > 1 ? id(parts[0], parts[1]) : id(context.database, first))
      guard take(symbol: ",") else { break }
    }
    return names
  }

  /// A multi-table DELETE may name its targets by their aliases.
  private mutating func resolve(_ targets: [TableID]) -> [TableID] {
    let references = references()
    return targets.map { target in references.first { $0.alias == target.name }?.table ?? target }
  }

  /// The tables of a join, up to the words that end it.
  private mutating func references() -> [Reference] {
    var found: [Reference] = []
    var expectsTable = true
    while !isAtEnd && !isAny("SET", "WHERE", "ORDER", "LIMIT", "RETURNING") && !token.isSymbol(";") {
      if token.isSymbol("(") {
        let isSubquery = ahead.isWord("SELECT") || ahead.isWord("WITH") || ahead.isWord("VALUES")
        if expectsTable && !isSubquery {
          advance()
        } else if (try? skipBrackets()) == nil {
          break
        } else {
          expectsTable = false
        }
      } else if token.isSymbol(",") || isAny("JOIN", "STRAIGHT_JOIN") {
        advance()
        expectsTable = true
      } else if expectsTable, token.isName, let table = try? table() {
        found.append(Reference(table: table, alias: alias()))
        expectsTable = false
      } else {
        advance()
      }
    }
    return found
  }

  private mutating func alias() -> String? {
    if take("AS") { return try? name() }
    let isPlain = token.kind == .quoted || token.kind == .word && !Self.joinWords.contains(token.text.uppercased())
    return isPlain ? try? name() : nil
  }

  private static let joinWords: Set<String> = [
    "SET", "WHERE", "JOIN", "INNER", "CROSS", "LEFT", "RIGHT", "NATURAL", "STRAIGHT_JOIN", "ON", "USING", "PARTITION", "FORCE", "USE", "IGNORE",
    "ORDER", "LIMIT", "FOR", "RETURNING",
  ]
}
