import SluiceCore

/// Comparisons of values of one type: numbers and times by value, text and binary by bytes, FALSE before TRUE. A NaN is unequal to everything.
enum ComparisonKernels {
  /// For a column beside a whole number that its own type holds: no conversion is needed.
  static func withoutConversion(_ operation: ComparisonOperator, _ left: Node, _ right: Node) -> Kernel? {
    guard operation != .same else { return nil }
    if let value = wholeNumber(right) { return withConstant(operation, left.type, value) { $0[0] } }
    if let value = wholeNumber(left) { return withConstant(operation.mirrored, right.type, value) { $0[1] } }
    return nil
  }

  private static func wholeNumber(_ node: Node) -> Int64? {
    guard let constant = node.constant, node.type == .int64, constant.nullCount == 0 else { return nil }
    return constant.fixed(as: Int64.self)[0]
  }

  private static func withConstant(
    _ operation: ComparisonOperator, _ type: DataType, _ value: Int64, _ side: @escaping @Sendable ([Vector]) -> Vector
  ) -> Kernel? {
    switch type {
    case .int8: constant(operation, Int8(exactly: value), side)
    case .int16: constant(operation, Int16(exactly: value), side)
    case .int32: constant(operation, Int32(exactly: value), side)
    case .int64: constant(operation, value, side)
    case .uint8: constant(operation, UInt8(exactly: value), side)
    case .uint16: constant(operation, UInt16(exactly: value), side)
    case .uint32: constant(operation, UInt32(exactly: value), side)
    case .uint64: constant(operation, UInt64(exactly: value), side)
    default: nil
    }
  }

  private static func constant<Value: Comparable & BitwiseCopyable & Sendable>(
    _ operation: ComparisonOperator, _ wanted: Value?, _ side: @escaping @Sendable ([Vector]) -> Vector
  ) -> Kernel? {
    guard let wanted else { return nil }
    return { call, vectors, log in
      let vector = side(vectors)
      let source = FixedReader(vector, as: Value.self)
      let nulls = NullBits.union([vector], rows: call.rowCount)
      switch operation {
      case .equal, .same: return call.flags(nulls, &log) { source[$0] == wanted }
      case .notEqual: return call.flags(nulls, &log) { source[$0] != wanted }
      case .less: return call.flags(nulls, &log) { source[$0] < wanted }
      case .lessOrEqual: return call.flags(nulls, &log) { source[$0] <= wanted }
      case .greater: return call.flags(nulls, &log) { source[$0] > wanted }
      case .greaterOrEqual: return call.flags(nulls, &log) { source[$0] >= wanted }
      }
    }
  }

  /// Compares two vectors of `type`.
  static func kernel(_ operation: ComparisonOperator, _ type: DataType) -> Kernel {
    switch type {
    case .boolean:
      return { call, vectors, log in
        let left = FlagReader(vectors[0])
        let right = FlagReader(vectors[1])
        return ordered(operation, call, vectors, &log) { (left[$0] ? 1 : 0) - (right[$0] ? 1 : 0) }
      }
    case .date, .int32: return fixed(operation, Int32.self)
    case .int8: return fixed(operation, Int8.self)
    case .int16: return fixed(operation, Int16.self)
    case .uint8: return fixed(operation, UInt8.self)
    case .uint16: return fixed(operation, UInt16.self)
    case .uint32: return fixed(operation, UInt32.self)
    case .uint64: return fixed(operation, UInt64.self)
    case .float32: return fixed(operation, Float.self)
    case .float64: return fixed(operation, Double.self)
    case .decimal(let precision, _): return precision <= 18 ? fixed(operation, Int64.self) : fixed(operation, Int128.self)
    case .string, .json, .binary:
      return { call, vectors, log in
        let left = TextReader(vectors[0])
        let right = TextReader(vectors[1])
        let nulls = NullBits.union(vectors, rows: call.rowCount)
        switch operation {
        case .equal, .same: return call.flags(nulls, &log) { UTF8Text.equal(left[$0], right[$0]) }
        case .notEqual: return call.flags(nulls, &log) { !UTF8Text.equal(left[$0], right[$0]) }
        default: return ordered(operation, call, vectors, &log) { UTF8Text.compare(left[$0], right[$0]) }
        }
      }
    default: return fixed(operation, Int64.self)
    }
  }

  /// Compares decimals of two scales.
  static func decimals(_ operation: ComparisonOperator, _ leftScale: Int, _ rightScale: Int) -> Kernel {
    { call, vectors, log in
      let left = DecimalReader(vectors[0])
      let right = DecimalReader(vectors[1])
      if leftScale == rightScale {
        return ordered(operation, call, vectors, &log) { left[$0] < right[$0] ? -1 : left[$0] > right[$0] ? 1 : 0 }
      }
      return ordered(operation, call, vectors, &log) { Decimal128.compare(left[$0], leftScale, right[$0], rightScale) }
    }
  }

  /// `=` that is TRUE for two NULLs and FALSE for one.
  static func nullSafe(_ equal: @escaping Kernel) -> Kernel {
    { call, vectors, log in
      let value = equal(call, vectors, &log)
      let rows = call.rowCount
      let isTrue = BooleanBits(value, rows: rows).isTrue
      if vectors.contains(where: { $0.column.nullCount > 0 }) {
        for row in 0..<rows where vectors[0].isNull(row) && vectors[1].isNull(row) { isTrue.octets[row >> 3] |= 1 << UInt8(row & 7) }
      }
      return Vector(Column(type: .boolean, count: rows, nullCount: 0, validity: nil, values: isTrue))
    }
  }

  private static func fixed<Value: Comparable & BitwiseCopyable & Sendable>(_ operation: ComparisonOperator, _: Value.Type) -> Kernel {
    { call, vectors, log in
      let left = FixedReader(vectors[0], as: Value.self)
      let right = FixedReader(vectors[1], as: Value.self)
      let nulls = NullBits.union(vectors, rows: call.rowCount)
      switch operation {
      case .equal, .same: return call.flags(nulls, &log) { left[$0] == right[$0] }
      case .notEqual: return call.flags(nulls, &log) { left[$0] != right[$0] }
      case .less: return call.flags(nulls, &log) { left[$0] < right[$0] }
      case .lessOrEqual: return call.flags(nulls, &log) { left[$0] <= right[$0] }
      case .greater: return call.flags(nulls, &log) { left[$0] > right[$0] }
      case .greaterOrEqual: return call.flags(nulls, &log) { left[$0] >= right[$0] }
      }
    }
  }

  @inline(__always)
  private static func ordered(
    _ operation: ComparisonOperator, _ call: Call, _ vectors: [Vector], _ log: inout FailureLog, _ order: (Int) -> Int
  ) -> Vector {
    let nulls = NullBits.union(vectors, rows: call.rowCount)
    switch operation {
    case .equal, .same: return call.flags(nulls, &log) { order($0) == 0 }
    case .notEqual: return call.flags(nulls, &log) { order($0) != 0 }
    case .less: return call.flags(nulls, &log) { order($0) < 0 }
    case .lessOrEqual: return call.flags(nulls, &log) { order($0) <= 0 }
    case .greater: return call.flags(nulls, &log) { order($0) > 0 }
    case .greaterOrEqual: return call.flags(nulls, &log) { order($0) >= 0 }
    }
  }
}
