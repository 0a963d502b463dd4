import SluiceCore

/// Casts between numbers and booleans. What does not fit is out of range; digits after the point are rounded half away from zero.
enum NumberCasts {
  static func cast(_ from: DataType, _ to: DataType) -> Cast? {
    switch (from, to) {
    case (.boolean, .int64):
      return Cast(canFail: false) { call, vectors, log in
        let source = FlagReader(vectors[0])
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row in source[row] ? Int64(1) : 0 }
      }
    case (.boolean, _): return cast(.boolean, .int64)?.then(Cast(from: .int64, to: to) ?? unchanged, through: .int64)
    case (_, .boolean):
      guard from == .int64 || from == .float64 else { return through(from.isInteger && from != .uint64 ? .int64 : .float64, from, to) }
      return Cast(canFail: false) { call, vectors, log in
        let nulls = NullBits.union(vectors, rows: call.rowCount)
        if from == .int64 {
          let source = FixedReader(vectors[0], as: Int64.self)
          return call.flags(nulls, &log) { row in source[row] != 0 }
        }
        let source = FixedReader(vectors[0], as: Double.self)
        return call.flags(nulls, &log) { row in source[row] != 0 }
      }
    case (_, .int64): return toInt64(from)
    case (.int64, _) where to.isInteger: return fromInt64(to)
    case (_, .decimal(let precision, let scale)): return toDecimal(from, precision: precision, scale: scale)
    case (_, .float64): return toFloat(from)
    case (.float64, .float32):
      return Cast(canFail: true) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Double.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Float in
          let value = source[row]
          let narrow = Float(value)
          if narrow.isInfinite, value.isFinite { throw .outOfRange }
          return narrow
        }
      }
    case (_, .float32): return through(.float64, from, to)
    case (.uint64, _), (.decimal, .uint64): return decimalToInteger(from, to)
    case (.float64, .uint64): return through(.decimal(precision: 20, scale: 0), from, to)
    case (.float32, .uint64): return through(.float64, from, to)
    default: return to.isInteger ? through(.int64, from, to) : nil
    }
  }

  private static let unchanged = Cast(canFail: false) { _, vectors, _ in vectors[0] }

  private static func through(_ middle: DataType, _ from: DataType, _ to: DataType) -> Cast? {
    guard middle != from, let first = Cast(from: from, to: middle), let second = Cast(from: middle, to: to) else { return nil }
    return first.then(second, through: middle)
  }

  // MARK: - Whole numbers

  private static func toInt64(_ from: DataType) -> Cast? {
    switch from {
    case .int8: return widening(Int8.self)
    case .int16: return widening(Int16.self)
    case .int32: return widening(Int32.self)
    case .uint8: return widening(UInt8.self)
    case .uint16: return widening(UInt16.self)
    case .uint32: return widening(UInt32.self)
    case .uint64, .decimal: return decimalToInteger(from, .int64)
    case .float32: return through(.float64, from, .int64)
    case .float64:
      return Cast(canFail: true) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Double.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
          guard let value = Int64(exactly: source[row].rounded(.toNearestOrAwayFromZero)) else { throw .outOfRange }
          return value
        }
      }
    default: return nil
    }
  }

  private static func widening<Source: FixedWidthInteger & BitwiseCopyable & Sendable>(_: Source.Type) -> Cast {
    Cast(canFail: false) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Source.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row in Int64(truncatingIfNeeded: source[row]) }
    }
  }

  private static func fromInt64(_ to: DataType) -> Cast? {
    switch to {
    case .int8: narrowing(Int8.self)
    case .int16: narrowing(Int16.self)
    case .int32: narrowing(Int32.self)
    case .uint8: narrowing(UInt8.self)
    case .uint16: narrowing(UInt16.self)
    case .uint32: narrowing(UInt32.self)
    case .uint64: narrowing(UInt64.self)
    default: nil
    }
  }

  private static func narrowing<Target: FixedWidthInteger & BitwiseCopyable & Sendable>(_: Target.Type) -> Cast {
    Cast(canFail: true) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int64.self)
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Target in
        guard let value = Target(exactly: source[row]) else { throw .outOfRange }
        return value
      }
    }
  }

  // MARK: - Decimals

  private static func decimalToInteger(_ from: DataType, _ to: DataType) -> Cast? {
    guard let scale = from.digits?.scale else { return nil }
    let isUnsigned = from == .uint64
    switch to {
    case .int64:
      return Cast(canFail: true) { call, vectors, log in
        let nulls = NullBits.union(vectors, rows: call.rowCount)
        if isUnsigned {
          let source = FixedReader(vectors[0], as: UInt64.self)
          return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Int64 in
            guard let value = Int64(exactly: source[row]) else { throw .outOfRange }
            return value
          }
        }
        let source = DecimalReader(vectors[0])
        return call.fixed(nulls, &log) { row throws(RowFailure.Reason) -> Int64 in
          guard let value = Int64(exactly: try Decimal128.rescale(source[row], from: scale, to: 0)) else { throw .outOfRange }
          return value
        }
      }
    case .uint64:
      return Cast(canFail: true) { call, vectors, log in
        let source = DecimalReader(vectors[0])
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> UInt64 in
          guard let value = UInt64(exactly: try Decimal128.rescale(source[row], from: scale, to: 0)) else { throw .outOfRange }
          return value
        }
      }
    default: return through(.int64, from, to)
    }
  }

  private static func toDecimal(_ from: DataType, precision: Int, scale: Int) -> Cast? {
    let to = DataType.decimal(precision: precision, scale: scale)
    switch from {
    case .uint64:
      return Cast(canFail: precision - scale < 20) { call, vectors, log in
        let source = FixedReader(vectors[0], as: UInt64.self)
        return call.decimal(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int128 in
          try Decimal128.rescale(Int128(source[row]), from: 0, to: scale)
        }
      }
    case .int64:
      return Cast(canFail: precision - scale < 19) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.decimal(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int128 in
          try Decimal128.rescale(Int128(source[row]), from: 0, to: scale)
        }
      }
    case .decimal(let fromPrecision, let fromScale):
      // A scale that shrinks may round up into one more digit.
      let grows = fromPrecision - fromScale + (fromScale > scale ? 1 : 0)
      return Cast(canFail: precision - scale < grows) { call, vectors, log in
        let source = DecimalReader(vectors[0])
        return call.decimal(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int128 in
          try Decimal128.rescale(source[row], from: fromScale, to: scale)
        }
      }
    case .float64:
      return Cast(canFail: true) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Double.self)
        return call.decimal(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int128 in
          // The shortest digits that mean this number, so that 0.1 is 0.1.
          guard source[row].isFinite else { throw .outOfRange }
          return try source[row].description.withDecimalDigits(scale: scale)
        }
      }
    case .float32: return through(.float64, from, to)
    default:
      guard let digits = from.digits else { return nil }
      let wide = through(.int64, from, to)
      // The widened value still has the narrow type's digits.
      return precision - scale >= digits.precision ? wide.map { Cast(canFail: false, $0.kernel) } : wide
    }
  }

  private static func toFloat(_ from: DataType) -> Cast? {
    switch from {
    case .float32:
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Float.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row in Double(source[row]) }
      }
    case .int64:
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: Int64.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row in Double(source[row]) }
      }
    case .uint64:
      return Cast(canFail: false) { call, vectors, log in
        let source = FixedReader(vectors[0], as: UInt64.self)
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row in Double(source[row]) }
      }
    case .decimal(_, let scale):
      let exact = Int128(1) << 53
      let divisor = Double(Decimal128.power(scale))
      return Cast(canFail: false) { call, vectors, log in
        let source = DecimalReader(vectors[0])
        return call.fixed(.union(vectors, rows: call.rowCount), &log) { row -> Double in
          let value = source[row]
          // Correctly rounded while both are exact; through the digits otherwise.
          if scale <= 22, value < exact, value > -exact { return Double(value) / divisor }
          return Double("\(value)e-\(scale)") ?? .nan
        }
      }
    default: return from.isInteger ? through(.int64, from, .float64) : nil
    }
  }
}

extension String {
  fileprivate func withDecimalDigits(scale: Int) throws(RowFailure.Reason) -> Int128 {
    var text = self
    var result: Result<Int128, RowFailure.Reason> = .failure(.outOfRange)
    text.withUTF8 { bytes in
      var scanner = TextScanner(bytes)
      do throws(RowFailure.Reason) {
        result = .success(try scanner.decimal(scale: scale))
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }
}
