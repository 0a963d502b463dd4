import SluiceCore
import TestKit
import Testing

@Suite struct DefinitionTests {
  @Test("Defaults and comments do no harm, and comments arrive", arguments: DatabaseServer.Product.allCases)
  func comments(_ product: DatabaseServer.Product) throws {
    let copied = try CopiedDatabase(
      on: product,
      #"""
      CREATE TABLE c (
        id INT PRIMARY KEY COMMENT 'the ''key''', quoted VARCHAR(20) DEFAULT 'it''s "q"' COMMENT 'say "hi" \\ back`tick',
        emoji VARCHAR(20) DEFAULT '😀' COMMENT '中文 ☃', moment TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
        bits BIT(4) DEFAULT b'1010', calculated INT DEFAULT (1 + 1) COMMENT 'line\nfeed\ttab', bytes VARBINARY(4) DEFAULT X'00FF', none VARCHAR(5) DEFAULT '',
        choice ENUM('a', 'b') DEFAULT 'b', required INT NOT NULL DEFAULT 7
      ) COMMENT 'it''s a "table" \\ 中文 ☃';
      INSERT INTO c (id) VALUES (1), (2);
      INSERT INTO c (id, quoted, emoji, bits) VALUES (3, NULL, NULL, NULL);
      """#)
    try copied.expectEqual("c", rows: 3)
    let schema = try copied.job.lake.table(copied.database, "c").schema()
    let comments = schema["fields"]?.items.map { $0["comment"]?.text ?? "" } ?? []
    #expect(comments == ["the 'key'", "say \"hi\" \\ back`tick", "中文 ☃", "", "", "line\nfeed\ttab", "", "", "", ""])
    #expect(schema["comment"] == "it's a \"table\" \\ 中文 ☃")
  }

  @Test("NOT NULL stays NOT NULL, and keys are never null", arguments: DatabaseServer.Product.allCases)
  func nullability(_ product: DatabaseServer.Product) throws {
    let copied = try CopiedDatabase(
      on: product, "CREATE TABLE n (id INT PRIMARY KEY, a INT NOT NULL, b INT NULL); INSERT INTO n VALUES (1, 2, NULL);")
    let fields = try copied.job.lake.table(copied.database, "n").schema()["fields"]?.items.map { $0["type"]?.text } ?? []
    #expect(fields == ["INT NOT NULL", "INT NOT NULL", "INT"])
    try copied.expectEqual("n", rows: 1)
  }

  @Test("Columns may have any name", arguments: DatabaseServer.Product.allCases)
  func columnNames(_ product: DatabaseServer.Product) throws {
    let names = [
      "with blank", "quo\"te", "apo'strophe", "back`tick", "order", "select", "dotted.name", "käse", "中文", "per%cent", "semi;colon", "slash/ed",
      "back\\slash",
      "1digit", "_under", "CamelCase", "comma,ted", "(round)", "[square]", "{curly}", "tab\tbed", "a#b", "x-y", "dollar$", "null", "col:on", "@at",
      "id*",
    ]
    let columns = names.map { "`\($0.replacing("`", with: "``"))` INT" }.joined(separator: ", ")
    let copied = try CopiedDatabase(
      on: product,
      "CREATE TABLE names (id INT PRIMARY KEY, \(columns)); INSERT INTO names VALUES (1, \((0..<names.count).map(String.init).joined(separator: ", ")));"
    )
    try copied.expectEqual("names", rows: 1)
    #expect(try copied.job.lake.table(copied.database, "names").rows(by: .rust).columns == ["id"] + names)
  }

  @Test("Tables may have any name that is a folder's", arguments: DatabaseServer.Product.allCases)
  func tableNames(_ product: DatabaseServer.Product) throws {
    let names = [
      "with blank", "quo\"te", "apo'strophe", "back`tick", "order", "käse", "中文", "per%cent", "CamelCase", "comma,ted", "(round)", "x-y", "1st",
      "a#b", "semi;colon", "q?",
      "star*", "plus+equals=",
    ]
    let statements = names.map { name in
      let quoted = "`\(name.replacing("`", with: "``"))`"
      return "CREATE TABLE \(quoted) (`the key` INT PRIMARY KEY, t VARCHAR(40)); INSERT INTO \(quoted) VALUES (1, 'x'), (2, NULL);"
    }
    let copied = try CopiedDatabase(on: product, statements.joined(separator: "\n"))
    for name in names { try copied.expectEqual(name, rows: 2, keys: ["the key"]) }
  }

  @Test("A database, a table and a key column with blanks and quotes are read in pages", arguments: DatabaseServer.Product.allCases)
  func quotedPaging(_ product: DatabaseServer.Product) throws {
    let copied = try CopiedDatabase(
      on: product,
      """
      CREATE TABLE `a b``c'd` (`k 1``'` VARCHAR(20), `k.2` INT, v INT, PRIMARY KEY (`k 1``'`, `k.2`));
      INSERT INTO `a b``c'd` SELECT CONCAT('k', n MOD 7), n, n FROM \(TestDatabase.numbers(below: 3000));
      """, spec: ["source": ["pageBytes": "4KiB"], "settings": ["readers": 3]])
    try copied.expectEqual("a b`c'd", rows: 3000, keys: ["k 1`'", "k.2"])
  }
}
