import SluiceCore
import TestKit
import Testing

@Suite struct TypedTextTests {
  @Test("what is written as text is read back as it was", arguments: ModelColumn.leafTypes)
  func roundTrip(_ type: DataType) {
    var random = SeededRandom(seed: 11)
    // Any text is a string, but not JSON or binary in its written form.
    guard type != .json else { return }
    let column = ModelColumn.random(type, count: 400, using: &random).build()
    let text = ValueText(column)
    var builder = ColumnBuilder(type: type)
    for row in 0..<column.count {
      let reason = TypedText.append(text.text(row).map(RowImage.cell) ?? .null, to: &builder)
      #expect(reason == nil, "row \(row) of \(type)")
    }
    let again = ValueText(builder.finish())
    for row in 0..<column.count { #expect(again.text(row) == text.text(row)) }
  }

  @Test(
    "edges go there and back",
    arguments: [
      (DataType.date, ["0001-01-01", "1969-12-31", "1970-01-01", "2000-02-29", "9999-12-31"]),
      (.timestamp(precision: 3), ["1000-01-01T00:00:00.000", "1969-12-31T23:59:59.999"]),
      (.timestamp(precision: 0), ["2024-02-29T23:59:59"]),
      (.instant(precision: 6), ["2038-01-19T03:14:07.999999Z"]), (.time(precision: 6), ["00:00:00.000000", "23:59:59.999999"]),
      (.decimal(precision: 5, scale: 2), ["-999.99", "0.00", "-0.01"]), (.decimal(precision: 38, scale: 0), [String(repeating: "9", count: 38)]),
      (.int64, ["-9223372036854775808"]), (.uint64, ["18446744073709551615"]), (.binary, ["0x", "0x00ff"]), (.string, ["", "é\u{0}"]),
      (.json, ["{\"a\": [1, null]}"]), (.float64, ["-inf", "1e-320"]),
    ])
  func edges(_ type: DataType, _ values: [String]) {
    for value in values {
      var builder = ColumnBuilder(type: type)
      #expect(TypedText.append(.text(value), to: &builder) == nil, "\(value)")
      #expect(ValueText(builder.finish()).text(0) == value)
    }
  }

  @Test(
    "what does not fit exactly is refused",
    arguments: [
      (DataType.date, ["0000-00-00", "2023-02-29", "2024-13-01", "24-01-01", "", "2024-01-01x"]),
      (.timestamp(precision: 0), ["2024-01-01T00:00:00.5", "2024-01-01", "2024-01-01T24:00:00"]), (.int8, ["128", "1.0", " 1", ""]),
      (.uint16, ["-1", "65536"]), (.decimal(precision: 5, scale: 2), ["1000.00", "0.001", "1e2", ".5", "5.", "--1", "+1"]),
      (.boolean, ["yes", ""]), (.binary, ["ff", "0xf", "0xzz"]), (.json, ["{", ""]), (.float32, ["one"]), (.array(.int32), ["[1]"]),
    ])
  func refused(_ type: DataType, _ values: [String]) {
    for value in values {
      var builder = ColumnBuilder(type: type)
      #expect(TypedText.append(.text(value), to: &builder) != nil, "\(value) as \(type)")
      #expect(builder.count == 0)
    }
  }

  @Test("an image of a row goes into JSON and back")
  func image() throws {
    let image = RowImage([
      .init(column: "id", type: "int32", cell: .text("7")), .init(column: "n", type: "string", cell: .null),
      .init(column: "raw", type: "string", cell: .bytes([0xff, 0])), .init(column: "phone", type: "string", cell: .masked),
      .init(column: "page", type: "string", cell: .cut("abc", bytes: 99_999)),
    ])
    let json = try JSONReader.read(JSONText.compact(image.json))
    let types = try JSONReader.read(JSONText.compact(image.types))
    #expect(RowImage(json: json, types: types) == image)
    #expect(image.masking(["id", "n"])["id"] == .masked && image.masking(["n"])["n"] == .null)
    #expect(
      RowImage.cell(String(repeating: "x", count: RowImage.longestValue + 1))
        == .cut(String(repeating: "x", count: RowImage.longestValue), bytes: RowImage.longestValue + 1))
  }
}
