extension Parser {
  private static let comparisons: [String: ComparisonOperator] = [
    "=": .equal, "<>": .notEqual, "!=": .notEqual, "<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual, "<=>": .same,
  ]

  /// A value and what is asked of it. Comparisons do not chain: `a < b < c` is an error.
  mutating func predicate() throws(ExpressionIssue) -> Syntax {
    var left = try operand()
    while current.is("IS") { left = try test(of: left) }
    let place = current.place
    if case .symbol(let symbol) = current.kind, let comparison = Self.comparisons[symbol] {
      advance()
      let right = try operand()
      left = try made(.comparison(comparison, left, right), at: place, over: [left, right])
    } else if let word = predicateWord {
      left = try wordPredicate(word, left, place)
    }
    while current.is("IS") { left = try test(of: left) }
    if case .symbol(let symbol) = current.kind, Self.comparisons[symbol] != nil {
      throw ExpressionIssue(current.place, "comparisons do not chain; join two of them by AND, or put one in parentheses")
    }
    return left
  }

  /// The keyword that makes a predicate of the value before it, past an optional NOT.
  private var predicateWord: String? {
    let token = current.is("NOT") ? following : current
    return ["IN", "BETWEEN", "LIKE", "ILIKE", "REGEXP", "RLIKE"].first { token.is($0) }
  }

  private mutating func wordPredicate(_ word: String, _ value: Syntax, _ place: TextPlace) throws(ExpressionIssue) -> Syntax {
    let isNegated = take("NOT")
    advance()
    switch word {
    case "IN":
      try requireSymbol("(")
      var members: [Syntax] = []
      repeat { members.append(try expression()) } while takeSymbol(",")
      try requireSymbol(")")
      return try made(.member(value, members, isNegated: isNegated), at: place, over: [value] + members)
    case "BETWEEN":
      let low = try operand()
      try require("AND")
      let high = try operand()
      return try made(.between(value, low, high, isNegated: isNegated), at: place, over: [value, low, high])
    case "LIKE", "ILIKE":
      let pattern = try operand()
      let escape = take("ESCAPE") ? try operand() : nil
      return try made(
        .like(value, pattern: pattern, escape: escape, ignoresCase: word == "ILIKE", isNegated: isNegated), at: place, over: [value, pattern])
    default:
      let pattern = try operand()
      return try made(.regexp(value, pattern: pattern, isNegated: isNegated), at: place, over: [value, pattern])
    }
  }

  private mutating func test(of value: Syntax) throws(ExpressionIssue) -> Syntax {
    let place = current.place
    advance()
    let isNegated = take("NOT")
    let test: Syntax.Test
    if take("NULL") || take("UNKNOWN") {
      test = .null
    } else if take("TRUE") {
      test = .isTrue
    } else if take("FALSE") {
      test = .isFalse
    } else {
      throw ExpressionIssue(current.place, "found \(current.found), expected NULL, TRUE, FALSE or UNKNOWN, with or without NOT before it")
    }
    return try made(.test(value, test, isNegated: isNegated), at: place, over: [value])
  }
}
