import TestKit
import Testing

@Suite struct ProductTypeTests {
  @Test("UUIDs and internet addresses of MariaDB arrive as their text")
  func mariadb() throws {
    let table = TypeTable(
      "own",
      [
        (
          "UUID",
          ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'", "'123E4567E89B12D3A456426614174000'", "UUID()"]
        ),
        ("INET6", ["'::'", "'::1'", "'2001:db8::ff00:42:8329'", "'::ffff:192.0.2.128'", "'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'"]),
        ("INET4", ["'0.0.0.0'", "'255.255.255.255'", "'10.0.0.1'"]), ("VARCHAR(100) COMPRESSED", ["REPEAT('ab', 50)", "''", "'é'"]),
        ("TEXT COMPRESSED", ["REPEAT('ab', 5000)", "''"]), ("BLOB COMPRESSED", ["REPEAT(X'00FF', 5000)", "X''"]),
      ])
    try CopiedDatabase.expectEqual([table], on: .mariadb)
  }

  @Test("Vectors of MySQL arrive as their bytes")
  func mysql() throws {
    let table = TypeTable(
      "own",
      [
        ("VECTOR(3)", ["STRING_TO_VECTOR('[1.5, -2, 0]')", "STRING_TO_VECTOR('[1e-30, 3.4e38, 0.1]')", "STRING_TO_VECTOR('[7]')"]),
        ("VECTOR", ["STRING_TO_VECTOR('[\((1...2048).map { "\($0)" }.joined(separator: ","))]')"]),
      ])
    try CopiedDatabase.expectEqual([table], on: .mysql, into: LakeFormatName.allCases)
  }

  @Test("A system-versioned table of MariaDB arrives as its current rows, once each")
  func versioned() throws {
    let copied = try CopiedDatabase(
      on: .mariadb,
      """
      CREATE TABLE v (id INT PRIMARY KEY, t VARCHAR(10)) WITH SYSTEM VERSIONING;
      INSERT INTO v VALUES (1, 'a'), (2, 'b'), (3, 'c');
      UPDATE v SET t = 'new' WHERE id = 2;
      DELETE FROM v WHERE id = 3;
      """)
    try copied.expectEqual("v", rows: 2)
  }
}
