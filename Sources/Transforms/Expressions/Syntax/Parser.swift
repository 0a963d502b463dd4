import SluiceCore

/// Makes a syntax tree of an expression's text.
///
/// Precedence, from the weakest: OR, AND, NOT, comparisons and IS, IN, BETWEEN, LIKE, REGEXP, `||`, `+` and `-`, `*` `/` `%` DIV MOD,
/// sign, AT TIME ZONE, `->` and `->>`.
struct Parser {
  /// The longest text in UTF-8 bytes and the deepest nesting that are taken: what comes from outside shall not exhaust the stack.
  static let maxLength = 65_536
  static let maxDepth = 100

  private let tokens: [Token]
  private var at = 0
  private var nesting = 0

  private init(_ tokens: [Token]) {
    self.tokens = tokens
  }

  static func parse(_ text: String) throws(ExpressionIssue) -> Syntax {
    let start = TextPlace(line: 1, column: 1)
    guard text.utf8.count <= maxLength else {
      throw ExpressionIssue(start, "the expression has \(text.utf8.count) bytes; up to \(maxLength) are allowed")
    }
    var parser = Parser(try Lexer.tokens(of: text))
    if parser.current.kind == .end { throw ExpressionIssue(start, "the expression is empty") }
    let syntax = try parser.expression()
    guard parser.current.kind == .end else {
      throw ExpressionIssue(parser.current.place, "found \(parser.current.found), expected an operator or the end")
    }
    return syntax
  }

  // MARK: - Tokens

  var current: Token { tokens[at] }
  var following: Token { tokens[min(at + 1, tokens.count - 1)] }

  mutating func advance() {
    if at < tokens.count - 1 { at += 1 }
  }

  mutating func take(_ keyword: String) -> Bool {
    guard current.is(keyword) else { return false }
    advance()
    return true
  }

  mutating func takeSymbol(_ symbol: String) -> Bool {
    guard current.isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func require(_ keyword: String) throws(ExpressionIssue) {
    guard take(keyword) else { throw ExpressionIssue(current.place, "found \(current.found), expected \(keyword)") }
  }

  mutating func requireSymbol(_ symbol: String) throws(ExpressionIssue) {
    guard takeSymbol(symbol) else { throw ExpressionIssue(current.place, "found \(current.found), expected \"\(symbol)\"") }
  }

  /// A part whose nesting is within bounds.
  func made(_ kind: Syntax.Kind, at place: TextPlace, over parts: [Syntax] = []) throws(ExpressionIssue) -> Syntax {
    let syntax = Syntax(kind, at: place, over: parts)
    guard syntax.depth <= Self.maxDepth else { throw Self.tooDeep(place) }
    return syntax
  }

  private static func tooDeep(_ place: TextPlace) -> ExpressionIssue {
    ExpressionIssue(place, "the expression is nested more than \(maxDepth) levels deep")
  }

  /// Counts a level of recursion, which `leave` ends.
  mutating func enter() throws(ExpressionIssue) {
    guard nesting < Self.maxDepth else { throw Self.tooDeep(current.place) }
    nesting += 1
  }

  mutating func leave() {
    nesting -= 1
  }

  // MARK: - Logic

  mutating func expression() throws(ExpressionIssue) -> Syntax {
    try enter()
    defer { leave() }
    let first = try conjunction()
    guard current.is("OR") else { return first }
    let place = current.place
    var parts = [first]
    while take("OR") { parts.append(try conjunction()) }
    return try made(.or(parts), at: place, over: parts)
  }

  private mutating func conjunction() throws(ExpressionIssue) -> Syntax {
    let first = try negation()
    guard current.is("AND") else { return first }
    let place = current.place
    var parts = [first]
    while take("AND") { parts.append(try negation()) }
    return try made(.and(parts), at: place, over: parts)
  }

  private mutating func negation() throws(ExpressionIssue) -> Syntax {
    let place = current.place
    var count = 0
    while take("NOT") { count += 1 }
    var syntax = try predicate()
    guard count <= Self.maxDepth else { throw Self.tooDeep(place) }
    for _ in 0..<count { syntax = try made(.not(syntax), at: place, over: [syntax]) }
    return syntax
  }

  // MARK: - Arithmetic

  mutating func operand() throws(ExpressionIssue) -> Syntax {
    let first = try sum()
    guard current.isSymbol("||") else { return first }
    let place = current.place
    var parts = [first]
    while takeSymbol("||") { parts.append(try sum()) }
    return try made(.concatenation(parts), at: place, over: parts)
  }

  private mutating func sum() throws(ExpressionIssue) -> Syntax {
    var left = try product()
    while current.isSymbol("+") || current.isSymbol("-") {
      let place = current.place
      let operation: ArithmeticOperator = current.isSymbol("+") ? .add : .subtract
      advance()
      let right = try product()
      left = try made(.arithmetic(operation, left, right), at: place, over: [left, right])
    }
    return left
  }

  private mutating func product() throws(ExpressionIssue) -> Syntax {
    var left = try sign()
    while let operation = productOperator {
      let place = current.place
      advance()
      let right = try sign()
      left = try made(.arithmetic(operation, left, right), at: place, over: [left, right])
    }
    return left
  }

  private var productOperator: ArithmeticOperator? {
    if current.isSymbol("*") { return .multiply }
    if current.isSymbol("/") { return .divide }
    if current.isSymbol("%") || current.is("MOD") { return .remainder }
    return current.is("DIV") ? .quotient : nil
  }

  private mutating func sign() throws(ExpressionIssue) -> Syntax {
    let place = current.place
    var count = 0
    var isNegative = false
    while current.isSymbol("-") || current.isSymbol("+") {
      if current.isSymbol("-") { isNegative.toggle() }
      advance()
      count += 1
    }
    var syntax: Syntax
    if count > 0, case .number = current.kind {
      syntax = try number(isNegative: isNegative)
      syntax = try postfix(syntax)
      return syntax
    }
    syntax = try postfix(try primary())
    return isNegative ? try made(.negate(syntax), at: place, over: [syntax]) : syntax
  }

  private mutating func postfix(_ first: Syntax) throws(ExpressionIssue) -> Syntax {
    var syntax = first
    while true {
      let place = current.place
      if current.isSymbol("->") || current.isSymbol("->>") {
        let name = current.isSymbol("->") ? "json_extract" : "json_value"
        advance()
        let path = try primary()
        syntax = try made(.call(name, [syntax, path]), at: place, over: [syntax, path])
      } else if current.is("AT"), following.is("TIME") {
        advance()
        advance()
        try require("ZONE")
        let zone = try primary()
        syntax = try made(.timeZone(syntax, zone), at: place, over: [syntax, zone])
      } else {
        return syntax
      }
    }
  }
}
