import SluiceCore

/// Numbers become multiples of a step, towards zero, so that nothing overflows.
struct RoundMask: ColumnRewrite {
  let type: DataType
  private let step: Double
  /// The step in units of the type; 0 for floating point numbers.
  private let units: Int128

  var note: String? { "masked" }

  /// `nil` for types that are no numbers, and for a step that is no whole number of the type's units.
  init?(of type: DataType, to step: Double) {
    var scale = 0
    switch type {
    case .decimal(_, let digits): scale = digits
    case .float32, .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: break
    default: return nil
    }
    self.type = type
    self.step = step
    if type == .float32 || type == .float64 {
      units = 0
      return
    }
    guard let units = Self.units(of: step, scale: scale) else { return nil }
    self.units = units
  }

  /// `step` times ten to the power of `scale`, when that is a whole number.
  private static func units(of step: Double, scale: Int) -> Int128? {
    var number = step
    var units = Int128(1)
    // A step such as 0.05 is no binary fraction: it is scaled by as many digits as its shortest text has.
    var digits = 0
    while number != number.rounded(), digits < 9 {
      digits += 1
      number = (step * Self.power(digits)).rounded()
      if abs(number / Self.power(digits) - step) <= step * 1e-12 { break }
      number = step * Self.power(digits)
    }
    guard number >= 1, number < 1e18, number == number.rounded(), digits <= scale else { return nil }
    units = Int128(number)
    for _ in digits..<scale {
      let (product, isTooLarge) = units.multipliedReportingOverflow(by: 10)
      if isTooLarge { return nil }
      units = product
    }
    return units
  }

  private static func power(_ digits: Int) -> Double { (0..<digits).reduce(1) { power, _ in power * 10 } }

  func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
    switch type {
    case .int8: whole(column, Int8.self)
    case .int16: whole(column, Int16.self)
    case .int32: whole(column, Int32.self)
    case .int64: whole(column, Int64.self)
    case .uint8: whole(column, UInt8.self)
    case .uint16: whole(column, UInt16.self)
    case .uint32: whole(column, UInt32.self)
    case .uint64: whole(column, UInt64.self)
    case .float32: column.mapping { (value: Float) in Float((Double(value) / step).rounded(.towardZero) * step) }
    case .float64: column.mapping { (value: Double) in (value / step).rounded(.towardZero) * step }
    default: type.layout == .fixed(width: 8) ? whole(column, Int64.self) : whole(column, Int128.self)
    }
  }

  private func whole<Value: FixedWidthInteger & BitwiseCopyable>(_ column: Column, _: Value.Type) -> Column {
    // A step beyond the type leaves zero of every value.
    guard let step = Value(exactly: units) else { return column.mapping { (_: Value) in Value.zero } }
    return column.mapping { (value: Value) in value - value % step }
  }
}

extension Column {
  /// The same rows with other values of the same width.
  @inline(__always)
  func mapping<Value: BitwiseCopyable>(_ body: (Value) -> Value) -> Column {
    let byteCount = (offset + count) * MemoryLayout<Value>.stride
    let made = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 16), alignment: 16)
    let source = fixed(as: Value.self)
    let target = made.assumingMemoryBound(to: Value.self) + offset
    for row in 0..<count { target[row] = body(source[row]) }
    return Column(
      type: type, count: count, nullCount: nullCount, offset: offset, validity: validity, values: Buffer(adopting: made, byteCount: byteCount))
  }
}
