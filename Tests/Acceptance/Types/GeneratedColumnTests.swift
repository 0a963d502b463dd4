import SluiceCore
import TestKit
import Testing

@Suite struct GeneratedColumnTests {
  @Test("Generated columns, virtual and stored, arrive with their values", arguments: DatabaseServer.Product.allCases)
  func generated(_ product: DatabaseServer.Product) throws {
    let copied = try CopiedDatabase(
      on: product,
      """
      CREATE TABLE g (id INT PRIMARY KEY, a INT, b VARCHAR(20), v INT GENERATED ALWAYS AS (a * 2) VIRTUAL, s BIGINT AS (a + 1) STORED,
        j VARCHAR(50) AS (CONCAT(b, '/', a)) VIRTUAL, n INT AS (NULLIF(a, 1)) STORED, INDEX (v));
      INSERT INTO g (id, a, b) VALUES (1, 1, 'x'), (2, 21, 'é'), (3, NULL, NULL), (4, -5, '');
      """)
    try copied.expectEqual("g", rows: 4)
  }

  @Test("Invisible columns are columns", arguments: DatabaseServer.Product.allCases)
  func invisible(_ product: DatabaseServer.Product) throws {
    let copied = try CopiedDatabase(
      on: product,
      """
      CREATE TABLE i (id INT PRIMARY KEY, hidden VARCHAR(10) DEFAULT 'h' INVISIBLE, shown INT, made INT AS (shown + 1) VIRTUAL INVISIBLE);
      INSERT INTO i (id, shown) VALUES (1, 10), (2, NULL);
      INSERT INTO i (id, hidden) VALUES (3, 'x');
      """)
    try copied.expectEqual("i", rows: 3)
    #expect(try copied.job.lake.table(copied.database, "i").rows(keys: ["id"]).columns == ["id", "hidden", "shown", "made"])
  }

  @Test("A key that is generated or invisible is a key", arguments: DatabaseServer.Product.allCases)
  func keys(_ product: DatabaseServer.Product) throws {
    let copied = try CopiedDatabase(
      on: product,
      """
      CREATE TABLE k (hidden INT NOT NULL AUTO_INCREMENT INVISIBLE PRIMARY KEY, t VARCHAR(10));
      INSERT INTO k (t) VALUES ('a'), ('b'), (NULL);
      CREATE TABLE l (a INT, b INT AS (a * 10) STORED NOT NULL, UNIQUE KEY (b));
      INSERT INTO l (a) VALUES (1), (2), (3);
      """.replacing("STORED NOT NULL", with: product == .mysql ? "STORED NOT NULL" : "STORED"))
    try copied.expectEqual("k", rows: 3, keys: ["hidden"])
    try copied.expectEqual("l", rows: 3, keys: ["b"])
    // MariaDB has no generated columns that are never null.
    let keys: SpecValue = product == .mysql ? ["b"] : []
    #expect(try copied.job.lake.table(copied.database, "l").schema()["primary_keys"] == keys)
  }

  @Test("A primary key that MySQL generates by itself is a key")
  func generatedPrimaryKey() throws {
    let copied = try CopiedDatabase(
      on: .mysql, "SET sql_generate_invisible_primary_key = ON; CREATE TABLE m (t VARCHAR(10)); INSERT INTO m VALUES ('a'), ('a'), ('b');")
    #expect(try copied.job.lake.table(copied.database, "m").schema()["primary_keys"] == ["my_row_id"])
    try copied.expectEqual("m", rows: 3, keys: ["my_row_id"])
  }
}
