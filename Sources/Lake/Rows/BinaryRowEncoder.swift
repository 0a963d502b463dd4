internal import SluiceCore

/// Writes rows in Paimon's binary form into one buffer that is used again for each row (Paimon's BinaryRow).
///
/// Confined to one thread; what `encode` returns is valid until the next call.
final class BinaryRowEncoder {
  private let headerBytes: Int
  private let fixedBytes: Int
  private var scratch: UnsafeMutableRawPointer
  private var capacity: Int

  init(arity: Int) {
    headerBytes = (arity + 63 + 8) / 64 * 8
    fixedBytes = headerBytes + arity * 8
    capacity = fixedBytes + 64
    scratch = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit {
    scratch.deallocate()
  }

  /// The bytes of row `row`, without the arity that precedes them in manifests.
  func encode(_ columns: UnsafeBufferPointer<KeyView>, row: Int) -> UnsafeRawBufferPointer {
    scratch.initializeMemory(as: UInt8.self, repeating: 0, count: fixedBytes)
    var end = fixedBytes
    for index in 0..<columns.count {
      let slot = headerBytes &+ index &* 8
      if columns[index].isNull(row) {
        let bit = index &+ 8
        let byte = scratch.load(fromByteOffset: bit >> 3, as: UInt8.self)
        scratch.storeBytes(of: byte | 1 << UInt8(truncatingIfNeeded: bit & 7), toByteOffset: bit >> 3, as: UInt8.self)
        continue
      }
      switch columns[index].kind {
      case .bytes: append(columns[index].text(row), slot: slot, end: &end)
      case .wideDecimal: append(columns[index].load(row, as: Int128.self), slot: slot, end: &end)
      case .micros: append(columns[index].load(row, as: Int64.self), perMilli: 1_000, nanos: 1_000, slot: slot, end: &end)
      case .nanos: append(columns[index].load(row, as: Int64.self), perMilli: 1_000_000, nanos: 1, slot: slot, end: &end)
      default: scratch.storeBytes(of: columns[index].slot(row).littleEndian, toByteOffset: slot, as: UInt64.self)
      }
    }
    return UnsafeRawBufferPointer(start: scratch, count: end)
  }

  /// Up to 7 bytes lie in the slot, longer ones in the variable part.
  private func append(_ text: UnsafeBufferPointer<UInt8>, slot: Int, end: inout Int) {
    guard let base = text.baseAddress else { return scratch.storeBytes(of: 0x80, toByteOffset: slot + 7, as: UInt8.self) }
    if text.count <= 7 {
      (scratch + slot).copyMemory(from: base, byteCount: text.count)
      scratch.storeBytes(of: 0x80 | UInt8(truncatingIfNeeded: text.count), toByteOffset: slot &+ 7, as: UInt8.self)
      return
    }
    let padded = (text.count &+ 7) & ~7
    reserve(end &+ padded)
    scratch.storeBytes(of: 0, toByteOffset: end &+ padded &- 8, as: UInt64.self)
    (scratch + end).copyMemory(from: base, byteCount: text.count)
    store(offset: end, low: text.count, slot: slot)
    end &+= padded
  }

  /// The shortest big-endian two's complement, in 16 bytes kept for it.
  private func append(_ unscaled: Int128, slot: Int, end: inout Int) {
    let magnitude = unscaled < 0 ? ~unscaled : unscaled
    let count = (128 - magnitude.leadingZeroBitCount) / 8 + 1
    reserve(end &+ 16)
    (scratch + end).initializeMemory(as: UInt8.self, repeating: 0, count: 16)
    for index in 0..<count {
      let byte = UInt8(truncatingIfNeeded: unscaled >> Int128((count - 1 - index) * 8))
      scratch.storeBytes(of: byte, toByteOffset: end &+ index, as: UInt8.self)
    }
    store(offset: end, low: count, slot: slot)
    end &+= 16
  }

  private func append(_ units: Int64, perMilli: Int64, nanos: Int64, slot: Int, end: inout Int) {
    var millis = units / perMilli
    var rest = units % perMilli
    if rest < 0 {
      rest += perMilli
      millis -= 1
    }
    reserve(end &+ 8)
    scratch.storeBytes(of: millis.littleEndian, toByteOffset: end, as: Int64.self)
    store(offset: end, low: Int(rest * nanos), slot: slot)
    end &+= 8
  }

  @inline(__always) private func store(offset: Int, low: Int, slot: Int) {
    scratch.storeBytes(of: (UInt64(offset) << 32 | UInt64(low)).littleEndian, toByteOffset: slot, as: UInt64.self)
  }

  private func reserve(_ needed: Int) {
    if needed <= capacity { return }
    let grown = UnsafeMutableRawPointer.allocate(byteCount: needed * 2, alignment: 16)
    grown.copyMemory(from: scratch, byteCount: capacity)
    scratch.deallocate()
    scratch = grown
    capacity = needed * 2
  }
}
