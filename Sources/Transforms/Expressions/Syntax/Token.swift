/// A piece of an expression's text.
struct Token: Equatable {
  enum Kind: Equatable {
    /// A bare word: a keyword, a function, a column.
    case word(String)
    /// A column's name in backticks or double quotes.
    case quoted(String)
    case text(String)
    case bytes([UInt8])
    /// Digits with an optional point and exponent, as written.
    case number(String)
    /// One of `Lexer.symbols`.
    case symbol(String)
    case end
  }

  let kind: Kind
  let place: TextPlace

  /// Whether this is the bare word `keyword`, which is in upper case.
  func `is`(_ keyword: String) -> Bool {
    if case .word(let word) = kind { return word.uppercased() == keyword }
    return false
  }

  func isSymbol(_ symbol: String) -> Bool { kind == .symbol(symbol) }

  /// What stands here, for a message.
  var found: String {
    switch kind {
    case .word(let word): "\"\(Self.shortened(word))\""
    case .quoted(let name): "the column \"\(Self.shortened(name))\""
    case .text: "a text"
    case .bytes: "a binary literal"
    case .number(let number): Self.shortened(number)
    case .symbol(let symbol): "\"\(symbol)\""
    case .end: "the end"
    }
  }

  private static func shortened(_ text: String) -> String {
    text.count <= 40 ? text : text.prefix(40) + "…"
  }
}
