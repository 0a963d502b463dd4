import TestKit
import Testing

@Suite struct TextTests {
  /// SQL literals that a careless copy bends.
  static let awkward = [
    "''", "' '", "'   leading'", "'trailing   '", "'\\'single\\' \"double\" `back`'", "'back\\\\slash'", "X'00'", "X'610062'",
    "'line\\nfeed\\rreturn\\ttab'",
    "'%_;--/*#*/'", "'NULL'", "'null'", "'😀👍🏽🇨🇳'", "'e\u{301} é Å'", "'中文订单'", "'\u{FEFF}bom'", "'\u{200B}zero width'", "X'7F'", "'\\Z'",
    "'\u{10FFFF}'",
    "'\u{FFFD}'", "'0'", "'{}'",
  ]

  @Test(
    "Texts of every type arrive as they are: blanks, quotes, control characters, four-byte characters", arguments: DatabaseServer.Product.allCases)
  func texts(_ product: DatabaseServer.Product) throws {
    let types = [
      "CHAR(30)", "VARCHAR(60)", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "CHAR(30) COLLATE utf8mb4_bin", "NCHAR(30)", "NVARCHAR(30)",
    ]
    // NCHAR is utf8mb3, which has no four-byte characters.
    let columns = types.map { type in
      (type: type, values: type.hasPrefix("N") ? Self.awkward.filter { !$0.unicodeScalars.contains { $0.value > 0xFFFF } } : Self.awkward)
    }
    try CopiedDatabase.expectEqual([TypeTable("texts", columns)], on: product)
  }

  @Test("Long texts and wide rows arrive whole", arguments: DatabaseServer.Product.allCases)
  func longTexts(_ product: DatabaseServer.Product) throws {
    let mebibyte = "REPEAT('0123456789abcde', 65536)"
    let table = TypeTable(
      "long_texts",
      [
        ("MEDIUMTEXT", [mebibyte, "REPEAT('☃', 300000)"]), ("LONGTEXT", ["REPEAT('😀', 262144)", "CONCAT(\(mebibyte), X'00', \(mebibyte))", "'x'"]),
        ("TEXT", ["REPEAT('é', 32767)", "REPEAT(' ', 65535)"]), ("VARCHAR(10000)", ["REPEAT('é', 10000)", "REPEAT('z', 4096)"]),
        ("CHAR(255)", ["REPEAT('é', 255)", "REPEAT('z', 255)", "'   x'"]), ("TINYTEXT", ["REPEAT('t', 255)"]),
      ])
    try CopiedDatabase.expectEqual([table], on: product)
  }

  @Test("A session that pads CHAR changes nothing", arguments: DatabaseServer.Product.allCases)
  func padding(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE p (id INT PRIMARY KEY, c CHAR(5), b BINARY(3)); INSERT INTO p VALUES (1, 'a ', 'a'), (2, '', '')")
    let job = try CopyJob(from: database)
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try job.lake.table(database, "p").rows(keys: ["id"]).rows == [[1, "a", "YQAA"], [2, "", "AAAA"]])
  }
}
