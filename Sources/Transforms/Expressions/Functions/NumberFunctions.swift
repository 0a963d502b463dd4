import SluiceCore

/// Functions of exact and floating point numbers.
enum NumberFunctions {
  static let all: [FunctionDefinition] = [
    .form(
      "abs", .number, [.number()], result: "int64, decimal or float64, as x", "The value without its sign.",
      [.init("abs(-2.50)", "2.50"), .init("abs(-3)", "3")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let node = try widened(nodes[0], binder)
      return binder.operation("abs", node.type, [node], place, canFail: node.type == .int64) { call, vectors, log in
        let nulls = NullBits.union(vectors, rows: call.rowCount)
        switch call.type {
        case .int64:
          let source = FixedReader(vectors[0], as: Int64.self)
          return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Int64 in
            if source[row] == .min { throw .outOfRange }
            return Swift.abs(source[row])
          }
        case .decimal:
          let source = DecimalReader(vectors[0])
          return call.decimal(nulls, &log) { Swift.abs(source[$0]) }
        default:
          let source = FixedReader(vectors[0], as: Double.self)
          return call.fixed(nulls, &log) { Swift.abs(source[$0]) }
        }
      }
    },
    .form("sign", .number, [.number()], result: "int64", "-1, 0 or 1.", [.init("sign(-0.5)", "-1"), .init("sign(0)", "0")]) {
      binder, nodes, place throws(ExpressionIssue) in
      let node = try widened(nodes[0], binder)
      return binder.operation("sign", .int64, [node], place) { call, vectors, log in
        let nulls = NullBits.union(vectors, rows: call.rowCount)
        switch vectors[0].type {
        case .int64:
          let source = FixedReader(vectors[0], as: Int64.self)
          return call.fixed(nulls, &log) { source[$0].signum() }
        case .decimal:
          let source = DecimalReader(vectors[0])
          return call.fixed(nulls, &log) { Int64(truncatingIfNeeded: source[$0].signum()) }
        default:
          let source = FixedReader(vectors[0], as: Double.self)
          return call.fixed(nulls, &log) { row -> Int64 in source[row] > 0 ? 1 : source[row] < 0 ? -1 : 0 }
        }
      }
    },
    .form(
      "ceil", aliases: ["ceiling"], .number, [.number()], result: "int64 or decimal without fraction; float64 for one",
      "The smallest whole number that is not less.",
      [.init("ceil(1.2)", "2"), .init("ceil(-1.2)", "-1")]
    ) { binder, nodes, place throws(ExpressionIssue) in try whole("ceil", .up, nodes[0], binder, place) },
    .form(
      "floor", .number, [.number()], result: "int64 or decimal without fraction; float64 for one", "The largest whole number that is not greater.",
      [.init("floor(-1.2)", "-2")]
    ) { binder, nodes, place throws(ExpressionIssue) in try whole("floor", .down, nodes[0], binder, place) },
    .form(
      "round", .number, [.number(), .constantWhole("digits").optional], result: "as x, a decimal with no more than these digits after the point",
      "Rounded half away from zero to a number of digits after the point, 0 by default; negative ones round before it.",
      [.init("round(2.345, 2)", "2.35"), .init("round(-2.5)", "-3"), .init("round(1250, -2)", "1300")]
    ) { binder, nodes, place throws(ExpressionIssue) in try rounded("round", nodes, binder, place, isCut: false) },
    .form(
      "truncate", aliases: ["trunc"], .number, [.number(), .constantWhole("digits").optional], result: "as round",
      "As round, but digits are cut off.",
      [.init("truncate(2.349, 2)", "2.34"), .init("truncate(-2.9)", "-2")]
    ) { binder, nodes, place throws(ExpressionIssue) in try rounded("truncate", nodes, binder, place, isCut: true) },
    .form(
      "mod", .number, [.number(), .number("y")], result: "as x % y", "The remainder of a division, with the sign of x; the same as x % y.",
      [.init("mod(-7, 3)", "-1"), .init("mod(5.5, 2)", "1.5")]
    ) { binder, nodes, place throws(ExpressionIssue) in try binder.arithmetic(.remainder, nodes[0], nodes[1], place) },
    .strict(
      "width_bucket", .number, [.float(), .float("low"), .float("high"), .whole("count")], .int64,
      "The number, from 1 on, of the bucket of equal width between low and high; 0 below, count + 1 from high on.", canFail: true,
      [.init("width_bucket(5.35, 0, 10, 5)", "3")]
    ) { call, vectors, log in
      let value = FixedReader(vectors[0], as: Double.self)
      let low = FixedReader(vectors[1], as: Double.self)
      let high = FixedReader(vectors[2], as: Double.self)
      let count = FixedReader(vectors[3], as: Int64.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
        guard low[row] < high[row], count[row] > 0, count[row] < Int64.max / 2, !value[row].isNaN else { throw .invalidArgument }
        if value[row] < low[row] { return 0 }
        if value[row] >= high[row] { return count[row] + 1 }
        let width = high[row] - low[row]
        let part = (value[row] - low[row]) / width
        guard width.isFinite, part.isFinite else { throw .invalidArgument }
        return min(count[row], Int64(part * Double(count[row])) + 1)
      }
    },
    bits("bit_and", "The bits that both have.", [.init("bit_and(12, 10)", "8")]) { $0 & $1 },
    bits("bit_or", "The bits that one of them has.", [.init("bit_or(12, 10)", "14")]) { $0 | $1 },
    bits("bit_xor", "The bits that only one of them has.", [.init("bit_xor(12, 10)", "6")]) { $0 ^ $1 },
    bits("shift_left", "x with its bits moved up by y; 0 from 64 on.", [.init("shift_left(1, 4)", "16")]) { $0 << $1 },
    bits("shift_right", "x with its bits moved down by y; the sign is kept.", [.init("shift_right(16, 3)", "2")]) { $0 >> $1 },
    .strict("bit_count", .number, [.whole("x")], .int64, "The number of bits that are set.", [.init("bit_count(255)", "8")]) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int64.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { Int64(source[$0].nonzeroBitCount) }
    },
    .strict(
      "conv", .number, [.text("digits"), .whole("from"), .whole("to")], .string, "A whole number in another base, 2 to 36, in upper case.",
      canFail: true,
      [.init("conv('ff', 16, 2)", "11111111"), .init("conv('-z', 36, 10)", "-35")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let from = FixedReader(vectors[1], as: Int64.self)
      let to = FixedReader(vectors[2], as: Int64.self)
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 16, &log) { row, sink throws(RowFailure.Reason) in
        guard (2...36).contains(from[row]), (2...36).contains(to[row]) else { throw .invalidArgument }
        guard source[row].count <= 130, let value = Int128(String(decoding: source[row], as: UTF8.self), radix: Int(from[row])) else {
          throw .invalidText
        }
        sink.append(String(value, radix: Int(to[row]), uppercase: true))
      }
    },
  ]

  @inline(__always)
  private static func bits(
    _ name: String, _ summary: String, _ examples: [FunctionDefinition.Example], _ operation: @escaping @Sendable (Int64, Int64) -> Int64
  ) -> FunctionDefinition {
    .strict(name, .number, [.whole("x"), .whole("y")], .int64, summary, examples) { call, vectors, log in
      let left = FixedReader(vectors[0], as: Int64.self)
      let right = FixedReader(vectors[1], as: Int64.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { operation(left[$0], right[$0]) }
    }
  }

  /// A number as int64, decimal or float64.
  private static func widened(_ node: Node, _ binder: Binder) throws(ExpressionIssue) -> Node {
    if node.type.isFloat { return try binder.coerce(node, to: .float64) }
    if node.type.isInteger, node.type != .uint64 { return try binder.coerce(node, to: .int64) }
    return try binder.asDecimal(node)
  }

  private static func whole(
    _ name: String, _ rule: FloatingPointRoundingRule, _ argument: Node, _ binder: Binder, _ place: TextPlace
  ) throws(ExpressionIssue) -> Node {
    let node = try widened(argument, binder)
    guard case .decimal(let precision, let scale) = node.type else {
      if node.type == .int64 { return node }
      return binder.operation(name, .float64, [node], place) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Double.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { source[$0].rounded(rule) }
      }
    }
    if scale == 0 { return node }
    let step = Decimal128.power(scale)
    let isUp = rule == .up
    let type = DataType.decimal(precision: min(38, max(1, precision - scale + 1)), scale: 0)
    return binder.operation(name, type, [node], place) { call, vectors, log in
      let source = DecimalReader(vectors[0])
      return call.decimal(.union(vectors, rows: call.rowCount), &log) { row in
        let down = Calendar.floorQuotient(source[row], step)
        return isUp && down * step != source[row] ? down + 1 : down
      }
    }
  }

  private static func rounded(
    _ name: String, _ nodes: [Node], _ binder: Binder, _ place: TextPlace, isCut: Bool
  ) throws(ExpressionIssue) -> Node {
    let digits = nodes.count > 1 ? Int(nodes[1].constant?.fixed(as: Int64.self)[0] ?? 0) : 0
    guard (-38...38).contains(digits) else { throw ExpressionIssue(nodes[1].place, "\(name) takes -38 to 38 digits") }
    let node = try widened(nodes[0], binder)
    if node.type == .float64 {
      let factor = Double("1e\(Swift.abs(digits))") ?? 1
      let rule: FloatingPointRoundingRule = isCut ? .towardZero : .toNearestOrAwayFromZero
      return binder.operation(name, .float64, [node], place) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Double.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row -> Double in
          let value = source[row]
          let scaled = digits >= 0 ? value * factor : value / factor
          guard scaled.isFinite, Swift.abs(scaled) < 4.5e15 else { return value }
          return digits >= 0 ? scaled.rounded(rule) / factor : scaled.rounded(rule) * factor
        }
      }
    }
    if node.type == .int64, digits >= 0 { return node }
    let decimal = try binder.asDecimal(node)
    guard case .decimal(let precision, let scale) = decimal.type, digits < scale else { return decimal }
    let kept = max(0, digits)
    let step = scale - digits
    let type = DataType.decimal(precision: min(38, max(1, precision - scale + kept + 1)), scale: kept)
    let result = binder.operation(name, type, [decimal], place, canFail: true) { call, vectors, log in
      let source = DecimalReader(vectors[0])
      return call.decimal(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int128 in
        guard step <= 38 else { return 0 }
        let unit = Decimal128.power(step)
        let units = isCut ? source[row] / unit : Decimal128.divideRounding(source[row], by: unit)
        return try Decimal128.rescale(units, from: digits, to: kept)
      }
    }
    return node.type == .int64 ? try binder.castNode(result, to: .int64, isTry: false, place) : result
  }
}
