import TestKit
import Testing

@Suite struct JSONTests {
  private static let documents = [
    #"{}"#, #"[]"#, #"null"#, #"true"#, #""text""#, #"0"#, #"-0"#, #"1.0"#, #"1e300"#, #"18446744073709551615"#, #"-9223372036854775808"#,
    #"123456789012345678901234567890"#, #"0.1234567890123456789"#, #"{"a": {"b": [1, [2, [3, {"c": null}]]]}, "": "empty key"}"#,
    #"{"ü 中": "😀", "z": 1, "a": 2}"#,
    #"{"quote": "\"", "slash": "\\", "line": "a\nb", "nul": "\u0000", "pair": "\ud83d\ude00"}"#, #"  {"spaces" :   [ 1 , 2 ]  }"#,
    #"{"dup": 1, "dup": 2}"#,
  ]

  @Test("JSON arrives as the text that the server shows", arguments: DatabaseServer.Product.allCases)
  func documents(_ product: DatabaseServer.Product) throws {
    let literals = Self.documents.map { "'\($0.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'" }
    let big = "CONCAT('[', REPEAT('{\"k\": \"0123456789 é\"},', 20000), '1]')"
    let table = TypeTable("documents", [("JSON", literals + [big]), ("JSON", Array(literals.reversed()))])
    try CopiedDatabase.expectEqual([table], on: product)
  }

  @Test("Opaque values in a MySQL document arrive as its text shows them")
  func opaque() throws {
    let values = [
      "CAST(TIMESTAMP'2024-02-29 12:00:00.5' AS JSON)", "CAST(CAST(1.50 AS DECIMAL(10,2)) AS JSON)", "JSON_OBJECT('b', CAST(X'00ff' AS BINARY))",
      "JSON_ARRAY(DATE'2024-01-01', TIME'-10:11:12')", "JSON_ARRAY(1.0, 1e0, 1)", "CAST(ST_GeomFromText('POINT(1 2)') AS JSON)",
    ]
    try CopiedDatabase.expectEqual([TypeTable("opaque", [("JSON", values)])], on: .mysql, into: LakeFormatName.allCases)
  }
}
