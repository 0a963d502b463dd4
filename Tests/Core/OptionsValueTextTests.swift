import SluiceCore
import Testing

private func column(_ type: DataType, _ fill: (inout ColumnBuilder) -> Void) -> ValueText {
  var builder = ColumnBuilder(type: type, capacity: 4)
  fill(&builder)
  return ValueText(builder.finish())
}

@Suite struct OptionsValueTextTests {
  @Test(
    arguments: [
      (12_345, 2, "123.45"), (-5, 2, "-0.05"), (0, 3, "0.000"), (7, 0, "7"), (-100, 2, "-1.00"),
    ] as [(Int, Int, String)])
  func `Decimals have exactly their scale`(unscaled: Int, scale: Int, text: String) {
    for precision in [18, 38] {
      let value = column(.decimal(precision: precision, scale: scale)) { $0.append(unscaled: Int128(unscaled)) }
      #expect(value.text(0) == text)
      #expect(value.json(0) == "\"\(text)\"")
    }
  }

  @Test(
    arguments: [
      (0, "1970-01-01"), (-1, "1969-12-31"), (19_782, "2024-02-29"), (11_016, "2000-02-29"), (-719_162, "0001-01-01"), (2_932_896, "9999-12-31"),
      (-25_508, "1900-03-01"),
    ] as [(Int32, String)])
  func `Dates are those of the Gregorian calendar`(days: Int32, text: String) {
    #expect(column(.date) { $0.append(days) }.text(0) == text)
  }

  @Test(
    arguments: [
      (0, -1, "1969-12-31T23:59:59"), (3, -1, "1969-12-31T23:59:59.999"), (6, 1_709_251_199_123_456, "2024-02-29T23:59:59.123456"),
      (1, 1_709_251_199_100, "2024-02-29T23:59:59.1"), (9, 1, "1970-01-01T00:00:00.000000001"),
    ] as [(Int, Int64, String)])
  func `Timestamps have exactly their digits, instants a Z`(precision: Int, units: Int64, text: String) {
    #expect(column(.timestamp(precision: precision)) { $0.append(units) }.text(0) == text)
    #expect(column(.instant(precision: precision)) { $0.append(units) }.json(0) == "\"\(text)Z\"")
  }

  @Test func `Bytes are hexadecimal for people and base64 in JSON`() {
    for (bytes, hex, base64) in [("", "0x", ""), ("a", "0x61", "YQ=="), ("ab", "0x6162", "YWI="), ("abc", "0x616263", "YWJj")] {
      let value = column(.binary) { $0.append(text: bytes) }
      #expect(value.text(0) == hex)
      #expect(value.json(0) == "\"\(base64)\"")
    }
  }

  @Test func `Floating point numbers are shortest, and JSON spells the special ones as text`() {
    let value = column(.float64) { builder in
      for number in [0.1, -0.0, Double.infinity, -Double.infinity, Double.nan] { builder.append(number) }
    }
    #expect((0..<5).map { value.json($0) } == ["0.1", "-0.0", "\"Infinity\"", "\"-Infinity\"", "\"NaN\""])
    #expect(column(.float32) { $0.append(Float(0.1)) }.text(0) == "0.1")
  }

  @Test func `A null has no text and is null in JSON`() {
    let value = column(.string) { $0.appendNull() }
    #expect(value.text(0) == nil)
    #expect(value.json(0) == "null")
  }

  @Test func `Nested values are JSON`() {
    let value = column(.array(.string)) { builder in
      builder.children[0].append(text: "a")
      builder.children[0].append(text: "b\"c")
      builder.appendList()
    }
    #expect(value.text(0) == #"["a","b\"c"]"#)
  }
}
