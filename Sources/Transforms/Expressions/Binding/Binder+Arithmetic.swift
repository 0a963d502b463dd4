import SluiceCore

extension Binder {
  func negate(_ part: Syntax, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let node = try bind(part)
    if node.isNullLiteral { return .null(.int64, place: place) }
    guard node.type.isNumeric else { throw ExpressionIssue(place, "- needs a number, found a value of type \(node.type)") }
    if node.type.isFloat {
      return operation("-", .float64, [try coerce(node, to: .float64)], place) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Double.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { -source[$0] }
      }
    }
    if node.type.isInteger, node.type != .uint64 {
      return operation("-", .int64, [try coerce(node, to: .int64)], place, canFail: true) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
          if source[row] == .min { throw .outOfRange }
          return -source[row]
        }
      }
    }
    let decimal = try asDecimal(node)
    return operation("-", decimal.type, [decimal], place) { call, vectors, log in
      let source = DecimalReader(vectors[0])
      return call.decimal(.union(vectors, rows: call.rowCount), &log) { -source[$0] }
    }
  }

  func arithmetic(_ operation: ArithmeticOperator, _ left: Syntax, _ right: Syntax, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    if operation == .add || operation == .subtract {
      if case .interval(let count, let unit) = right.kind { return try shift(try bind(left), count, unit, isBack: operation == .subtract, place) }
      if operation == .add, case .interval(let count, let unit) = left.kind { return try shift(try bind(right), count, unit, isBack: false, place) }
    }
    return try arithmetic(operation, try bind(left), try bind(right), place)
  }

  /// The operation over parts that are bound already.
  func arithmetic(_ operation: ArithmeticOperator, _ a: Node, _ b: Node, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    for node in [a, b] where !node.type.isNumeric && !node.isNullLiteral {
      throw ExpressionIssue(node.place, "\(operation.rawValue) needs numbers, found a value of type \(node.type)\(Self.advice(operation, node.type))")
    }
    if a.isNullLiteral || b.isNullLiteral { return .null(a.isNullLiteral ? (b.isNullLiteral ? .int64 : b.type) : a.type, place: place) }
    if a.type.isFloat || b.type.isFloat, operation != .quotient {
      let kernel = ArithmeticKernels.floats(operation)
      return self.operation(
        operation.rawValue, .float64, [try coerce(a, to: .float64), try coerce(b, to: .float64)], place, canFail: true, kernel: kernel)
    }
    let areWhole = a.type.isInteger && b.type.isInteger && a.type != .uint64 && b.type != .uint64
    if areWhole, operation != .divide {
      return self.operation(
        operation.rawValue, .int64, [try coerce(a, to: .int64), try coerce(b, to: .int64)], place, canFail: true,
        kernel: ArithmeticKernels.integers(operation))
    }
    if operation == .quotient {
      // The whole part of the exact quotient.
      let quotient = try decimals(.quotient, a, b, place)
      return try castNode(quotient, to: .int64, isTry: false, place)
    }
    return try decimals(operation, a, b, place)
  }

  private func decimals(_ operation: ArithmeticOperator, _ a: Node, _ b: Node, _ place: TextPlace) throws(ExpressionIssue) -> Node {
    let left = try asDecimal(a)
    let right = try asDecimal(b)
    guard let l = left.type.digits, let r = right.type.digits else { return left }
    let result = ArithmeticKernels.resultType(operation, l, r)
    let kernel = ArithmeticKernels.decimals(operation, l.scale, r.scale, to: result)
    return self.operation(
      operation.rawValue, .decimal(precision: result.precision, scale: result.scale), [left, right], place, canFail: true, kernel: kernel)
  }

  /// An exact number or, for DIV, any number as a decimal that holds it.
  func asDecimal(_ node: Node) throws(ExpressionIssue) -> Node {
    if node.type.isDecimal { return node }
    let digits = node.type.digits ?? (38, 10)
    if let constant = node.constant, node.type == .int64, constant.nullCount == 0 {
      // A literal counts with the digits that it has.
      let value = constant.fixed(as: Int64.self)[0]
      return Node(constant: .constant(unscaled: Int128(value), .decimal(precision: "\(value.magnitude)".count, scale: 0)), place: node.place)
    }
    return try coerce(node, to: .decimal(precision: digits.precision, scale: digits.scale))
  }

  private static func advice(_ operation: ArithmeticOperator, _ type: DataType) -> String {
    if type.isText { return operation == .add ? "; texts are joined with || and numbers made of them with CAST" : "; CAST it" }
    if type == .date || type.isMoment {
      return operation == .subtract ? "; see datediff and timestampdiff, or subtract an INTERVAL" : "; add an INTERVAL"
    }
    return ""
  }
}
