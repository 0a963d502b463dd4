import SluiceCore

extension Parser {
  /// Words that are no column unless they are quoted.
  private static let reserved: Set<String> = [
    "AND", "AS", "BETWEEN", "BY", "CASE", "CAST", "DIV", "ELSE", "END", "ESCAPE", "EXISTS", "FROM", "ILIKE", "IN", "INTERVAL", "IS", "LIKE",
    "NOT", "OR", "REGEXP", "RLIKE", "SELECT", "THEN", "TRY_CAST", "WHEN", "XOR",
  ]

  private static let expected = "expected a literal, a column, a function or \"(\""

  /// A literal, a column, a call, or an expression in parentheses.
  mutating func primary() throws(ExpressionIssue) -> Syntax {
    let token = current
    switch token.kind {
    case .number: return try number(isNegative: false)
    case .text(let text):
      advance()
      return try made(.text(text), at: token.place)
    case .bytes(let bytes):
      advance()
      return try made(.bytes(bytes), at: token.place)
    case .quoted(let name):
      advance()
      return try made(.column(name), at: token.place)
    case .symbol("("):
      advance()
      let inner = try expression()
      try requireSymbol(")")
      return inner
    case .word(let word): return try wordPrimary(word, token)
    case .symbol, .end: throw ExpressionIssue(token.place, "found \(token.found), \(Self.expected)")
    }
  }

  private mutating func wordPrimary(_ word: String, _ token: Token) throws(ExpressionIssue) -> Syntax {
    let upper = word.uppercased()
    switch upper {
    case "NULL", "UNKNOWN":
      advance()
      return try made(.null, at: token.place)
    case "TRUE", "FALSE":
      advance()
      return try made(.boolean(upper == "TRUE"), at: token.place)
    case "CASE": return try choice()
    case "CAST", "TRY_CAST": return try cast(isTry: upper == "TRY_CAST")
    case "INTERVAL": return try interval()
    default: break
    }
    if case .text(let text) = following.kind, ["DATE", "TIME", "TIMESTAMP", "DATETIME", "INSTANT"].contains(upper) {
      advance()
      advance()
      return try made(.literal(text, type: upper == "DATETIME" ? "TIMESTAMP" : upper), at: token.place)
    }
    if following.isSymbol("(") { return try call(word, token.place) }
    guard !Self.reserved.contains(upper) else {
      throw ExpressionIssue(token.place, "found \(token.found), \(Self.expected); a column of that name stands in backticks or double quotes")
    }
    advance()
    return try made(.column(word), at: token.place)
  }

  // MARK: - Forms of their own

  private mutating func choice() throws(ExpressionIssue) -> Syntax {
    let place = current.place
    advance()
    let operand = current.is("WHEN") ? nil : try expression()
    var branches: [Syntax.Branch] = []
    while take("WHEN") {
      let condition = try expression()
      try require("THEN")
      branches.append(Syntax.Branch(condition: condition, value: try expression()))
    }
    guard !branches.isEmpty else { throw ExpressionIssue(current.place, "found \(current.found), expected WHEN") }
    let otherwise = take("ELSE") ? try expression() : nil
    try require("END")
    let parts = branches.flatMap { [$0.condition, $0.value] } + [operand, otherwise].compactMap { $0 }
    return try made(.choice(operand: operand, branches: branches, otherwise: otherwise), at: place, over: parts)
  }

  private mutating func cast(isTry: Bool) throws(ExpressionIssue) -> Syntax {
    let place = current.place
    advance()
    try requireSymbol("(")
    let value = try expression()
    try require("AS")
    let type = try typeName()
    try requireSymbol(")")
    return try made(.cast(value, type, isTry: isTry), at: place, over: [value])
  }

  private mutating func interval() throws(ExpressionIssue) -> Syntax {
    let place = current.place
    try enter()
    defer { leave() }
    advance()
    let count: Syntax
    if case .text(let text) = current.kind {
      guard let number = Int64(text) else { throw ExpressionIssue(current.place, "the text of an interval holds a whole number") }
      count = try made(.integer(Int128(number)), at: current.place)
      advance()
    } else {
      count = try operand()
    }
    return try made(.interval(count, try unit(among: CalendarUnit.steps)), at: place, over: [count])
  }

  mutating func unit(among allowed: [CalendarUnit]) throws(ExpressionIssue) -> CalendarUnit {
    var name: String?
    if case .word(let word) = current.kind { name = word }
    if case .text(let text) = current.kind { name = text }
    guard let unit = name.flatMap(CalendarUnit.init(named:)), allowed.contains(unit) else {
      throw ExpressionIssue(
        current.place, "found \(current.found), expected a unit: \(allowed.map { $0.rawValue.uppercased() }.joined(separator: ", "))")
    }
    advance()
    return unit
  }

  // MARK: - Calls

  private mutating func call(_ word: String, _ place: TextPlace) throws(ExpressionIssue) -> Syntax {
    advance()
    advance()
    let name = word.lowercased()
    switch name {
    case "extract", "date_trunc", "timestampdiff", "timestampadd": return try unitCall(name, place)
    case "trim": if let trim = try trimForm(place) { return trim }
    default: break
    }
    var arguments: [Syntax] = []
    if !current.isSymbol(")") {
      arguments.append(try expression())
      // SUBSTRING(x FROM y FOR z) is the standard's spelling.
      if ["substring", "substr"].contains(name), take("FROM") {
        arguments.append(try expression())
        if take("FOR") { arguments.append(try expression()) }
      }
      while takeSymbol(",") { arguments.append(try expression()) }
    }
    guard takeSymbol(")") else { throw ExpressionIssue(current.place, "found \(current.found), expected \",\" or \")\"") }
    return try made(.call(name, arguments), at: place, over: arguments)
  }

  /// A function whose first argument is a unit.
  private mutating func unitCall(_ name: String, _ place: TextPlace) throws(ExpressionIssue) -> Syntax {
    let unit = try unit(among: name == "extract" ? CalendarUnit.allCases : CalendarUnit.steps)
    if name == "extract" { try require("FROM") } else { try requireSymbol(",") }
    var arguments = [try expression()]
    while takeSymbol(",") { arguments.append(try expression()) }
    guard takeSymbol(")") else { throw ExpressionIssue(current.place, "found \(current.found), expected \",\" or \")\"") }
    return try made(.unitCall(name, unit, arguments), at: place, over: arguments)
  }

  /// `TRIM([BOTH | LEADING | TRAILING] [characters] FROM text)`; `nil` for the plain call.
  private mutating func trimForm(_ place: TextPlace) throws(ExpressionIssue) -> Syntax? {
    let sides = ["BOTH": "trim", "LEADING": "ltrim", "TRAILING": "rtrim"]
    guard let side = sides.first(where: { current.is($0.key) }), !following.isSymbol(")"), !following.isSymbol(",") else { return nil }
    advance()
    var arguments: [Syntax] = []
    if !current.is("FROM") { arguments.append(try expression()) }
    try require("FROM")
    arguments.insert(try expression(), at: 0)
    try requireSymbol(")")
    return try made(.call(side.value, arguments), at: place, over: arguments)
  }
}
