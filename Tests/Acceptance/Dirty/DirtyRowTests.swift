import SluiceCore
import TestKit
import Testing

@Suite struct DirtyRowTests {
  @Test(
    "A dirty row is kept whole, with its types, its reason and its place, as it is copied and as it is logged",
    arguments: DatabaseServer.Product.allCases)
  func whole(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let columns =
      "id INT PRIMARY KEY, day DATE, name VARCHAR(20) CHARACTER SET utf8mb4, amount DECIMAL(10,2), raw VARBINARY(8), at TIMESTAMP(3) NULL, secret VARCHAR(20)"
    let values = "'0000-00-00', 'é', -12.50, x'00ff', '2024-02-29 01:02:03.004', 'hidden'"
    try database.execute("SET sql_mode = '', time_zone = '+00:00'; CREATE TABLE t (\(columns)); INSERT INTO t VALUES (1, \(values))")
    let job = try FollowingJob(
      from: database,
      ["settings": ["errorLimit": ["rows": 9], "dirtyRows": ["sensitive": [["table": "*.t", "columns": ["secret"]]]]]])
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    try database.execute(
      "SET sql_mode = '', time_zone = '+00:00'; INSERT INTO t VALUES (2, \(values)); INSERT INTO t VALUES (3, '2024-01-01', '', 0, '', NULL, 'hidden')"
    )
    try database.execute("SET sql_mode = ''; UPDATE t SET day = 0 WHERE id = 3")
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    let rows = try job.job.openRows()
    #expect(rows.compactMap { $0["id"]?.integer } == [1, 2, 3])
    let images: [SpecValue] = rows.compactMap { $0["row"] }
    for row in 0..<2 {
      let expected: SpecValue = [
        "id": .string("\(row + 1)"), "day": "0000-00-00", "name": "é", "amount": "-12.50", "raw": "0x00ff", "at": "2024-02-29T01:02:03.004Z",
        "secret": ["masked": true],
      ]
      for (column, value) in expected.members { #expect(images[row][column] == value, "row \(row): \(column) is \(images[row])") }
      #expect(rows[row]["types"]?["amount"] == "decimal(10,2)" && rows[row]["kind"] == "insert")
    }
    #expect(rows[2]["kind"] == "update" && rows[2]["position"]?.text != nil && rows[0]["position"] == nil)
    for row in rows {
      #expect(row["code"] == "zero-date" && row["node"] == "decode" && row["column"] == "day" && row["job"] == "follow")
      #expect(row["table"] == .string("\(database.name).t") && row["target"] == .string("\(database.name).t"))
      #expect(!JSONText.compact(row).contains("hidden"))
    }
    let counts = try job.job.dirtyCounts()
    #expect(counts["zero-date"]?.rows == 3 && counts["zero-date"]?.open == 3)
    #expect(try job.job.openRows(["--table", "other.*"]).isEmpty && job.job.openRows(["--column", "day", "--id", "2"]).count == 1)
    #expect(try job.job.dirty("show").output.contains("(not kept)"))
  }

  @Test("Tables have limits of their own, and a run ends at exactly the row that is one too many")
  func tableLimits() throws {
    let database = try TestDatabase(on: .mariadb)
    let rows = "SELECT n, IF(n MOD 10 = 9, '0000-00-00', '2024-01-01') FROM \(TestDatabase.numbers(below: 200))"
    try database.execute(
      "SET sql_mode = ''; CREATE TABLE a (id INT PRIMARY KEY, day DATE); CREATE TABLE b LIKE a; INSERT INTO a \(rows); INSERT INTO b \(rows)")
    func limits(_ a: Int, _ b: Int) -> SpecValue {
      ["settings": ["errorLimit": ["tables": [["table": "*.a", "rows": .integer(a)], ["table": "*.b", "rows": .integer(b)]]]]]
    }
    let job = try CopyJob(from: database, limits(20, 20))
    #expect(try job.run().exitCode == 0)
    #expect(try job.dirtyCounts()["zero-date"]?.rows == 40)
    let strict = try CopyJob(from: database, tables: ["b"], limits(0, 12))
    try strict.run().expectRefused(5, .dirtyLimit, "13 dirty rows, 12 allowed of this table", "\(database.name).b")
    #expect(try strict.dirtyRows().count == 13)
    // A table that no rule names may have none.
    let other = try CopyJob(from: database, tables: ["a"], ["settings": ["errorLimit": ["tables": [["table": "*.b", "rows": 99]]]]])
    #expect(try other.run().exitCode == 5 && other.dirtyRows().count == 1)
  }

  @Test("A run that is killed while it keeps dirty rows tells each of them once", arguments: ["t", "keyless"])
  func killed(_ table: String) throws {
    let database = try TestDatabase(on: .mariadb)
    let rows = "SELECT n, IF(n MOD 10 = 9, '0000-00-00', '2024-01-01') FROM \(TestDatabase.numbers(below: 20_000))"
    try database.execute(
      "SET sql_mode = ''; CREATE TABLE \(table) (id INT\(table == "t" ? " PRIMARY KEY" : ""), day DATE); INSERT INTO \(table) \(rows)")
    try database.execute("CREATE VIEW whole_rows AS SELECT * FROM \(table) WHERE id MOD 10 <> 9")
    let job = try CopyJob(
      from: database, tables: [table],
      [
        "source": ["pageBytes": "16KiB"],
        "settings": ["checkpointInterval": "100ms", "errorLimit": ["rows": 2_000], "dirtyRows": ["fileBytes": "64KiB", "files": 100]],
      ])
    for point in ["before-checkpoint:2", "after-checkpoint:2", "after-commit:2", "before-checkpoint:3"] {
      _ = try job.run(environment: ["SLUICE_CRASH_AT": point])
    }
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    let dirty = try job.dirtyRows()
    #expect(dirty.compactMap { $0["row"]?["id"]?.text.flatMap { Int($0) } }.sorted() == Array(stride(from: 9, to: 20_000, by: 10)))
    let comparison = try job.lake.table(database, table).compare(with: "whole_rows", in: database, keys: ["id"])
    #expect(comparison.isEqual, "\(comparison)")
  }
}
