import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// MySQL's binary JSON is printed as the server prints it.
@Suite(.serialized) struct LoggedJSONTests {
  private static let documents: [String] = [
    #"{}"#, #"[]"#, #"null"#, #"true"#, #"false"#, #""text""#, #"0"#, #"-0"#, #"1.0"#, #"-0.0"#, #"1e300"#, #"1e-300"#, #"0.1"#, #"1e15"#, #"1e16"#,
    #"123456789012345.0"#, #"1234567890123456.0"#, #"1e-14"#, #"1e-15"#, #"1e-16"#, #"0.000012345"#, #"5e-324"#, #"1.7976931348623157e308"#,
    #"2.5e-7"#, #"100.5"#, #"18446744073709551615"#, #"9223372036854775808"#, #"-9223372036854775808"#, #"123456789012345678901234567890"#,
    #"0.1234567890123456789"#, #"32767"#, #"32768"#, #"-32768"#, #"-32769"#, #"65535"#, #"65536"#, #"2147483647"#, #"2147483648"#, #"-2147483649"#,
    #"4294967295"#, #"4294967296"#, #"{"a": {"b": [1, [2, [3, {"c": null}]]]}, "": "empty key"}"#, #"{"ü 中": "😀", "z": 1, "a": 2, "bb": 3}"#,
    #"{"q": "\"", "s": "\\", "n": "a\nb\r\t\b\f", "nul": "\u0000\u001f", "del": "\u007f", "pair": "\ud83d\ude00", "slash": "a\/b"}"#,
    #"  {"spaces" :   [ 1 , 2 ]  }"#, #"[true, false, null, 1, -1, 70000, 5000000000, 1.5, "x"]"#,
  ]

  private static let expressions: [String] = [
    "CAST(TIMESTAMP'2024-02-29 12:00:00.5' AS JSON)", "CAST(CAST(1.50 AS DECIMAL(10,2)) AS JSON)", "CAST(CAST(-0.005 AS DECIMAL(65,30)) AS JSON)",
    "CAST(CAST(0 AS DECIMAL(5,5)) AS JSON)", "JSON_OBJECT('b', CAST(X'00ff' AS BINARY))", "CAST(DATE'0001-01-01' AS JSON)",
    "CAST(TIME'-838:59:58.123456' AS JSON)", "CAST(TIME'00:00:00' AS JSON)", "JSON_ARRAY(CAST('9999-12-31 23:59:59.999999' AS DATETIME(6)), 1)",
    "JSON_ARRAY(REPEAT(X'ab', 100), X'', X'01', X'0102')", "JSON_OBJECT('g', ST_GeomFromText('POINT(1 2)'), 'bit', b'101')", "CAST(2024 AS JSON)",
    "JSON_ARRAY(REPEAT('x', 127), REPEAT('y', 128), REPEAT('é', 10000))", "JSON_ARRAY(18446744073709551615, -1, 1e0, 1.5e0)",
    "(SELECT JSON_OBJECTAGG(CONCAT('key', n), REPEAT('v', n % 50)) FROM numbers)", "(SELECT JSON_ARRAYAGG(n * 100000) FROM numbers)",
    "(SELECT JSON_ARRAYAGG(n) FROM numbers WHERE n < 3000)", "CONCAT(REPEAT('[', 99), REPEAT(']', 99))", "JSON_OBJECT(REPEAT('k', 60000), 1)",
  ]

  @Test func `documents are the same in the log and in the snapshot`() throws {
    let database = try TestDatabase.withNumbers(.mysql)
    let log = try ServerLog(database.server)
    let literals = Self.documents.map { "'\($0.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'" }
    var random = SeededRandom(seed: 11)
    let doubles = (0..<400).map { _ in Double(bitPattern: UInt64.random(in: 0..<(0x7ff << 52), using: &random)) }
    let near = (-20...20).flatMap { exponent in [1.0, 1.5, 9.999999999999999, 1.2345678901234567].map { "\($0)e\(exponent)" } }
    let numbers = doubles.map { "'\($0)'" } + near.map { "'[\($0), -\($0)]'" }
    let values = (literals + Self.expressions + numbers).map { "(\($0));" }.map { "INSERT INTO j (v) VALUES \($0)" }
    try database.execute(
      "SET sql_mode = ''; CREATE TABLE j (id INT PRIMARY KEY AUTO_INCREMENT, v JSON); \(values.joined(separator: "\n")) INSERT INTO j (v) VALUES (NULL);"
    )
    let logged = try LoggedRows(log, database, "j")
    let read = try snapshotRows(database, "j")
    #expect(logged.dirty.isEmpty && logged.rows.rowCount == values.count + 1)
    #expect(differences(logged.rows, read.rows, ["id", "v"]).prefix(10) == [])
  }

