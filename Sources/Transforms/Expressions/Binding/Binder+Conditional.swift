import SluiceCore

extension Binder {
  func choice(_ operand: Syntax?, _ branches: [Syntax.Branch], _ otherwise: Syntax?, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    var conditions: [Node] = []
    var values: [Node] = []
    let subject: Node? = if let operand { try bind(operand) } else { nil }
    for branch in branches {
      if let subject {
        conditions.append(try compare(.equal, subject, try bind(branch.condition), branch.condition.place))
      } else {
        conditions.append(try condition(branch.condition, "WHEN"))
      }
      values.append(try bind(branch.value))
    }
    if let otherwise { values.append(try bind(otherwise)) } else { values.append(.null(.string, place: place, literal: .null)) }
    return try choose(conditions, values, "CASE", place)
  }

  /// `values` has one more than `conditions`.
  func choose(_ conditions: [Node], _ values: [Node], _ what: String, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    if values.allSatisfy(\.isNullLiteral) { return .null(.string, place: place, literal: .null) }
    let alike = try unified(values, what, place)
    let branches = Array(zip(conditions, alike)).map { (condition: $0, value: $1) }
    return ChoiceKernel.choose(branches, otherwise: alike[alike.count - 1], place: place)
  }

  /// `nodes` as values of their common type.
  func unified(_ nodes: [Node], _ what: String, _ place: TextPlace) throws(ExpressionIssue) -> [Node] {
    let type = try common(nodes, what, place)
    var alike: [Node] = []
    for node in nodes { alike.append(try coerce(node, to: type)) }
    return alike
  }

  // MARK: - Functions of their own form

  func coalesce(_ nodes: [Node], _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let alike = try unified(nodes.filter { !$0.isNullLiteral }, "coalesce", place)
    guard !alike.isEmpty else { return .null(.string, place: place, literal: .null) }
    return alike.count == 1 ? alike[0] : ChoiceKernel.coalesce(alike, place: place)
  }

  func nullIf(_ value: Node, _ other: Node, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    if value.isNullLiteral { return value }
    let isEqual = try compare(.equal, value, other, place)
    return ChoiceKernel.choose([(isEqual, .null(value.type, place: place))], otherwise: value, place: place)
  }

  /// GREATEST and LEAST: NULL when an argument is NULL.
  func extreme(_ nodes: [Node], isGreatest: Bool, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let alike = try unified(nodes, isGreatest ? "greatest" : "least", place)
    var best = alike[0]
    for node in alike.dropFirst() {
      let isBetter = try compare(isGreatest ? .greaterOrEqual : .lessOrEqual, best, node, place)
      let isUnknown = LogicKernels.test(isBetter, .null, isNegated: false, place: place)
      best = ChoiceKernel.choose([(isUnknown, .null(best.type, place: place)), (isBetter, best)], otherwise: node, place: place)
    }
    return best
  }

  // MARK: - Intervals

  /// A date or time `count` units later, or earlier.
  func shift(_ node: Node, _ count: Syntax, _ unit: CalendarUnit, isBack: Bool, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let steps = try bind(count)
    guard steps.type.isInteger || steps.isNullLiteral else {
      throw ExpressionIssue(steps.place, "an interval counts whole units, found a value of type \(steps.type)")
    }
    let number = try coerce(steps, to: .int64)
    let type: DataType
    switch node.type {
    case .date:
      switch unit {
      case .microsecond: type = .timestamp(precision: 6)
      case .millisecond: type = .timestamp(precision: 3)
      case .second, .minute, .hour: type = .timestamp(precision: 0)
      default: type = .date
      }
    case .timestamp(let precision): type = .timestamp(precision: max(precision, unit.fractionDigits))
    case .instant(let precision): type = .instant(precision: max(precision, unit.fractionDigits))
    case .time where unit.microseconds != nil && unit != .day && unit != .week:
      type = .time(precision: max(node.type.secondDigits ?? 0, unit.fractionDigits))
    default:
      let what =
        node.type.isTime
        ? "a time of day takes hours, minutes, seconds and less" : "an interval is added to a date or time, found a value of type \(node.type)"
      throw ExpressionIssue(place, what)
    }
    let kernel = IntervalKernels.kernel(type, unit, isBack: isBack)
    return operation("INTERVAL", type, [try coerce(node, to: type), number], place, canFail: true, kernel: kernel)
  }
}
