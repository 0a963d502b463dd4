extension Column {
  /// The same values in a type that holds them all.
  ///
  /// - Precondition: `type.canWiden(to: target)`.
  public func widen(to target: DataType) -> Column {
    if Self.canConvert(type, to: target) { return converted(to: target) }
    switch type {
    case .uint8: return converted(to: .int16).widen(to: target)
    case .uint16: return converted(to: .int32).widen(to: target)
    case .uint32: return converted(to: .int64).widen(to: target)
    case .uint64: return converted(to: .decimal(precision: 20, scale: 0)).widen(to: target)
    case .int8: return widenInteger(Int8.self, to: target)
    case .int16: return widenInteger(Int16.self, to: target)
    case .int32: return widenInteger(Int32.self, to: target)
    case .int64: return widenInteger(Int64.self, to: target)
    case .decimal(_, let scale):
      guard case .decimal(_, let finer) = target else { break }
      return type.layout == .fixed(width: 8) ? scaled(Int64.self, by: finer - scale, to: target) : scaled(Int128.self, by: finer - scale, to: target)
    case .time: return relabelled(target)
    case .timestamp, .instant:
      guard let old = type.timeUnit, let new = target.timeUnit else { break }
      let factor = new.perSecond / old.perSecond
      return factor == 1 ? relabelled(target) : mapped(to: target) { (value: Int64) in value &* factor }
    case .date:
      guard let unit = target.timeUnit else { return rendered(as: target) }
      return mapped(to: target) { (value: Int32) in Int64(value) &* 86_400 &* unit.perSecond }
    default: break
    }
    preconditionFailure("no way from \(type) to \(target)")
  }

  private func widenInteger<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type, to target: DataType) -> Column {
    switch target {
    case .float64: mapped(to: target) { (value: Value) in Double(value) }
    case .decimal(_, let scale): scaled(Value.self, by: scale, to: target)
    default: rendered(as: target)
    }
  }

  /// Values under nulls are not looked at by anybody, but may be anything.
  private func scaled<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type, by digits: Int, to target: DataType) -> Column {
    let factor = (0..<max(digits, 0)).reduce(Int128(1)) { power, _ in power &* 10 }
    if target.layout == .fixed(width: 8) {
      let factor = Int64(truncatingIfNeeded: factor)
      return mapped(to: target) { (value: Value) in Int64(truncatingIfNeeded: value) &* factor }
    }
    return mapped(to: target) { (value: Value) in Int128(truncatingIfNeeded: value) &* factor }
  }

  private func rendered(as target: DataType) -> Column {
    let text = ValueText(self)
    var builder = ColumnBuilder(type: target, capacity: count)
    for row in 0..<count {
      if let text = text.text(row) { builder.append(text: text) } else { builder.appendNull() }
    }
    return builder.finish()
  }

  private func mapped<From: BitwiseCopyable, To: BitwiseCopyable>(to target: DataType, _ body: (From) -> To) -> Column {
    // The offset is kept, so that the validity bits can be shared.
    let buffer = Buffer.uninitialized(byteCount: (offset + count) * MemoryLayout<To>.size)
    let source = fixed(as: From.self)
    let rows = buffer.base.assumingMemoryBound(to: To.self) + offset
    for row in 0..<count { rows[row] = body(source[row]) }
    return Column(type: target, count: count, nullCount: nullCount, offset: offset, validity: validity, values: buffer)
  }
}
