import SluiceCore
import Testing

@Suite struct OptionsJSONTests {
  @Test func `Keys keep their order and values their type`() throws {
    let value = try JSONReader.read(#" {"b": [1, -2.5, true, null], "a": {"x": "y"}} "#)
    #expect(
      value
        == .object([
          .init("b", .array([.integer(1), .number(-2.5), .boolean(true), .null])), .init("a", .object([.init("x", .string("y"))])),
        ]))
  }

  @Test(arguments: [
    (#""\u00e9\n\"\\\/""#, "é\n\"\\/"), (#""\ud83d\ude00""#, "😀"), (#""東京""#, "東京"), (#""""#, ""),
  ])
  func `Escapes are read`(json: String, text: String) throws {
    #expect(try JSONReader.read(json) == .string(text))
  }

  @Test(arguments: [
    ("", 1, 1), ("{\n  \"a\": 1,\n}", 3, 1), ("{\"a\": 1\n\"b\": 2}", 2, 1), ("[1, 2", 1, 6), (#"{"a": 1, "a": 2}"#, 1, 10), ("{\"a\": tru}", 1, 7),
    ("\"abc", 1, 1), ("\"a\nb\"", 1, 3), (#""\x""#, 1, 2), ("01", 1, 1), ("1 2", 1, 3), (#""\ud83d""#, 1, 2), ("{'a': 1}", 1, 2), ("1e999", 1, 1),
  ])
  func `A syntax error names line and column`(json: String, line: Int, column: Int) {
    let error = #expect(throws: JSONReader.SyntaxError.self) { try JSONReader.read(json) }
    #expect(error?.line == line)
    #expect(error?.column == column)
  }

  @Test func `Every cut of a text is an error and no trap`() throws {
    let json = #"{"a": [1, -2.5e3, true, false, null, "x\u00e9\n"], "b": {"c": {}}}"#
    for count in 0..<json.count {
      #expect(throws: JSONReader.SyntaxError.self) { try JSONReader.read(String(json.prefix(count))) }
    }
  }

  @Test func `Nesting without end is an error`() {
    #expect(throws: JSONReader.SyntaxError.self) { try JSONReader.read(String(repeating: "[", count: 100_000)) }
  }

  @Test func `What is written can be read`() throws {
    let value = SpecValue.object([
      .init("text", .string("a\"b\\c\nd\u{1}é😀")), .init("list", .array([.integer(1), .number(0.5), .object([])])), .init("none", .null),
    ])
    #expect(try JSONReader.read(JSONText.compact(value)) == value)
    #expect(try JSONReader.read(JSONText.pretty(value)) == value)
  }
}
