/// Where a value lies in the bytes of a column, and what it is.
struct JSONSpan {
  enum Kind: Int32 {
    case missing, null, isTrue, isFalse, number
    /// The bytes between the quotes, without and with escapes.
    case text, escapedText
    case container
  }

  let start: Int32
  private let packed: Int32

  static let missing = JSONSpan(start: 0, packed: 0)
  /// The longest value; longer documents are refused.
  static let largest = Int(Int32.max >> 3)

  private init(start: Int32, packed: Int32) {
    self.start = start
    self.packed = packed
  }

  @inline(__always) init(_ kind: Kind, start: Int, count: Int) {
    self.start = Int32(truncatingIfNeeded: start)
    packed = Int32(truncatingIfNeeded: count << 3) | kind.rawValue
  }

  @inline(__always) var kind: Kind { Kind(rawValue: packed & 7).unsafelyUnwrapped }
  @inline(__always) var count: Int { Int(packed >> 3) }
}
