import SluiceCore
import Testing

@testable import SluiceConnectors

/// Decodes one value of text as the inner loop does; `nil` when it is refused.
private func decode(_ text: String, _ type: DataType, _ decoder: ValueDecoder) -> Column? {
  var builder = BatchBuilder(types: [type])
  // The bytes lie at the end of an allocation of their own size, so that reading past them shows under a memory checker.
  let bytes = UnsafeMutablePointer<CChar>.allocate(capacity: max(text.utf8.count, 1))
  defer { bytes.deallocate() }
  for (index, byte) in text.utf8.enumerated() { bytes[index] = CChar(bitPattern: byte) }
  var value: UnsafeMutablePointer<CChar>? = bytes
  var length = UInt(text.utf8.count)
  var total = 0
  guard let columns = builder.columns.baseAddress else { return nil }
  let failed = withUnsafePointer(to: decoder) {
    RowDecoder.append(&value, &length, $0, to: columns, count: 1, byteCount: &total)
  }
  guard failed < 0 else { return nil }
  builder.finishRow()
  return builder.finish().columns[0]
}

private func integer<Value: BitwiseCopyable>(_ text: String, _ type: DataType, _ kind: ValueDecoder.Kind, scale: Int = 0) -> Value? {
  decode(text, type, ValueDecoder(kind, scale: scale)).map { $0.fixed(as: Value.self)[0] }
}

@Suite struct DecodingTests {
  @Test func `integers of every length and sign are exact`() {
    for digits in 1...19 {
      for text in [String(repeating: "9", count: digits), "1" + String(repeating: "0", count: digits - 1)] where Int64(text) != nil {
        #expect(integer(text, .int64, .int64) == Int64(text))
        #expect(integer("-" + text, .int64, .int64) == Int64("-" + text))
        #expect(integer(text, .uint64, .uint64) == UInt64(text))
      }
    }
    #expect(integer("-9223372036854775808", .int64, .int64) == Int64.min)
    #expect(integer("9223372036854775807", .int64, .int64) == Int64.max)
    #expect(integer("18446744073709551615", .uint64, .uint64) == UInt64.max)
    #expect(integer("-128", .int8, .int8) == Int8.min)
    #expect(integer("4294967295", .uint32, .uint32) == UInt32.max)
    #expect(integer("-2147483648", .int32, .int32) == Int32.min)
    #expect(integer("00000000000000000000000000000042", .uint64, .uint64) == UInt64(42))
  }

  @Test(arguments: [
    "", "-", "+1", "1a", "a", " 1", "1 ", "12345678x", "x2345678", "1234567:", "9223372036854775808", "-9223372036854775809", "--1", "1.0",
  ])
  func `malformed integers are refused`(_ text: String) {
    #expect(integer(text, .int64, .int64) as Int64? == nil)
  }

  @Test(arguments: ["256", "-1", "300", "18446744073709551616"])
  func `integers out of range are refused`(_ text: String) {
    #expect(integer(text, .uint8, .uint8) as UInt8? == nil)
  }

  @Test func `decimals are exact`() {
    #expect(integer("0.00", .decimal(precision: 10, scale: 2), .decimal64, scale: 2) == Int64(0))
    #expect(integer("-0.01", .decimal(precision: 10, scale: 2), .decimal64, scale: 2) == Int64(-1))
    #expect(integer("9999999999999999.99", .decimal(precision: 18, scale: 2), .decimal64, scale: 2) == Int64(999_999_999_999_999_999))
    #expect(integer("0.999999999999999999", .decimal(precision: 18, scale: 18), .decimal64, scale: 18) == Int64(999_999_999_999_999_999))
    #expect(integer("-999999999999999999", .decimal(precision: 18, scale: 0), .decimal64) == Int64(-999_999_999_999_999_999))
    let widest = String(repeating: "9", count: 38)
    #expect(integer(widest, .decimal(precision: 38, scale: 0), .decimal128) == Int128(widest))
    #expect(integer("-0." + widest, .decimal(precision: 38, scale: 38), .decimal128, scale: 38) == Int128("-" + widest))
    #expect(integer("12345678901234567890.12345", .decimal(precision: 25, scale: 5), .decimal128, scale: 5) == Int128("1234567890123456789012345"))
  }

  @Test(arguments: ["", ".", "1", "1.", "1.2", "1.234", "1,23", ".12", "-.12", "1.2x", "x.23", "12345678901234567.89", "1e5.00"])
  func `malformed decimals are refused`(_ text: String) {
    #expect(integer(text, .decimal(precision: 18, scale: 2), .decimal64, scale: 2) as Int64? == nil)
    #expect(text == "12345678901234567.89" || integer(text, .decimal(precision: 38, scale: 2), .decimal128, scale: 2) as Int128? == nil)
  }

  @Test(arguments: [
    ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("0001-01-01", -719_162), ("9999-12-31", 2_932_896), ("1900-03-01", -25_508),
    ("2024-02-29", 19_782),
  ])
  func `dates count days`(_ text: String, _ days: Int32) {
    #expect(integer(text, .date, .date) == days)
  }

