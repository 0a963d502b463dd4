extension Syntax {
  /// Calls `visit` with the name of each column, from left to right.
  func forEachColumn(_ visit: (String) -> Void) {
    if case .column(let name) = kind { return visit(name) }
    for part in parts { part.forEachColumn(visit) }
  }

  /// The parts of which it is made, in the order in which they are written.
  private var parts: [Syntax] {
    switch kind {
    case .null, .boolean, .integer, .decimal, .float, .text, .bytes, .column, .literal: []
    case .negate(let part), .not(let part), .test(let part, _, _), .cast(let part, _, _), .interval(let part, _): [part]
    case .arithmetic(_, let left, let right), .comparison(_, let left, let right), .regexp(let left, let right, _), .timeZone(let left, let right):
      [left, right]
    case .and(let parts), .or(let parts), .concatenation(let parts), .call(_, let parts), .unitCall(_, _, let parts): parts
    case .member(let value, let members, _): [value] + members
    case .between(let value, let low, let high, _): [value, low, high]
    case .like(let value, let pattern, let escape, _, _): [value, pattern] + [escape].compactMap { $0 }
    case .choice(let operand, let branches, let otherwise):
      [operand].compactMap { $0 } + branches.flatMap { [$0.condition, $0.value] } + [otherwise].compactMap { $0 }
    }
  }
}
