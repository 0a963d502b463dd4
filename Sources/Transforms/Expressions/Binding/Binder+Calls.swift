import SluiceCore

extension Binder {
  /// A call of the function `name`; messages call it `shown`.
  func call(_ name: String, _ arguments: [Syntax], _ place: TextPlace, shown: String? = nil) throws(ExpressionIssue) -> Node {
    if let form = try intervalCall(name, arguments, place) { return form }
    guard let function = FunctionRegistry.function(name) else {
      throw ExpressionIssue(place, "there is no function \"\(name)\"" + ExpressionIssue.suggestion(name, among: FunctionRegistry.names))
    }
    let shown = shown ?? name
    let required = function.parameters.count { !$0.isOptional }
    let most = function.parameters.last?.isRepeated == true ? Int.max : function.parameters.count
    guard arguments.count >= required, arguments.count <= most else {
      throw ExpressionIssue(place, "\(shown) takes \(function.signature), found \(arguments.count) argument\(arguments.count == 1 ? "" : "s")")
    }
    var nodes: [Node] = []
    for (index, argument) in arguments.enumerated() {
      let parameter = function.parameters[min(index, function.parameters.count - 1)]
      nodes.append(try self.argument(try bind(argument), parameter, of: shown))
    }
    return try function.bind(self, nodes, place)
  }

  /// `date_add(x, INTERVAL 1 DAY)` and `date_sub`.
  private func intervalCall(_ name: String, _ arguments: [Syntax], _ place: TextPlace) throws(ExpressionIssue) -> Node? {
    guard ["date_add", "date_sub", "adddate", "subdate"].contains(name) else { return nil }
    guard arguments.count == 2, case .interval(let count, let unit) = arguments[1].kind else {
      throw ExpressionIssue(place, "\(name) takes a date or time and an interval: \(name)(created, INTERVAL 1 DAY)")
    }
    return try shift(try bind(arguments[0]), count, unit, isBack: name.hasSuffix("sub") || name.hasPrefix("sub"), place)
  }

  /// `node` as what a parameter takes.
  private func argument(_ node: Node, _ parameter: FunctionDefinition.Parameter, of function: String) throws(ExpressionIssue) -> Node {
    func refusal(_ advice: String = "") -> ExpressionIssue {
      let found = node.constant == nil ? "a value of type \(node.type)" : "a constant of type \(node.type)"
      let article = "aeiou".contains(parameter.kind.words.first ?? " ") ? "an" : "a"
      return ExpressionIssue(node.place, "\(function) takes \(article) \(parameter.kind.words) as its \(parameter.name), found \(found)\(advice)")
    }
    switch parameter.kind {
    case .any, .temporal, .unit: return node
    case .text, .json:
      if node.isNullLiteral { return .null(.string, place: node.place) }
      guard node.type.isText else { throw refusal("; CAST it to STRING") }
      return node
    case .binary:
      if node.isNullLiteral { return .null(.string, place: node.place) }
      guard node.type.isText || node.type == .binary else { throw refusal("; CAST it to STRING") }
      return node
    case .rendered:
      if node.type.isText { return node }
      guard Cast(from: node.type, to: .string) != nil else { throw refusal() }
      return try coerce(node, to: .string)
    case .whole:
      guard node.type.isInteger || node.isNullLiteral else { throw refusal(node.type.isNumeric ? "; CAST it to BIGINT" : "") }
      return try coerce(node, to: .int64)
    case .exactOrFloat:
      if node.isNullLiteral { return .null(.int64, place: node.place) }
      guard node.type.isNumeric else { throw refusal() }
      return node
    case .float:
      guard node.type.isNumeric || node.isNullLiteral else { throw refusal() }
      return try coerce(node, to: .float64)
    case .boolean:
      guard node.type == .boolean || node.isNullLiteral else { throw refusal() }
      return try coerce(node, to: .boolean)
    case .date:
      if case .text? = node.literal { return try coerce(node, to: .date) }
      guard node.type == .date || node.type.isMoment || node.isNullLiteral else { throw refusal() }
      return try coerce(node, to: .date)
    case .moment:
      if node.isNullLiteral { return .null(.timestamp(precision: 6), place: node.place) }
      if case .text? = node.literal { return try coerce(node, to: .timestamp(precision: 6)) }
      if node.type == .date { return try coerce(node, to: .timestamp(precision: 0)) }
      guard node.type.isMoment else { throw refusal() }
      return node
    case .constantText:
      guard let constant = node.constant, node.type.isText, constant.nullCount == 0 else { throw refusal() }
      return node
    case .constantWhole:
      guard let constant = node.constant, node.type == .int64, constant.nullCount == 0 else { throw refusal() }
      return node
    }
  }

  /// A function whose first argument is a unit.
  func unitCall(_ name: String, _ unit: CalendarUnit, _ arguments: [Syntax], _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let expected = name == "extract" || name == "date_trunc" ? 1 : 2
    guard arguments.count == expected else {
      throw ExpressionIssue(place, "\(name) takes a unit and \(expected) value\(expected == 1 ? "" : "s"), found \(arguments.count)")
    }
    if name == "timestampadd" { return try shift(try bind(arguments[1]), arguments[0], unit, isBack: false, place) }
    var nodes: [Node] = []
    for argument in arguments { nodes.append(try bind(argument)) }
    switch name {
    case "extract": return try UnitFunctions.extract(unit, nodes[0], self, place)
    case "date_trunc": return try UnitFunctions.truncate(unit, nodes[0], self, place)
    default: return try UnitFunctions.difference(unit, nodes[0], nodes[1], self, place)
    }
  }

  // MARK: - Patterns

  func like(_ value: Syntax, _ pattern: Syntax, _ escape: Syntax?, ignoresCase: Bool, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let what = ignoresCase ? "ILIKE" : "LIKE"
    let node = try bind(value)
    guard node.type.isText || node.isNullLiteral else {
      throw ExpressionIssue(node.place, "\(what) needs a text, found a value of type \(node.type); CAST it to STRING")
    }
    let patternNode = try bind(pattern)
    if node.isNullLiteral || patternNode.isNullLiteral { return .null(.boolean, place: place) }
    let text = try constantText(patternNode, "the pattern of \(what)")
    var escapeScalar: Unicode.Scalar?
    if let escape {
      let scalars = Array(try constantText(try bind(escape), "the escape character").unicodeScalars)
      guard scalars.count <= 1 else { throw ExpressionIssue(escape.place, "the escape character is one character") }
      escapeScalar = scalars.first
    }
    do {
      let like = try LikePattern(text, escape: escapeScalar, ignoresCase: ignoresCase)
      return operation(what, .boolean, [node], place, isCostly: like.isCostly, kernel: like.kernel)
    } catch {
      throw Self.issue(error, pattern.place)
    }
  }

  /// The text of a constant.
  func constantText(_ node: Node, _ what: String) throws(ExpressionIssue) -> String {
    guard let constant = node.constant, node.type.isText, constant.nullCount == 0 else {
      throw ExpressionIssue(node.place, "\(what) is a constant text, found a value of type \(node.type) that depends on the row")
    }
    return String(decoding: constant.bytes(at: 0), as: UTF8.self)
  }

  /// An error of a pattern, at its place.
  static func issue(_ error: any Error, _ place: TextPlace) -> ExpressionIssue {
    ExpressionIssue(place, (error as? SluiceError)?.message ?? "\(error)")
  }
}
