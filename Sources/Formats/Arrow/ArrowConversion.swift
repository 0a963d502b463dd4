internal import SluiceCore

/// How imported fixed-width values become those of a `Column`.
struct ArrowConversion {
  /// Bytes a value outside.
  let sourceWidth: Int
  private let step: Step

  private enum Step {
    case none, widen32, narrow128, widen32To128, widen64To128, millisecondsToMicroseconds, nanosecondsToMicroseconds
  }

  /// `format` is Arrow's format string, `width` the bytes that a value has in the `Column`.
  init(format: String, width: Int) {
    if format == "ttm" {
      (sourceWidth, step) = (4, .millisecondsToMicroseconds)
    } else if format == "ttn" {
      (sourceWidth, step) = (8, .nanosecondsToMicroseconds)
    } else if format.hasPrefix("d:") {
      let parts = format.split(separator: ",")
      let bits = parts.count == 3 ? Int(parts[2]) ?? 128 : 128
      sourceWidth = bits / 8
      switch (sourceWidth, width) {
      case (4, 8): step = .widen32
      case (16, 8): step = .narrow128
      case (4, 16): step = .widen32To128
      case (8, 16): step = .widen64To128
      default: step = .none
      }
    } else {
      (sourceWidth, step) = (width, .none)
    }
  }

  /// `count` values from value `start` on, converted; `nil` when they may be used as they lie.
  func convert(_ values: Buffer, from start: Int, count: Int) -> Buffer? {
    switch step {
    case .none:
      // Arrow promises 8 bytes of alignment, typed pointers to 128-bit values want 16.
      sourceWidth == 16 && UInt(bitPattern: values.base) & 15 != 0 ? Self.map(values, start, count) { (value: Int128) in value } : nil
    case .widen32: Self.map(values, start, count) { (value: Int32) in Int64(value) }
    case .narrow128: Self.map(values, start, count) { (value: Int128) in Int64(truncatingIfNeeded: value) }
    case .widen32To128: Self.map(values, start, count) { (value: Int32) in Int128(value) }
    case .widen64To128: Self.map(values, start, count) { (value: Int64) in Int128(value) }
    case .millisecondsToMicroseconds: Self.map(values, start, count) { (value: Int32) in Int64(value) * 1000 }
    case .nanosecondsToMicroseconds: Self.map(values, start, count) { (value: Int64) in value / 1000 }
    }
  }

  /// Offsets of `count` values of `step` bytes each, from value `start` on.
  static func offsets(step: Int, from start: Int, count: Int) -> Buffer {
    let offsets = Buffer.allocated(byteCount: (count + 1) * 4)
    let target = offsets.base.assumingMemoryBound(to: Int32.self)
    for row in 0...count { target[row] = Int32(truncatingIfNeeded: (start + row) * step) }
    return offsets
  }

  private static func map<From: BitwiseCopyable, To: BitwiseCopyable>(
    _ values: Buffer, _ start: Int, _ count: Int, _ body: (From) -> To
  ) -> Buffer {
    let mapped = Buffer.allocated(byteCount: count * MemoryLayout<To>.size)
    let source = values.base + start * MemoryLayout<From>.size
    let target = mapped.base.assumingMemoryBound(to: To.self)
    for row in 0..<count { target[row] = body(source.loadUnaligned(fromByteOffset: row * MemoryLayout<From>.size, as: From.self)) }
    return mapped
  }
}
