extension ColumnBuilder {
  /// Appends a value of a fixed-width layout; `Value` must have the layout's width.
  @inlinable @inline(__always) public mutating func append<Value: BitwiseCopyable>(_ value: Value) {
    assert(layout == .fixed(width: MemoryLayout<Value>.size))
    ensureRoom()
    values.storeBytes(of: value, toByteOffset: count &* MemoryLayout<Value>.size, as: Value.self)
    markValid()
  }

  @inlinable public mutating func append(boolean value: Bool) {
    assert(layout == .bits)
    ensureRoom()
    let byte = count >> 3
    let mask = UInt8(1) << UInt8(truncatingIfNeeded: count & 7)
    let old = count & 7 == 0 ? 0 : values.load(fromByteOffset: byte, as: UInt8.self)
    values.storeBytes(of: value ? old | mask : old & ~mask, toByteOffset: byte, as: UInt8.self)
    markValid()
  }

  /// Appends a copy of `count` bytes at `start`.
  @inlinable @inline(__always) public mutating func append(bytes start: UnsafePointer<UInt8>, count byteTotal: Int) {
    assert(layout == .bytes)
    ensureRoom()
    if byteCount &+ byteTotal > byteCapacity { growBytes(byteTotal) }
    copyBytes(to: bytes.unsafelyUnwrapped + byteCount, from: start, count: byteTotal)
    byteCount &+= byteTotal
    finishOffset()
  }

  /// Appends `text` as UTF-8.
  public mutating func append(text: String) {
    var text = text
    text.withUTF8 { utf8 in
      if let base = utf8.baseAddress {
        append(bytes: base, count: utf8.count)
      } else {
        appendEmptyBytes()
      }
    }
  }

  /// Appends a decimal that fits the type's precision.
  @inlinable public mutating func append(unscaled value: Int128) {
    if width == 8 {
      append(Int64(truncatingIfNeeded: value))
    } else {
      append(value)
    }
  }

  /// Closes a list whose elements were appended to the child.
  public mutating func appendList() {
    assert(layout == .list)
    ensureRoom()
    values.storeBytes(of: Int32(children[0].count), toByteOffset: (count + 1) * 4, as: Int32.self)
    markValid()
  }

  /// Closes a row whose fields were appended to the children.
  public mutating func appendRow() {
    assert(layout == .row)
    ensureRoom()
    markValid()
  }

  /// Appends a null; children of a row get a null of their own.
  public mutating func appendNull() {
    ensureRoom()
    switch layout {
    case .fixed(let width):
      (values + count * width).initializeMemory(as: UInt8.self, repeating: 0, count: width)
    case .bits:
      if count & 7 == 0 { values.storeBytes(of: 0, toByteOffset: count >> 3, as: UInt8.self) }
    case .bytes:
      values.storeBytes(of: Int32(truncatingIfNeeded: byteCount), toByteOffset: (count + 1) * 4, as: Int32.self)
    case .list:
      values.storeBytes(of: Int32(children[0].count), toByteOffset: (count + 1) * 4, as: Int32.self)
    case .row:
      for index in children.indices { children[index].appendNull() }
    }
    markNull()
  }

  /// Takes back all rows from row `rows` on: how a reader drops a row that it could not decode to its end.
  public mutating func truncate(to rows: Int) {
    guard rows < count else { return }
    for row in rows..<count where isNull(row) { nullCount -= 1 }
    if layout == .bytes { byteCount = Int(values.load(fromByteOffset: rows * 4, as: Int32.self)) }
    switch layout {
    case .list: children[0].truncate(to: Int(values.load(fromByteOffset: rows * 4, as: Int32.self)))
    case .row: for index in children.indices { children[index].truncate(to: rows) }
    default: break
    }
    rowTotal = rows
  }

  private func isNull(_ row: Int) -> Bool {
    guard let validity else { return false }
    return validity[row >> 3] & (1 << UInt8(truncatingIfNeeded: row & 7)) == 0
  }

  private mutating func appendEmptyBytes() {
    ensureRoom()
    finishOffset()
  }

  @inlinable @inline(__always) mutating func finishOffset() {
    values.storeBytes(of: Int32(truncatingIfNeeded: byteCount), toByteOffset: (count &+ 1) &* 4, as: Int32.self)
    markValid()
  }

  @inlinable @inline(__always) mutating func markValid() {
    if let validity { setBit(in: validity, true) }
    rowTotal &+= 1
  }

  @usableFromInline mutating func markNull() {
    if validity == nil {
      let bits = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity / 8 + 1)
      bits.initialize(repeating: 0xff, count: capacity / 8 + 1)
      validity = bits
    }
    if let validity { setBit(in: validity, false) }
    nullCount += 1
    rowTotal += 1
  }

  @inlinable @inline(__always) func setBit(in bits: UnsafeMutablePointer<UInt8>, _ isSet: Bool) {
    let mask = UInt8(1) << UInt8(truncatingIfNeeded: count & 7)
    let byte = count >> 3
    bits[byte] = isSet ? bits[byte] | mask : bits[byte] & ~mask
  }
}
