internal import SluiceCore

/// Changes of a column's type under which every value of older files stays what it is, by the foreign readers as by our own.
enum TypePromotion {
  /// Whether files that hold `old` are read as `new` without a loss.
  static func isKnown(from old: DataType, to new: DataType) -> Bool {
    if let from = integerBytes(old) {
      if let to = integerBytes(new) { return from < to }
      switch new {
      case .float32: return from <= 2
      case .float64: return from <= 4
      case .decimal(let precision, let scale): return precision - scale >= integerDigits(from)
      default: return new == .string
      }
    }
    switch (old, new) {
    case (.float32, .float64), (.date, .string): return true
    case (.decimal(let precision, let scale), .decimal(let wider, let finer)): return finer >= scale && wider - finer >= precision - scale
    case (.time(let precision), .time(let finer)): return precision < finer
    case (.timestamp(let precision), .timestamp(let finer)), (.instant(let precision), .instant(let finer)): return precision < finer && finer <= 6
    case (.date, .timestamp(let precision)): return precision <= 6
    default: return false
    }
  }

  /// Whether the bounds that manifests keep of the old type say nothing of the new one: pypaimon compares them, and fails.
  static func changesBounds(from old: DataType, to new: DataType) -> Bool {
    new == .string || old == .date
  }

  /// The values of `column`, as a file holds it, in `type`; `nil` when that is no known promotion.
  static func promote(_ column: Column, to type: DataType) -> Column? {
    guard isKnown(from: column.type, to: type) else { return nil }
    switch column.type {
    case .int8: return promoteInteger(column, Int8.self, to: type)
    case .int16: return promoteInteger(column, Int16.self, to: type)
    case .int32: return promoteInteger(column, Int32.self, to: type)
    case .int64: return promoteInteger(column, Int64.self, to: type)
    case .float32: return map(column, to: type) { (value: Float) in Double(value) }
    case .decimal(_, let scale): return promoteDecimal(column, scale: scale, to: type)
    case .time: return column.relabelled(type)
    case .timestamp, .instant: return promoteTime(column, to: type)
    case .date:
      guard let unit = type.timeUnit else { return rendered(column, to: type) }
      return map(column, to: type) { (value: Int32) in Int64(value) * 86_400 * unit.perSecond }
    default: return nil
    }
  }

  private static func promoteInteger<Value: FixedWidthInteger & BitwiseCopyable>(_ column: Column, _: Value.Type, to type: DataType) -> Column? {
    switch type {
    case .int16: map(column, to: type) { (value: Value) in Int16(truncatingIfNeeded: value) }
    case .int32: map(column, to: type) { (value: Value) in Int32(truncatingIfNeeded: value) }
    case .int64: map(column, to: type) { (value: Value) in Int64(truncatingIfNeeded: value) }
    case .float32: map(column, to: type) { (value: Value) in Float(value) }
    case .float64: map(column, to: type) { (value: Value) in Double(value) }
    case .decimal(_, let scale): scaled(column, Value.self, by: scale, to: type)
    default: rendered(column, to: type)
    }
  }

  private static func promoteDecimal(_ column: Column, scale: Int, to type: DataType) -> Column? {
    guard case .decimal(_, let finer) = type else { return nil }
    return column.type.layout == .fixed(width: 8)
      ? scaled(column, Int64.self, by: finer - scale, to: type) : scaled(column, Int128.self, by: finer - scale, to: type)
  }

  private static func scaled<Value: FixedWidthInteger & BitwiseCopyable>(_ column: Column, _: Value.Type, by digits: Int, to type: DataType) -> Column
  {
    let factor = (0..<digits).reduce(Int128(1)) { power, _ in power * 10 }
    // Values under nulls are not looked at by anybody, but may be anything.
    if type.layout == .fixed(width: 8) {
      let factor = Int64(truncatingIfNeeded: factor)
      return map(column, to: type) { (value: Value) in Int64(truncatingIfNeeded: value) &* factor }
    }
    return map(column, to: type) { (value: Value) in Int128(truncatingIfNeeded: value) &* factor }
  }

  private static func promoteTime(_ column: Column, to type: DataType) -> Column? {
    guard let old = column.type.timeUnit, let new = type.timeUnit else { return nil }
    let factor = new.perSecond / old.perSecond
    return factor == 1 ? column.relabelled(type) : map(column, to: type) { (value: Int64) in value &* factor }
  }

  private static func rendered(_ column: Column, to type: DataType) -> Column {
    let text = ValueText(column)
    var builder = ColumnBuilder(type: type, capacity: column.count)
    for row in 0..<column.count {
      if let text = text.text(row) { builder.append(text: text) } else { builder.appendNull() }
    }
    return builder.finish()
  }

  private static func map<From: BitwiseCopyable, To: BitwiseCopyable>(_ column: Column, to type: DataType, _ body: (From) -> To) -> Column {
    // The offset is kept, so that the validity bits can be shared.
    let byteCount = (column.offset + column.count) * MemoryLayout<To>.size
    let base = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 1), alignment: 16)
    let source = column.fixed(as: From.self)
    let target = base.assumingMemoryBound(to: To.self) + column.offset
    for row in 0..<column.count { target[row] = body(source[row]) }
    return Column(
      type: type, count: column.count, nullCount: column.nullCount, offset: column.offset, validity: column.validity,
      values: Buffer(adopting: base, byteCount: byteCount))
  }

  private static func integerBytes(_ type: DataType) -> Int? {
    switch type {
    case .int8: 1
    case .int16: 2
    case .int32: 4
    case .int64: 8
    default: nil
    }
  }

  /// Digits of the longest integer of that many bytes.
  private static func integerDigits(_ bytes: Int) -> Int {
    switch bytes {
    case 1: 3
    case 2: 5
    case 4: 10
    default: 19
    }
  }
}
