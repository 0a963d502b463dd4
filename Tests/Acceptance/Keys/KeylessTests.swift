import SluiceCore
import TestKit
import Testing

@Suite struct KeylessTests {
  @Test("A table without a key is appended to, duplicates and nulls included", arguments: DatabaseServer.Product.allCases, LakeFormatName.allCases)
  func noKey(_ product: DatabaseServer.Product, _ format: LakeFormatName) throws {
    try expectAppended(
      on: product, into: format, rows: 6_000,
      """
      CREATE TABLE k (a INT, b VARCHAR(20), c DECIMAL(10,2));
      INSERT INTO k SELECT n MOD 50, IF(n MOD 3 = 0, NULL, CONCAT('b', n MOD 10)), n MOD 7 FROM \(TestDatabase.numbers(below: 5_000));
      INSERT INTO k SELECT NULL, NULL, NULL FROM \(TestDatabase.numbers(below: 1_000));
      """)
  }

  @Test("A unique index with nulls is no key", arguments: DatabaseServer.Product.allCases)
  func nullableKey(_ product: DatabaseServer.Product) throws {
    try expectAppended(
      on: product, into: .paimon, rows: 3_000,
      """
      CREATE TABLE k (a INT NULL, b INT NOT NULL, UNIQUE KEY (a, b), KEY (b));
      INSERT INTO k SELECT IF(n MOD 2, NULL, n), n MOD 100 FROM \(TestDatabase.numbers(below: 3_000));
      """)
  }

  private func expectAppended(on product: DatabaseServer.Product, into format: LakeFormatName, rows: Int, _ statements: String) throws {
    let copied = try CopiedDatabase(
      on: product, statements, spec: ["source": ["pageBytes": "4KiB"], "settings": ["readers": 3, "lanes": 2]], into: format)
    try copied.expectEqual("k", rows: rows, keys: [])
    let table = copied.job.lake.table(copied.database, "k")
    #expect(try table.schema()["primary_keys"] == [])
    #expect(try table.files().map(\.rows).reduce(0, +) == rows)
    #expect(try table.references().isExact)
  }
}
