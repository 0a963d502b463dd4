/// Values of SQL types within a document: decimals, dates and times, and bytes.
enum OpaqueJSON {
  private typealias Types = BinlogTableMap.WireType

  /// Appends the value as the server prints it in JSON; `kind` is the code of its type.
  static func append(_ kind: UInt8, _ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) throws(BinaryJSON.Malformed) {
    switch Types(code: kind) {
    case .decimal: try appendDecimal(bytes, to: &text)
    case .date, .time, .dateTime, .timestamp:
      guard bytes.count == 8 else { throw BinaryJSON.Malformed() }
      let packed = Int64(littleEndian: bytes.loadUnaligned(as: Int64.self))
      text.append(UInt8(ascii: "\""))
      text += Array((kind == Types.time.code ? time(packed) : dateTime(packed, isDate: kind == Types.date.code)).utf8)
      text.append(UInt8(ascii: "\""))
    case .varString: JSONString.append(bytes, to: &text)
    default: appendBase64(kind, bytes, to: &text)
    }
  }

  /// Precision, scale, then the packed digits.
  private static func appendDecimal(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) throws(BinaryJSON.Malformed) {
    guard bytes.count > 2, let start = bytes.baseAddress, bytes[0] >= 1, bytes[0] <= 81, bytes[1] <= min(bytes[0], 30) else {
      throw BinaryJSON.Malformed()
    }
    let layout = DecimalLayout(precision: Int(bytes[0]), scale: Int(bytes[1]))
    guard bytes.count == 2 + layout.width else { throw BinaryJSON.Malformed() }
    var bad: UInt64 = 0
    PackedDecimal.appendText((start + 2).assumingMemoryBound(to: UInt8.self), layout, to: &text, &bad)
    guard bad == 0 else { throw BinaryJSON.Malformed() }
  }

  private static func dateTime(_ packed: Int64, isDate: Bool) -> String {
    let magnitude = Int(clamping: packed.magnitude)
    let whole = magnitude >> 24
    let months = whole >> 22
    let moment = PackedMoment(
      year: months / 13, month: months % 13, day: whole >> 17 & 31, hour: whole >> 12 & 31, minute: whole >> 6 & 63, second: whole & 63,
      fraction: magnitude & 0xff_ffff)
    return isDate ? moment.date : moment.text(digits: 6)
  }

  private static func time(_ packed: Int64) -> String {
    let magnitude = Int(clamping: packed.magnitude)
    let whole = magnitude >> 24
    return (packed < 0 ? "-" : "")
      + PackedMoment.clock(whole >> 12 & 1_023, whole >> 6 & 63, whole & 63, magnitude & 0xff_ffff, digits: 6)
  }

  /// `"base64:type252:…"`, with the server's line break after every 76 characters, escaped.
  private static func appendBase64(_ kind: UInt8, _ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
    text += Array("\"base64:type\(kind):".utf8)
    var line = 0
    for start in stride(from: 0, to: bytes.count, by: 3) {
      if line == 76 {
        text += Array("\\n".utf8)
        line = 0
      }
      let count = min(3, bytes.count - start)
      var group: UInt32 = 0
      for index in 0..<3 { group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
      for index in 0..<4 { text.append(index <= count ? digits[Int(group >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "=")) }
      line += 4
    }
    text.append(UInt8(ascii: "\""))
  }

  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
