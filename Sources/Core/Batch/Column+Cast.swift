extension Column {
  /// Whether `converted(to:)` can turn `source` into `target` for every value.
  public static func canConvert(_ source: DataType, to target: DataType) -> Bool {
    if source == target { return true }
    switch (source, target) {
    case (.uint8, .int16), (.uint16, .int32), (.uint32, .int64), (.json, .string), (.string, .json): return true
    case (.uint64, .decimal(let precision, 0)): return precision >= 20
    case (.int8, .int16), (.int8, .int32), (.int8, .int64), (.int16, .int32), (.int16, .int64), (.int32, .int64), (.float32, .float64),
      (.uint8, .int32), (.uint8, .int64), (.uint16, .int64):
      return true
    case (.timestamp(let found), .timestamp(let wanted)), (.instant(let found), .instant(let wanted)):
      // Nanoseconds do not reach as far as microseconds do.
      return found < wanted && (wanted <= 6 || found > 6)
    case (.time(let found), .time(let wanted)): return found < wanted
    default: return false
    }
  }

  /// The same values in a wider type; a type that lakes keep unsigned and JSON values in. Never changes a value.
  ///
  /// - Precondition: `canConvert(type, to: target)`.
  public func converted(to target: DataType) -> Column {
    if target == type { return self }
    switch (type, target) {
    case (.uint8, .int16): return widened(to: target) { (value: UInt8) in Int16(value) }
    case (.uint16, .int32): return widened(to: target) { (value: UInt16) in Int32(value) }
    case (.uint32, .int64): return widened(to: target) { (value: UInt32) in Int64(value) }
    case (.uint64, .decimal): return widened(to: target) { (value: UInt64) in Int128(value) }
    case (.json, .string), (.string, .json): return relabelled(target)
    case (.int8, .int16): return widened(to: target) { (value: Int8) in Int16(value) }
    case (.int8, .int32): return widened(to: target) { (value: Int8) in Int32(value) }
    case (.int8, .int64): return widened(to: target) { (value: Int8) in Int64(value) }
    case (.int16, .int32): return widened(to: target) { (value: Int16) in Int32(value) }
    case (.int16, .int64): return widened(to: target) { (value: Int16) in Int64(value) }
    case (.int32, .int64): return widened(to: target) { (value: Int32) in Int64(value) }
    case (.uint8, .int32): return widened(to: target) { (value: UInt8) in Int32(value) }
    case (.uint8, .int64): return widened(to: target) { (value: UInt8) in Int64(value) }
    case (.uint16, .int64): return widened(to: target) { (value: UInt16) in Int64(value) }
    case (.float32, .float64): return widened(to: target) { (value: Float) in Double(value) }
    case (.timestamp, .timestamp), (.instant, .instant):
      guard let found = type.timeUnit, let wanted = target.timeUnit, found != wanted else { return relabelled(target) }
      let factor = wanted.perSecond / found.perSecond
      // Values under nulls may be anything.
      return widened(to: target) { (value: Int64) in value &* factor }
    case (.time, .time): return relabelled(target)
    default: preconditionFailure("no conversion from \(type) to \(target)")
    }
  }

  private func widened<Source: BitwiseCopyable, Target: BitwiseCopyable>(to target: DataType, _ widen: (Source) -> Target) -> Column {
    let buffer = Buffer.uninitialized(byteCount: (offset + count) * MemoryLayout<Target>.size)
    let from = fixed(as: Source.self)
    // The offset is kept, so that the validity bits can be shared.
    let to = buffer.base.assumingMemoryBound(to: Target.self) + offset
    for row in 0..<count { to[row] = widen(from[row]) }
    return Column(type: target, count: count, nullCount: nullCount, offset: offset, validity: validity, values: buffer)
  }
}
