internal import SluiceCore

/// The hash of the `bucket` transform: Murmur3 with 32 bits, seed 0 (Iceberg specification, appendix B).
enum IcebergBuckets {
  /// The bucket of each row, 0..<count; null for null.
  static func values(of column: Column, type: IcebergType, count: Int32) -> Column {
    var builder = ColumnBuilder(type: .int32, capacity: column.count)
    func add(_ hash: (Int) -> UInt32) {
      if column.nullCount == 0 {
        for row in 0..<column.count { builder.append(Int32(bitPattern: hash(row) & 0x7fff_ffff) % count) }
        return
      }
      for row in 0..<column.count {
        if column.isNull(row) { builder.appendNull() } else { builder.append(Int32(bitPattern: hash(row) & 0x7fff_ffff) % count) }
      }
    }
    switch (type, column.type.layout) {
    case (.decimal, _): add { hash(SingleValue.unscaled(column.unscaledDecimal($0))) }
    case (.string, _), (.binary, _), (.fixed, _), (.uuid, _): add { hash(UnsafeRawBufferPointer(column.bytes(at: $0))) }
    case (_, .fixed(width: 4)):
      let values = column.fixed(as: Int32.self)
      add { hash(Int64(values[$0])) }
    case (_, .fixed(width: 8)):
      let values = column.fixed(as: Int64.self)
      // Moments hash in microseconds, whatever they count in.
      switch column.type.timeUnit {
      case .milliseconds: add { hash(values[$0] &* 1000) }
      case .nanoseconds: add { hash(values[$0] / 1000 - (values[$0] % 1000 < 0 ? 1 : 0)) }
      default: add { hash(values[$0]) }
      }
    default: add { _ in 0 }
    }
    return builder.finish()
  }

  static func hash(_ value: Int64) -> UInt32 {
    let bits = UInt64(bitPattern: value)
    let low = Murmur.mix(0, UInt32(truncatingIfNeeded: bits))
    return UInt32(bitPattern: Murmur.finish(Murmur.mix(low, UInt32(truncatingIfNeeded: bits >> 32)), byteCount: 8))
  }

  static func hash(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { hash($0) }
  }

  static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var state: UInt32 = 0
    var at = 0
    while at + 4 <= bytes.count {
      state = Murmur.mix(state, UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
      at += 4
    }
    var tail: UInt32 = 0
    for index in stride(from: bytes.count - 1, through: at, by: -1) { tail = tail << 8 | UInt32(bytes[index]) }
    if at < bytes.count {
      // The last word is scrambled, but not mixed.
      let scrambled = tail &* 0xcc9e_2d51
      state ^= (scrambled << 15 | scrambled >> 17) &* 0x1b87_3593
    }
    return UInt32(bitPattern: Murmur.finish(state, byteCount: bytes.count))
  }
}
