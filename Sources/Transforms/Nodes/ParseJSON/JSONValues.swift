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
    numbers { scanner throws(RowFailure.Reason) -> Value in
      // Most numbers are short and plain; the rest (`1e3`, `2.0`, beyond Int64) are read exactly.
      var short = scanner
      if let plain = try? short.integer() {
        guard let value = Value(exactly: plain) else { throw .outOfRange }
        return value
      }
      let scale = 17
      let exact = try scanner.decimal(scale: scale)
      let (whole, rest) = exact.quotientAndRemainder(dividingBy: Decimal128.power(scale))
      guard rest == 0 else { throw .invalidText }
      guard let value = Value(exactly: whole) else { throw .outOfRange }
      return value
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
