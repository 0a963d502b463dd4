import SluiceCore

/// A column that is made of what a path leads to.
struct JSONField: Sendable {
  let path: FieldPath
  let name: String
  let type: DataType
  /// Whether a document without a value there fails.
  let isRequired: Bool
  /// Whether a value that does not fit the type becomes NULL instead of failing the row.
  let nullsMisfits: Bool

  /// Types that a field may have.
  static func canHold(_ type: DataType) -> Bool {
    switch type {
    case .binary, .array, .map, .row: false
    default: true
    }
  }

  /// The column, from the spans of this field: every `stride`th one from `spans` on, one a row. `broken` are the rows that are no documents.
  func column(
    _ spans: UnsafePointer<JSONSpan>, stride: Int, of source: Column, base: UnsafePointer<UInt8>, broken: Set<Int>, failures: inout CellFailures
  ) -> Column {
    var maker = JSONValues(field: self, spans: spans, stride: stride, source: source, base: base, broken: broken, failures: failures)
    defer { failures = maker.failures }
    switch type {
    case .string: return maker.texts()
    case .json: return maker.documents()
    case .boolean: return maker.booleans()
    case .int8: return maker.integers(Int8.self)
    case .int16: return maker.integers(Int16.self)
    case .int32: return maker.integers(Int32.self)
    case .int64: return maker.integers(Int64.self)
    case .uint8: return maker.integers(UInt8.self)
    case .uint16: return maker.integers(UInt16.self)
    case .uint32: return maker.integers(UInt32.self)
    case .uint64: return maker.integers(UInt64.self)
    case .float32:
      return maker.numbers { scanner throws(RowFailure.Reason) -> Float in
        let value = Float(try scanner.float())
        guard value.isFinite else { throw .outOfRange }
        return value
      }
    case .float64: return maker.numbers { scanner throws(RowFailure.Reason) -> Double in try scanner.float() }
    case .decimal(let precision, let scale): return decimals(&maker, precision, scale)
    case .date: return maker.times { scanner throws(RowFailure.Reason) -> Int32 in try scanner.date() }
    case .time(let digits):
      let unit = TimeCasts.granularity(1_000_000, digits)
      return maker.times { scanner throws(RowFailure.Reason) -> Int64 in
        let time = try scanner.time(precision: digits)
        return time - time % unit
      }
    case .timestamp(let digits), .instant(let digits):
      let perSecond = TimeUnit(precision: digits).perSecond
      let unit = TimeCasts.granularity(perSecond, digits)
      let isInstant = type == .instant(precision: digits)
      return maker.times { scanner throws(RowFailure.Reason) -> Int64 in
        let time = isInstant ? try scanner.instant(perSecond: perSecond) : try scanner.timestamp(perSecond: perSecond)
        return time - Calendar.floorRemainder(time, unit)
      }
    case .binary, .array, .map, .row: return .nulls(of: type, count: source.count)
    }
  }

  private func decimals(_ maker: inout JSONValues, _ precision: Int, _ scale: Int) -> Column {
    if precision <= 18 { return maker.decimals(precision: precision, scale: scale) }
    let limit = Decimal128.power(precision)
    return maker.numbers { scanner throws(RowFailure.Reason) -> Int128 in
      let value = try scanner.decimal(scale: scale)
      guard value < limit, value > -limit else { throw .outOfRange }
      return value
    }
  }
}
