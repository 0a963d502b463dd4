import SluiceCore

/// Which rows of a result are NULL: a validity bitmap that begins at bit 0, shared with an argument as long as it is not changed.
struct NullBits {
  private(set) var buffer: Buffer?
  private(set) var count: Int
  private var isOwned: Bool
  let rows: Int

  /// No NULL.
  init(rows: Int) {
    self.rows = rows
    buffer = nil
    count = 0
    isOwned = true
  }

  /// Takes over a bitmap in which a set bit is a value.
  init(validity: Buffer, rows: Int) {
    self.rows = rows
    buffer = validity
    isOwned = true
    count = rows - Self.setBits(validity, rows)
  }

  /// NULL where any of `vectors` is NULL.
  static func union(_ vectors: [Vector], rows: Int) -> NullBits {
    var result = NullBits(rows: rows)
    for vector in vectors where vector.column.nullCount > 0 { result.add(vector) }
    return result
  }

  static func union(_ vectors: Vector..., rows: Int) -> NullBits { union(vectors, rows: rows) }

  @inline(__always) func isNull(_ row: Int) -> Bool {
    guard let buffer else { return false }
    return buffer.base.load(fromByteOffset: row >> 3, as: UInt8.self) & (1 << UInt8(truncatingIfNeeded: row & 7)) == 0
  }

  mutating func setNull(_ row: Int) {
    if isNull(row) { return }
    if buffer == nil || !isOwned {
      let copy = Buffer.filled(0xff, count: (rows + 7) / 8)
      if let buffer { copy.base.copyMemory(from: buffer.base, byteCount: (rows + 7) / 8) }
      buffer = copy
      isOwned = true
    }
    buffer?.octets[row >> 3] &= ~(1 << UInt8(truncatingIfNeeded: row & 7))
    count += 1
  }

  private mutating func add(_ vector: Vector) {
    if vector.step == 0 {
      self = NullBits(validity: .filled(0, count: (rows + 7) / 8), rows: rows)
    } else if buffer == nil, let aligned = Self.aligned(vector.column) {
      buffer = aligned
      isOwned = false
      count = vector.column.nullCount
    } else if let buffer, let other = Self.aligned(vector.column) {
      let byteCount = (rows + 7) / 8
      let both = Buffer.room(byteCount)
      for byte in 0..<byteCount { both.octets[byte] = buffer.octets[byte] & other.octets[byte] }
      self = NullBits(validity: both, rows: rows)
    }
  }

  /// The validity of `column` from bit 0 on.
  static func aligned(_ column: Column) -> Buffer? {
    guard let validity = column.validity else { return nil }
    return column.offset == 0 ? validity : shifted(validity, by: column.offset, rows: column.count)
  }

  /// The bits of `buffer` from bit `offset` on.
  static func shifted(_ buffer: Buffer, by offset: Int, rows: Int) -> Buffer {
    let byteCount = (rows + 7) / 8
    let result = Buffer.room(byteCount)
    let source = buffer.octets + offset / 8
    let shift = UInt8(offset % 8)
    if shift == 0 {
      result.base.copyMemory(from: source, byteCount: byteCount)
      return result
    }
    let available = (offset % 8 + rows + 7) / 8
    for byte in 0..<byteCount {
      let high = byte + 1 < available ? source[byte + 1] << (8 - shift) : 0
      result.octets[byte] = source[byte] >> shift | high
    }
    return result
  }

  /// Set bits among the first `rows`.
  static func setBits(_ buffer: Buffer, _ rows: Int) -> Int {
    var total = 0
    for byte in 0..<(rows / 8) { total &+= buffer.octets[byte].nonzeroBitCount }
    let rest = rows % 8
    return rest == 0 ? total : total + (buffer.octets[rows / 8] & (1 << UInt8(rest) &- 1)).nonzeroBitCount
  }
}
