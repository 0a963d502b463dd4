import SluiceCore

/// The values and the validity of booleans as whole bytes from bit 0 on, for operations on eight rows at once.
struct BooleanBits {
  /// Set where the value is TRUE and not NULL.
  let isTrue: Buffer
  /// Set where the value is FALSE and not NULL.
  let isFalse: Buffer

  init(_ vector: Vector, rows: Int) {
    let byteCount = (rows + 7) / 8
    if vector.step == 0 {
      let isNull = vector.column.isNull(0)
      let value = !isNull && vector.column.boolean(0)
      isTrue = .filled(value ? 0xff : 0, count: byteCount)
      isFalse = .filled(!isNull && !value ? 0xff : 0, count: byteCount)
      return
    }
    let column = vector.column
    let values = column.offset == 0 ? column.values : column.values.map { NullBits.shifted($0, by: column.offset, rows: rows) }
    let validity = NullBits.aligned(column)
    isTrue = .room(byteCount)
    isFalse = .room(byteCount)
    guard let values else { preconditionFailure("\(column.type) has no values buffer") }
    for byte in 0..<byteCount {
      let known = validity?.octets[byte] ?? 0xff
      isTrue.octets[byte] = values.octets[byte] & known
      isFalse.octets[byte] = ~values.octets[byte] & known
    }
  }

  /// The rows of which the bit is set.
  static func rows(of bits: Buffer, count: Int) -> [Int32] {
    var rows: [Int32] = []
    rows.reserveCapacity(NullBits.setBits(bits, count))
    for byte in 0..<((count + 7) / 8) {
      var rest = bits.octets[byte]
      while rest != 0 {
        let row = byte &* 8 &+ rest.trailingZeroBitCount
        if row < count { rows.append(Int32(truncatingIfNeeded: row)) }
        rest &= rest &- 1
      }
    }
    return rows
  }

  /// Booleans that are TRUE where a bit of `isTrue` is set, FALSE where one of `isFalse` is, and NULL elsewhere.
  static func vector(isTrue: Buffer, isFalse: Buffer, rows: Int) -> Vector {
    let byteCount = (rows + 7) / 8
    let validity = Buffer.room(byteCount)
    for byte in 0..<byteCount { validity.octets[byte] = isTrue.octets[byte] | isFalse.octets[byte] }
    let nulls = NullBits(validity: validity, rows: rows)
    return Vector(Column(type: .boolean, count: rows, nullCount: nulls.count, validity: nulls.buffer, values: isTrue))
  }
}
