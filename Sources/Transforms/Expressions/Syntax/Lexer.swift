/// Cuts the text of an expression into tokens. There are no comments and no backslash escapes: a quote within quotes is doubled.
struct Lexer {
  /// Longest first, so that the first that fits is the one.
  static let symbols = ["->>", "<=>", "->", "<=", ">=", "<>", "!=", "||", "(", ")", ",", "+", "-", "*", "/", "%", "=", "<", ">"]

  private let scalars: [Unicode.Scalar]
  private var at = 0
  private var line = 1
  private var column = 1

  private init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  /// All tokens of `text`; the last one is `.end`.
  static func tokens(of text: String) throws(ExpressionIssue) -> [Token] {
    var lexer = Lexer(text)
    var tokens: [Token] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private var place: TextPlace { TextPlace(line: line, column: column) }
  private var current: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }
  private func peek(_ distance: Int = 1) -> Unicode.Scalar? { at + distance < scalars.count ? scalars[at + distance] : nil }

  private mutating func advance() {
    if scalars[at] == "\n" {
      line += 1
      column = 1
    } else {
      column += 1
    }
    at += 1
  }

  private mutating func next() throws(ExpressionIssue) -> Token {
    while let scalar = current, scalar.properties.isWhitespace { advance() }
    let start = place
    guard let scalar = current else { return Token(kind: .end, place: start) }
    switch scalar {
    case "'": return Token(kind: .text(try quoted("'", "a text")), place: start)
    case "`": return Token(kind: .quoted(try quoted("`", "a column name")), place: start)
    case "\"": return Token(kind: .quoted(try quoted("\"", "a column name")), place: start)
    case "x", "X":
      if peek() == "'" {
        advance()
        return Token(kind: .bytes(try bytes(start)), place: start)
      }
    default: break
    }
    if Self.isDigit(scalar) || (scalar == "." && peek().map(Self.isDigit) == true) { return Token(kind: .number(try number(start)), place: start) }
    if Self.startsWord(scalar) {
      var word = ""
      while let scalar = current, Self.startsWord(scalar) || Self.isDigit(scalar) {
        word.unicodeScalars.append(scalar)
        advance()
      }
      return Token(kind: .word(word), place: start)
    }
    for symbol in Self.symbols where starts(with: symbol) {
      for _ in symbol.unicodeScalars { advance() }
      return Token(kind: .symbol(symbol), place: start)
    }
    let shown = scalar.value < 0x20 || scalar.value == 0x7f ? "a control character" : "\"\(scalar)\""
    throw ExpressionIssue(start, "found \(shown), which means nothing here")
  }

  private func starts(with symbol: String) -> Bool {
    var index = at
    for scalar in symbol.unicodeScalars {
      guard index < scalars.count, scalars[index] == scalar else { return false }
      index += 1
    }
    return true
  }

  private mutating func quoted(_ quote: Unicode.Scalar, _ what: String) throws(ExpressionIssue) -> String {
    let start = place
    var text = String.UnicodeScalarView()
    advance()
    while let scalar = current {
      advance()
      if scalar == quote {
        guard current == quote else {
          if quote != "'", text.isEmpty { throw ExpressionIssue(start, "found an empty name") }
          return String(text)
        }
        advance()
      }
      text.append(scalar)
    }
    throw ExpressionIssue(start, "\(what) begins here and does not end; a \(quote) within it is written twice")
  }

  private mutating func bytes(_ start: TextPlace) throws(ExpressionIssue) -> [UInt8] {
    let digits = try quoted("'", "a binary literal").unicodeScalars.map { $0.properties.numericType == nil && !$0.isASCII ? nil : Self.hexDigit($0) }
    guard digits.count.isMultiple(of: 2), !digits.contains(nil) else {
      throw ExpressionIssue(start, "a binary literal has pairs of hexadecimal digits: X'00ff'")
    }
    return stride(from: 0, to: digits.count, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) }
  }

  private mutating func number(_ start: TextPlace) throws(ExpressionIssue) -> String {
    var text = ""
    func take(_ lexer: inout Lexer) {
      while let scalar = lexer.current, Self.isDigit(scalar) {
        text.unicodeScalars.append(scalar)
        lexer.advance()
      }
    }
    take(&self)
    if current == "." {
      text += "."
      advance()
      take(&self)
    }
    if current == "e" || current == "E" {
      let signed = peek() == "+" || peek() == "-"
      if peek(signed ? 2 : 1).map(Self.isDigit) == true {
        text += "e"
        advance()
        if signed, let sign = current {
          text.unicodeScalars.append(sign)
          advance()
        }
        take(&self)
      }
    }
    if let scalar = current, Self.startsWord(scalar) {
      throw ExpressionIssue(start, "a name that begins with a digit stands in backticks or double quotes")
    }
    return text
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

  /// Letters of every script, `_`, and `$`, with which names of metadata begin.
  private static func startsWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar == "$" || (scalar.isASCII ? scalar.properties.isAlphabetic : scalar.properties.isXIDContinue)
  }

  private static func hexDigit(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar {
    case "0"..."9": UInt8(scalar.value - 48)
    case "a"..."f": UInt8(scalar.value - 87)
    case "A"..."F": UInt8(scalar.value - 55)
    default: nil
    }
  }
}
