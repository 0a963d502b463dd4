import SluiceCore

/// Makes the values of one field of the spans that a pass has found, a loop for each kind of type.
struct JSONValues {
  let field: JSONField
  let spans: UnsafePointer<JSONSpan>
  let stride: Int
  let source: Column
  let base: UnsafePointer<UInt8>
  /// Rows that are no documents: they have been told.
  let broken: Set<Int>
  var failures: CellFailures

  // MARK: - Loops

  /// A value for each span that is neither missing nor null.
  @inline(__always)
  private mutating func make(_ append: (JSONSpan, inout ColumnBuilder) throws(RowFailure.Reason) -> Void) -> Column {
    var builder = ColumnBuilder(type: field.type, capacity: max(source.count, 8))
    var span = spans
    for row in 0..<source.count {
      switch span.pointee.kind {
      case .missing, .null:
        if field.isRequired { missing(row) }
        builder.appendNull()
      default:
        do throws(RowFailure.Reason) {
          try append(span.pointee, &builder)
        } catch {
          misfit(row, error)
          builder.appendNull()
        }
      }
      span += stride
    }
    return builder.finish()
  }

  private mutating func missing(_ row: Int) {
    guard !broken.contains(row) else { return }
    failures.add(row: row, column: field.name, code: "json-missing", reason: "there is no value at \(field.path.text)")
  }

  private mutating func misfit(_ row: Int, _ reason: RowFailure.Reason) {
    if field.nullsMisfits { return }
    failures.add(row: row, column: field.name, code: "json-type", reason: "the value at \(field.path.text) is no \(field.type) (\(reason.rawValue))")
  }

  // MARK: - Types

  mutating func texts() -> Column {
    var scratch: [UInt8] = []
    return make { [base] span, builder throws(RowFailure.Reason) in
      if span.kind == .escapedText {
        scratch.removeAll(keepingCapacity: true)
        guard JSONEscapes.append(UnsafeBufferPointer(start: base + Int(span.start), count: span.count), to: &scratch) else { throw .invalidText }
        scratch.withUnsafeBufferPointer { text in builder.append(bytes: text.baseAddress ?? base, count: text.count) }
      } else {
        builder.append(bytes: base + Int(span.start), count: span.count)
      }
    }
  }

  /// Values as they are written, texts with their quotes.
  mutating func documents() -> Column {
    make { [base] span, builder throws(RowFailure.Reason) in
      let quotes = span.kind == .text || span.kind == .escapedText ? 1 : 0
      builder.append(bytes: base + Int(span.start) - quotes, count: span.count + 2 * quotes)
    }
  }

  mutating func booleans() -> Column {
    make { [base] span, builder throws(RowFailure.Reason) in
      switch span.kind {
      case .isTrue: builder.append(boolean: true)
      case .isFalse: builder.append(boolean: false)
      case .number, .text:
        builder.append(boolean: try TextScanner(UnsafeBufferPointer(start: base + Int(span.start), count: span.count)).boolean())
      default: throw .invalidText
      }
    }
  }

  mutating func integers<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) -> Column {
    make { [base] span, builder throws(RowFailure.Reason) in
      guard span.kind == .number || span.kind == .text else { throw .invalidText }
      let text = base + Int(span.start)
      let value: Value?
      if let plain = PlainNumber.scaled(text, span.count, scale: 0) {
        value = Value(exactly: plain)
      } else {
        var scanner = TextScanner(UnsafeBufferPointer(start: text, count: span.count))
        value = Value(exactly: try Self.whole(&scanner))
      }
      guard let value else { throw .outOfRange }
      builder.append(value)
    }
  }

  /// A whole number that may be written as `1e3` or `2.0`.
  private static func whole(_ scanner: inout TextScanner) throws(RowFailure.Reason) -> Int128 {
    let scale = 17
    let (whole, rest) = try scanner.decimal(scale: scale).quotientAndRemainder(dividingBy: Decimal128.power(scale))
    guard rest == 0 else { throw .invalidText }
    return whole
  }

  /// Decimals of up to 18 digits.
  mutating func decimals(precision: Int, scale: Int) -> Column {
    let limit = Int64(truncatingIfNeeded: Decimal128.power(precision))
    return make { [base] span, builder throws(RowFailure.Reason) in
      guard span.kind == .number || span.kind == .text else { throw .invalidText }
      let text = base + Int(span.start)
      if let plain = PlainNumber.scaled(text, span.count, scale: scale) {
        guard plain < limit, plain > 0 &- limit else { throw .outOfRange }
        builder.append(plain)
      } else {
        var scanner = TextScanner(UnsafeBufferPointer(start: text, count: span.count))
        let exact = try scanner.decimal(scale: scale)
        guard exact < Int128(limit), exact > -Int128(limit) else { throw .outOfRange }
        builder.append(Int64(truncatingIfNeeded: exact))
      }
    }
  }

  /// Numbers, and texts that hold one.
  @inline(__always)
  mutating func numbers<Value: BitwiseCopyable>(_ scan: (inout TextScanner) throws(RowFailure.Reason) -> Value) -> Column {
    make { [base] span, builder throws(RowFailure.Reason) in
      guard span.kind == .number || span.kind == .text else { throw .invalidText }
      var scanner = TextScanner(UnsafeBufferPointer(start: base + Int(span.start), count: span.count))
      builder.append(try scan(&scanner))
    }
  }

  /// Dates and times, which JSON holds as texts.
  @inline(__always)
  mutating func times<Value: BitwiseCopyable>(_ scan: (inout TextScanner) throws(RowFailure.Reason) -> Value) -> Column {
    make { [base] span, builder throws(RowFailure.Reason) in
      guard span.kind == .text else { throw .invalidText }
      var scanner = TextScanner(UnsafeBufferPointer(start: base + Int(span.start), count: span.count))
      builder.append(try scan(&scanner))
    }
  }
}