  @Test(arguments: [
    "0000-00-00", "2024-00-10", "2024-01-00", "2023-02-29", "1900-02-29", "2024-04-31", "2024-13-01", "2024-01-32", "2024/01/01", "2024-1-01",
    "2024-01-0a", "", "2024-01-011", "24-01-01",
  ])
  func `impossible dates are refused`(_ text: String) {
    #expect(integer(text, .date, .date) as Int32? == nil)
    #expect(integer(text + " 00:00:00", .timestamp(precision: 0), .milliseconds) as Int64? == nil)
  }

  @Test func `every day of four hundred years is the day after the one before`() {
    var expected: Int32 = -25_567
    for year in 1900..<2300 {
      for month in 1...12 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        for day in 1...31 {
          let text = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
          let found: Int32? = integer(text, .date, .date)
          if day <= length {
            if found != expected { Issue.record("\(text) is \(String(describing: found))") }
            expected += 1
          } else if found != nil {
            Issue.record("\(text) was taken")
          }
        }
      }
    }
  }

  @Test func `timestamps of every precision count their unit`() {
    #expect(integer("1970-01-01 00:00:01", .timestamp(precision: 0), .milliseconds) == Int64(1_000))
    #expect(integer("1970-01-01 00:00:01.5", .timestamp(precision: 1), .milliseconds, scale: 1) == Int64(1_500))
    #expect(integer("1969-12-31 23:59:59.999", .timestamp(precision: 3), .milliseconds, scale: 3) == Int64(-1))
    #expect(integer("1970-01-01 00:00:00.0001", .timestamp(precision: 4), .microseconds, scale: 4) == Int64(100))
    #expect(integer("9999-12-31 23:59:59.999999", .timestamp(precision: 6), .microseconds, scale: 6) == Int64(253_402_300_799_999_999))
    let impossible = [
      "1970-01-01 24:00:00", "1970-01-01 00:60:00", "1970-01-01 00:00:60", "1970-01-01T00:00:00", "1970-01-01 00-00:00", "1970-01-01 00:00:0",
    ]
    for text in impossible {
      #expect(integer(text, .timestamp(precision: 0), .milliseconds) as Int64? == nil, "\(text)")
    }
    #expect(integer("1970-01-01 00:00:00,5", .timestamp(precision: 1), .milliseconds, scale: 1) as Int64? == nil)
  }

  @Test func `doubles and floats read back the same bits`() {
    for value in [0.0, -0.0, 1.5, 0.1, 1e22, 1e23, 1e-300, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 123_456_789.123_456_78, .pi] {
      let read: Double? = integer("\(value)", .float64, .float64)
      #expect(read?.bitPattern == value.bitPattern, "\(value)")
    }
    for value: Float in [0.1, -0.0, 3.4028235e38, 16_777_216] {
      let read: Float? = integer("\(Double(value))", .float32, .float32)
      #expect(read?.bitPattern == value.bitPattern, "\(value)")
    }
    #expect(integer("0.1", .float32, .float32) as Float? == nil, "no float has this value: the column is one no longer")
    for text in ["", "-", ".", "1e", "1e+", "nan", "inf", "1.2.3", "0x10", "1 ", "1e999"] {
      #expect(integer(text, .float64, .float64) as Double? == nil, "\(text)")
    }
  }

  @Test func `text must be UTF-8`() {
    let good = ["", "a", "plain text of more than eight", "é", "中文字符", "😀", "12345678é", "é12345678", String(repeating: "ß", count: 40)]
    for text in good {
      let bytes = Array(text.utf8)
      #expect(bytes.withUnsafeBufferPointer { $0.baseAddress.map { TextBytes.isUTF8($0, bytes.count) } ?? true }, "\(text)")
      for cut in bytes.indices {
        let part = Array(bytes[..<cut])
        let isValid = String(validating: part, as: UTF8.self) != nil
        #expect(part.isEmpty || part.withUnsafeBufferPointer { $0.baseAddress.map { TextBytes.isUTF8($0, part.count) } } == isValid)
      }
    }
    let malformed: [[UInt8]] = [
      [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0x80], [0xe0, 0x80, 0x80], [0xf0, 0x80, 0x80, 0x80],
    ]
    for bytes in malformed {
      for padding in 0...9 {
        let padded = Array(repeating: UInt8(ascii: "x"), count: padding) + bytes
        #expect(padded.withUnsafeBufferPointer { $0.baseAddress.map { TextBytes.isUTF8($0, padded.count) } } == false)
      }
    }
  }

  @Test func `zero dates become null only when asked`() {
    let strict = ValueDecoder(.date)
    let lenient = ValueDecoder(.date, isZeroNull: true)
    #expect(decode("0000-00-00", .date, strict)?.count == nil)
    #expect(decode("0000-00-00", .date, lenient)?.nullCount == 1)
    #expect(decode("2024-00-10", .date, lenient)?.nullCount == 1)
    #expect(decode("2023-02-29", .date, lenient)?.count == nil)
  }
}
