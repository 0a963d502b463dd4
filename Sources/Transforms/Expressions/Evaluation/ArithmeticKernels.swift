import SluiceCore

/// `+ - * / DIV %` of whole numbers, decimals and floating point numbers. What the result's type cannot hold makes the row fail.
enum ArithmeticKernels {
  static func integers(_ operation: ArithmeticOperator) -> Kernel {
    { call, vectors, log in
      let left = FixedReader(vectors[0], as: Int64.self)
      let right = FixedReader(vectors[1], as: Int64.self)
      let nulls = NullBits.union(vectors, rows: call.rowCount)
      switch operation {
      case .add:
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Int64 in try checked(left[row].addingReportingOverflow(right[row])) }
      case .subtract:
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Int64 in try checked(left[row].subtractingReportingOverflow(right[row])) }
      case .multiply:
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Int64 in try checked(left[row].multipliedReportingOverflow(by: right[row]))
        }
      case .quotient, .divide:
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Int64 in
          if right[row] == 0 { throw .divisionByZero }
          return try checked(left[row].dividedReportingOverflow(by: right[row]))
        }
      case .remainder:
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Int64 in
          if right[row] == 0 { throw .divisionByZero }
          return right[row] == -1 ? 0 : left[row] % right[row]
        }
      }
    }
  }

  @inline(__always)
  private static func checked(_ result: (partialValue: Int64, overflow: Bool)) throws(RowFailure.Reason) -> Int64 {
    if result.overflow { throw .outOfRange }
    return result.partialValue
  }

  static func floats(_ operation: ArithmeticOperator) -> Kernel {
    { call, vectors, log in
      let left = FixedReader(vectors[0], as: Double.self)
      let right = FixedReader(vectors[1], as: Double.self)
      let nulls = NullBits.union(vectors, rows: call.rowCount)
      switch operation {
      case .add:
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Double in try finite(left[row] + right[row], left[row], right[row]) }
      case .subtract:
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Double in try finite(left[row] - right[row], left[row], right[row]) }
      case .multiply:
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Double in try finite(left[row] * right[row], left[row], right[row]) }
      case .divide, .quotient:
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Double in
          if right[row] == 0 { throw .divisionByZero }
          return try finite(left[row] / right[row], left[row], right[row])
        }
      case .remainder:
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Double in
          if right[row] == 0 { throw .divisionByZero }
          return left[row].truncatingRemainder(dividingBy: right[row])
        }
      }
    }
  }

  /// A result that became infinite though no argument was.
  @inline(__always)
  private static func finite(_ result: Double, _ left: Double, _ right: Double) throws(RowFailure.Reason) -> Double {
    if result.isInfinite, left.isFinite, right.isFinite { throw .outOfRange }
    return result
  }

  /// The decimal that an operation gives: as many digits as it needs, up to 38; where they are more, digits after the point give way, down to six.
  static func resultType(
    _ operation: ArithmeticOperator, _ left: (precision: Int, scale: Int), _ right: (precision: Int, scale: Int)
  ) -> (precision: Int, scale: Int) {
    let whole = max(left.precision - left.scale, right.precision - right.scale)
    let scale = max(left.scale, right.scale)
    switch operation {
    case .add, .subtract: return bounded(whole + 1 + scale, scale)
    case .multiply: return bounded(left.precision + right.precision, left.scale + right.scale)
    case .divide:
      // Four digits more than the dividend has, as in MySQL, as long as the dividend can be scaled so.
      let digits = left.scale + min(4, 38 - right.scale)
      return bounded(left.precision - left.scale + right.scale + digits, digits)
    case .quotient: return (38, 0)
    case .remainder: return bounded(min(left.precision - left.scale, right.precision - right.scale) + scale, scale)
    }
  }

  private static func bounded(_ precision: Int, _ scale: Int) -> (precision: Int, scale: Int) {
    if precision <= 38 { return (max(precision, 1), scale) }
    let whole = precision - scale
    return (38, max(38 - whole, min(scale, 6)))
  }

  static func decimals(
    _ operation: ArithmeticOperator, _ leftScale: Int, _ rightScale: Int, to result: (precision: Int, scale: Int)
  ) -> Kernel {
    let scale = max(leftScale, rightScale)
    return { call, vectors, log in
      let left = DecimalReader(vectors[0])
      let right = DecimalReader(vectors[1])
      let nulls = NullBits.union(vectors, rows: call.rowCount)
      // Of two decimals of up to 18 digits, neither the product nor the sum leaves 128 bits or loses a digit.
      if vectors.allSatisfy({ $0.type.layout == .fixed(width: 8) }),
        let exact = narrow(operation, call, vectors, leftScale, rightScale, nulls, &log)
      {
        return exact
      }
      switch operation {
      case .add, .subtract:
        let isAdding = operation == .add
        return call.decimal(nulls, &log) { row throws(RowFailure.Reason) -> Int128 in
          let a = try Decimal128.rescale(left[row], from: leftScale, to: scale)
          let b = try Decimal128.rescale(right[row], from: rightScale, to: scale)
          let (sum, overflow) = isAdding ? a.addingReportingOverflow(b) : a.subtractingReportingOverflow(b)
          if overflow { throw .outOfRange }
          return try Decimal128.rescale(sum, from: scale, to: result.scale)
        }
      case .multiply:
        let drop = leftScale + rightScale - result.scale
        return call.decimal(nulls, &log) { row throws(RowFailure.Reason) -> Int128 in
          try Decimal128.multiply(left[row], right[row], drop: drop)
        }
      case .divide:
        // left / 10^l / (right / 10^r) * 10^s
        let shift = result.scale + rightScale - leftScale
        return call.decimal(nulls, &log) { row throws(RowFailure.Reason) -> Int128 in
          if shift >= 0 { return try Decimal128.divide(left[row], scaledBy: shift, right[row]) }
          let (divisor, overflow) = right[row].multipliedReportingOverflow(by: Decimal128.power(-shift))
          if overflow { return 0 }
          return try Decimal128.divide(left[row], scaledBy: 0, divisor)
        }
      case .quotient, .remainder:
        let isQuotient = operation == .quotient
        return call.decimal(nulls, &log) { row throws(RowFailure.Reason) -> Int128 in
          let a = try Decimal128.rescale(left[row], from: leftScale, to: scale)
          let b = try Decimal128.rescale(right[row], from: rightScale, to: scale)
          if b == 0 { throw .divisionByZero }
          return isQuotient ? a / b : a % b
        }
      }
    }
  }

  /// `+ - *` of decimals of up to 18 digits without checks in between; `nil` for other operations.
  private static func narrow(
    _ operation: ArithmeticOperator, _ call: Call, _ vectors: [Vector], _ leftScale: Int, _ rightScale: Int, _ nulls: NullBits,
    _ log: inout FailureLog
  ) -> Vector? {
    let left = FixedReader(vectors[0], as: Int64.self)
    let right = FixedReader(vectors[1], as: Int64.self)
    let leftFactor = Decimal128.power(max(0, rightScale - leftScale))
    let rightFactor = Decimal128.power(max(0, leftScale - rightScale))
    switch operation {
    case .add: return call.decimal(nulls, &log) { Int128(left[$0]) &* leftFactor &+ Int128(right[$0]) &* rightFactor }
    case .subtract: return call.decimal(nulls, &log) { Int128(left[$0]) &* leftFactor &- Int128(right[$0]) &* rightFactor }
    case .multiply: return call.decimal(nulls, &log) { Int128(left[$0]) &* Int128(right[$0]) }
    default: return nil
    }
  }
}
