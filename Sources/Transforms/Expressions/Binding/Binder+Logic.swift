import SluiceCore

extension Binder {
  func logic(_ parts: [Syntax], isAnd: Bool, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    var conditions: [Node] = []
    for part in parts { conditions.append(try condition(part, isAnd ? "AND" : "OR")) }
    return LogicKernels.join(conditions, isAnd: isAnd, place: place)
  }

  func test(_ part: Syntax, _ test: Syntax.Test, _ isNegated: Bool, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let node = test == .null ? try bind(part) : try condition(part, test == .isTrue ? "IS TRUE" : "IS FALSE")
    return LogicKernels.test(node, test, isNegated: isNegated, place: place)
  }

  func between(_ value: Syntax, _ low: Syntax, _ high: Syntax, _ isNegated: Bool, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let node = try bind(value)
    let isIn = LogicKernels.join(
      [try compare(.greaterOrEqual, node, try bind(low), place), try compare(.lessOrEqual, node, try bind(high), place)], isAnd: true, place: place)
    return isNegated ? LogicKernels.not(isIn, place: place) : isIn
  }

  func compare(_ operation: ComparisonOperator, _ left: Node, _ right: Node, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    for node in [left, right] where node.type.isNested {
      throw ExpressionIssue(place, "a value of type \(node.type) can only be tested with IS NULL")
    }
    if left.isNullLiteral || right.isNullLiteral, operation != .same { return .null(.boolean, place: place) }
    if let exact = ComparisonKernels.withoutConversion(operation, left, right) { return self.operation(operation, left, right, place, exact) }
    if let right = inType(of: left, right) { return self.operation(operation, left, right, place, ComparisonKernels.kernel(operation, left.type)) }
    if let left = inType(of: right, left) { return self.operation(operation, left, right, place, ComparisonKernels.kernel(operation, right.type)) }
    if left.type.isDecimal || right.type.isDecimal, let l = left.type.digits, let r = right.type.digits, left.type != .uint64, right.type != .uint64 {
      // Decimals of two scales are compared as they are: the common type might not hold them.
      let a = left.type.isDecimal ? left : try coerce(left, to: .decimal(precision: max(l.precision, 1), scale: 0))
      let b = right.type.isDecimal ? right : try coerce(right, to: .decimal(precision: max(r.precision, 1), scale: 0))
      return self.operation(operation, a, b, place, ComparisonKernels.decimals(operation, l.scale, r.scale))
    }
    let isBinary = left.type == .binary || right.type == .binary
    let type = isBinary && (left.type.isText || right.type.isText) ? .binary : try common([left, right], operation.rawValue, place)
    let a = try coerce(left, to: type)
    let b = try coerce(right, to: type)
    return self.operation(operation, a, b, place, ComparisonKernels.kernel(operation, type))
  }

  /// A constant number as the decimal type of the column beside it, when that holds it exactly.
  private func inType(of column: Node, _ constant: Node) -> Node? {
    guard case .decimal(let precision, let scale) = column.type, column.constant == nil, let value = constant.constant, value.nullCount == 0,
      constant.type.isDecimal || constant.type == .int64
    else { return nil }
    let from = constant.type.digits?.scale ?? 0
    let unscaled = constant.type == .int64 ? Int128(value.fixed(as: Int64.self)[0]) : value.unscaledDecimal(0)
    guard let rescaled = try? Decimal128.rescale(unscaled, from: from, to: scale), Decimal128.compare(rescaled, scale, unscaled, from) == 0,
      rescaled.magnitude < Decimal128.power(precision).magnitude
    else { return nil }
    return Node(constant: .constant(unscaled: rescaled, column.type), place: constant.place)
  }

  private func operation(
    _ comparison: ComparisonOperator, _ left: Node, _ right: Node, _ place: TextPlace, _ kernel: @escaping Kernel
  ) -> Node {
    let isSame = comparison == .same
    return operation(
      comparison.rawValue, .boolean, [left, right], place, isStrict: !isSame, isNullable: isSame ? false : nil,
      kernel: isSame ? ComparisonKernels.nullSafe(kernel) : kernel)
  }

  func member(_ value: Syntax, _ members: [Syntax], _ isNegated: Bool, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    var node = try bind(value)
    if node.type.isInteger, node.type != .uint64, node.type != .int32 { node = try coerce(node, to: .int64) }
    var bound: [Node] = []
    for member in members { bound.append(try bind(member)) }
    let isIn: Node
    if let set = try MemberSet(node, bound, self) {
      isIn = operation("IN", .boolean, [node], place, isNullable: node.isNullable || set.hasNull, kernel: set.kernel)
    } else {
      var parts: [Node] = []
      for member in bound { parts.append(try compare(.equal, node, member, place)) }
      isIn = parts.count == 1 ? parts[0] : LogicKernels.join(parts, isAnd: false, place: place)
    }
    return isNegated ? LogicKernels.not(isIn, place: place) : isIn
  }
}
