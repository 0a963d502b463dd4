import TestKit
import Testing

@Suite struct UnusualKeyTests {
  private static let shapes = [
    KeyShape("a unique index instead of a primary key", ("id", "INT", "n")).with(constraint: "UNIQUE KEY only (id)"),
    KeyShape("a unique index of two columns", ("a", "VARCHAR(10)", "CONCAT('u', n MOD 100)"), ("b", "INT", "n")).with(
      constraint: "UNIQUE KEY only (a, b)"),
    KeyShape("a descending primary key", ("id", "INT", "n")).with(constraint: "PRIMARY KEY (id DESC)"),
    KeyShape("a primary key of the beginning of a text", ("id", "VARCHAR(50)", "CONCAT(LPAD(n, 6, '0'), 'tail')")).with(
      constraint: "PRIMARY KEY (id(6))"),
    KeyShape("a primary key beside other indexes", ("id", "INT", "n")).with(constraint: "PRIMARY KEY (id), UNIQUE KEY (number), KEY (note)"),
  ]

  @Test("A table with an unusual key is copied exactly", arguments: KeyCase.all(shapes))
  func unusual(_ keyCase: KeyCase) throws {
    try keyCase.expectExactCopy()
  }

  @Test("A partitioned table is copied exactly", arguments: DatabaseServer.Product.allCases)
  func partitions(_ product: DatabaseServer.Product) throws {
    let shape = KeyShape("partitions", ("id", "INT", "n"), ("day", "DATE", "'2024-01-01' + INTERVAL n MOD 30 DAY"))
    let copied = try CopiedDatabase(
      on: product,
      shape.statements.replacing(
        "PRIMARY KEY (id, day))", with: "PRIMARY KEY (id, day)) PARTITION BY HASH (id) PARTITIONS 4"),
      spec: KeyCase.spec.merging(["sink": ["table": ["partitionBy": ["day"], "bucket": 2]]]))
    try copied.expectEqual("k", rows: shape.rows, keys: shape.keys)
    let table = copied.job.lake.table(copied.database, "k")
    let files = try table.files()
    #expect(files.count >= 30)
    let top = try table.topLevel()
    #expect(files.allSatisfy { $0.path.hasPrefix("day=") && $0.level == top }, "\(files.map(\.path))")
    #expect(try table.references().isExact)
  }
}