  @Test func `partial updates give the document that the server has afterwards`() throws {
    let server = try DatabaseServer(.mysql, options: ["--binlog-row-value-options=PARTIAL_JSON"])
    for metadata in ["FULL", "MINIMAL"] {
      let database = try TestDatabase(on: server)
      try server.execute("SET GLOBAL binlog_row_metadata = \(metadata)")
      let log = try ServerLog(server)
      try database.execute(
        """
        CREATE TABLE p (id INT PRIMARY KEY, n INT, a JSON, x VARCHAR(9), b JSON);
        INSERT INTO p VALUES
          (1, 0, '{"name": "long enough to be worth a difference", "list": [1, 2, 3, {"deep": [true, null]}], "a b": {"q\\\\"": "old"}, "k": 1.5}', 'x', '[1, 2, 3]'),
          (2, 0, '{"name": "another one that is long enough for it", "list": [], "ü": {"中": 1}}', NULL, NULL),
          (3, 0, '[[1, 2], [3, 4], "a text that is long enough to be kept in place"]', 'y', '{"a": 1}');
        UPDATE p SET a = JSON_SET(a, '$.k', 2.5), n = 1 WHERE id = 1;
        UPDATE p SET a = JSON_REPLACE(a, '$.list[3].deep[0]', 'new'), b = JSON_REPLACE(b, '$[1]', 22) WHERE id = 1;
        UPDATE p SET a = JSON_REMOVE(a, '$.list[0]', '$."a b"."q\\\\""') WHERE id = 1;
        UPDATE p SET a = JSON_SET(a, '$.added', JSON_OBJECT('z', 1, 'bb', JSON_ARRAY(1))) WHERE id = 1;
        UPDATE p SET a = JSON_SET(a, '$.list[10]', 'appended') WHERE id = 1;
        UPDATE p SET a = JSON_SET(a, '$."ü"."中"', CAST('2024-01-01' AS DATE)), b = '{"new": []}' WHERE id = 2;
        UPDATE p SET a = JSON_SET(a, '$."1st key"', 1, '$."tab\\\\t\\\\u0001"', 2, '$."dot.ted"', 3) WHERE id = 2;
        UPDATE p SET a = JSON_REMOVE(a, '$."dot.ted"') WHERE id = 2;
        UPDATE p SET a = JSON_REPLACE(a, '$[0][1]', JSON_ARRAY(5, 6), '$[1]', NULL), n = n + 1 WHERE id = 3;
        UPDATE p SET a = JSON_REMOVE(a, '$[0]'), id = 4 WHERE id = 3;
        UPDATE p SET a = NULL WHERE id = 4;
        """)
      let logged = try LoggedRows(log, database, "p")
      #expect(logged.types.contains(39) && logged.dirty.isEmpty)
      let expected = try database.query("SELECT id, IFNULL(a, 'none'), IFNULL(b, 'none') FROM p ORDER BY id")
      var latest: [Int32: [String]] = [:]
      let rows = logged.rows
      for (row, kind) in logged.kinds.enumerated() {
        let id = rows.columns[0].fixed(as: Int32.self)[row]
        let texts = [2, 4].map { column in cell(rows.columns[column], row).map { String(decoding: $0, as: UTF8.self) } ?? "none" }
        latest[id] = kind == .delete ? nil : texts
      }
      #expect(latest.keys.sorted() == [1, 2, 4])
      for row in expected {
        let id = try #require(row[0].flatMap { Int32($0) })
        #expect(latest[id] == row.dropFirst().map { $0 ?? "" }, "row \(id), \(metadata)")
      }
      #expect(logged.kinds.filter { $0 == .delete }.count == 1)
    }
  }

  @Test func `random bytes are no document, and end in nothing worse`() throws {
    var random = SeededRandom(seed: 3)
    var accepted = 0
    for _ in 0..<20_000 {
      var bytes = (0..<Int.random(in: 1...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      bytes[0] = UInt8.random(in: 0...15, using: &random)
      for place in stride(from: 1, to: min(bytes.count, 9), by: 1) where Bool.random(using: &random) {
        bytes[place] = UInt8.random(in: 0...30, using: &random)
      }
      var text: [UInt8] = []
      if bytes.withUnsafeBytes({ BinaryJSON.render($0, to: &text) }) { accepted += 1 }
    }
    #expect(accepted > 0)
  }

  @Test func `a document whose parts refer to the same place again and again is refused at once`() {
    // Arrays of two elements each, both of which are the next array.
    var bytes: [UInt8] = [2]
    for _ in 0..<60 { bytes += [2, 0, 10, 0, 2, 10, 0, 2, 10, 0] }
    for level in 0..<60 {
      // Sizes reach to the end.
      let size = 10 * (60 - level)
      bytes[1 + 10 * level + 2] = UInt8(size & 0xff)
      bytes[1 + 10 * level + 3] = UInt8(size >> 8)
    }
    var text: [UInt8] = []
    #expect(!bytes.withUnsafeBytes { BinaryJSON.render($0, to: &text) })
    #expect(text.count < 10_000)
    #expect(throws: BinaryJSON.Malformed.self) { try bytes.withUnsafeBytes { try BinaryJSON.node($0) } }
    // An infinite number is none of JSON.
    let infinite: [UInt8] = [0xb, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f]
    #expect(!infinite.withUnsafeBytes { BinaryJSON.render($0, to: &text) })
  }
}
