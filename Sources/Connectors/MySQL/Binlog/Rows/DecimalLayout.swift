/// How a packed decimal lies: groups of nine digits in four bytes each, the odd digits of the integral part before them and those of the
/// fraction after them in as few bytes as they need. Big endian; the first bit is inverted, and all bits of a negative number.
struct DecimalLayout {
  /// Digits and bytes of the first, odd group; 0 for none.
  let headDigits: UInt8
  let headBytes: UInt8
  /// Whole groups before the point.
  let wholeGroups: UInt8
  /// Whole groups behind the point.
  let fractionGroups: UInt8
  /// Digits and bytes of the last, odd group; 0 for none.
  let tailDigits: UInt8
  let tailBytes: UInt8
  let scale: UInt8

  init(precision: Int, scale: Int) {
    let whole = max(0, precision - scale)
    headDigits = UInt8(truncatingIfNeeded: whole % 9)
    headBytes = Self.bytes(whole % 9)
    wholeGroups = UInt8(truncatingIfNeeded: whole / 9)
    fractionGroups = UInt8(truncatingIfNeeded: scale / 9)
    tailDigits = UInt8(truncatingIfNeeded: scale % 9)
    tailBytes = Self.bytes(scale % 9)
    self.scale = UInt8(truncatingIfNeeded: scale)
  }

  /// Bytes of a value.
  var width: Int { Int(headBytes) + 4 * (Int(wholeGroups) + Int(fractionGroups)) + Int(tailBytes) }

  private static func bytes(_ digits: Int) -> UInt8 { UInt8(truncatingIfNeeded: (digits + 1) / 2) }
}
