/// How the packed values of one column are decoded: small and plain, because the inner loop walks an array of them.
struct BinlogColumn {
  enum Operation: UInt8 {
    /// Bytes that lie as the column wants them.
    case fixed1, fixed2, fixed4, fixed8
    case int24, uint24
    case decimal64, date, dateTime, timestamp
    /// UTF-8, checked.
    case text
    case binary
    /// The rest is rare, and decoded out of line.
    case year, boolean, bitBoolean, bitNumber, decimal128, decimalText
    case time, oldTime, oldDateTime, oldTimestamp
    /// Text in another character set than UTF-8.
    case encoded
    /// BINARY(n), whose final zeros are not packed.
    case padded
    case enumeration, set, json, uuid, inet4, inet6
    case compressedText, compressedBinary

    /// Whether zero and partial dates come up.
    var isMoment: Bool {
      switch self {
      case .date, .dateTime, .timestamp, .oldDateTime, .oldTimestamp: true
      default: false
      }
    }
  }

  var operation: Operation
  /// Bytes of the length before a value; 0 for values of fixed width.
  var prefix: UInt8 = 0
  /// Zero and partial dates are null.
  var isZeroNull = false
  var isKey = false
  /// Fractional digits of a second.
  var fraction: UInt8 = 0
  /// Bytes of a value of fixed width.
  var width: Int32 = 0
  /// The position of the column in the tracked table; negative for one that is stepped over.
  var target: Int32 = 0
  /// What one of the stored fraction counts in the column's unit where that is finer, and how many of them make one where it is coarser.
  var multiplier: Int32 = 1
  var divisor: Int32 = 1
  /// Units of the column in a second.
  var perSecond: Int64 = 1
  /// Position of the character set or members in the plan.
  var index: Int32 = 0
  var decimal = DecimalLayout(precision: 1, scale: 0)

  init(_ operation: Operation, width: Int = 0, prefix: Int = 0) {
    self.operation = operation
    self.width = Int32(width)
    self.prefix = UInt8(prefix)
  }
}
