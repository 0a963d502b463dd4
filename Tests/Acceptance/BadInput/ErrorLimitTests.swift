import SluiceCore
import TestKit
import Testing

@Suite struct ErrorLimitTests {
  private static let dirty = 40

  @Test("As many dirty rows as allowed end well, one more ends the run", arguments: Passage.allCases)
  func limit(_ passage: Passage) throws {
    let database = try Self.database(passage.product)
    let job = try CopyJob(from: database, tables: ["t"], into: passage.format, ["settings": ["errorLimit": ["rows": .integer(Self.dirty)]]])
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try outcome.lines().last?["dirtyRows"] == .integer(Self.dirty))
    try Self.expectRows(job, database)

    let strict = try CopyJob(
      from: database, tables: ["t"], into: passage.format, ["settings": ["errorLimit": ["rows": .integer(Self.dirty - 1)]]])
    try strict.run().expectRefused(5, .dirtyLimit, "\(Self.dirty) dirty rows, \(Self.dirty - 1) allowed", "\(database.name).t", "dirty/")
    #expect(try strict.dirtyRows().count == Self.dirty)
  }

  @Test("Without a limit the first dirty row ends the run and can be looked up")
  func noLimit() throws {
    let database = try Self.database(.mariadb)
    let job = try CopyJob(from: database, tables: ["t"])
    try job.run().expectRefused(5, .dirtyLimit, "0 allowed")
    let row = try #require(try job.dirtyRows().first)
    #expect(row["column"]?.text == "day" && row["value"]?.text == "0000-00-00")
    #expect(row["key"]?["id"]?.text.flatMap { Int($0) }.map { $0 % 500 } == 499)
    #expect(row["reason"]?.text?.isEmpty == false)
  }

  @Test("A run that ended at its limit goes on with a higher one, and tells each row once", arguments: ["t", "keyless"], LakeFormatName.allCases)
  func higherLimit(_ table: String, in format: LakeFormatName) throws {
    let database = try Self.database(.mariadb)
    let job = try CopyJob(
      from: database, tables: [table], into: format,
      ["source": ["pageBytes": "16KiB"], "settings": ["checkpointInterval": "100ms", "errorLimit": ["rows": 20]]])
    for _ in 0..<2 { #expect(try job.run().exitCode == 5) }
    try job.write(job.spec.merging(["settings": ["errorLimit": ["rows": .integer(Self.dirty)]]]))
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    try Self.expectRows(job, database, table)
  }

  @Test("A share of dirty rows is allowed up to it")
  func percentage() throws {
    let database = try Self.database(.mariadb)
    for (percentage, code) in [(0.2, 0), (0.19, 5)] {
      let job = try CopyJob(from: database, tables: ["t"], ["settings": ["readers": 1, "errorLimit": ["percentage": .number(percentage)]]])
      let outcome = try job.run()
      #expect(outcome.exitCode == Int32(code), "\(percentage): \(outcome)")
      if code != 0 { #expect(outcome.errors.contains("\(percentage) % allowed"), "\(outcome)") }
    }
  }

  @Test("A share of the rows of a window is allowed up to it, of copied rows and of changes")
  func percentageOfWindow() throws {
    let database = try Self.database(.mariadb)
    let job = try FollowingJob(from: database, tables: ["t"], ["settings": ["errorLimit": ["percentage": 0.5, "window": "10m"]]])
    let process = try job.start()
    // 40 of 20,000 rows are 0.2 %.
    try job.waitUntilCaughtUp(process)
    try database.execute("SET sql_mode = ''; INSERT INTO t SELECT n + 100000, IF(n < 50, 0, '2024-01-01') FROM \(TestDatabase.numbers(below: 2_000))")
    // 90 of 22,000 rows are 0.41 %.
    try job.waitUntilCaughtUp(process)
    #expect(try job.job.dirtyRows().count == 90)
    try database.execute("SET sql_mode = ''; UPDATE t SET day = 0 WHERE id BETWEEN 100100 AND 101099")
    try process.wait().expectRefused(5, .dirtyLimit, "within 600 s, 0.5 % allowed")
  }

  @Test("Rows that are mended at the source are copied by the next run", arguments: LakeFormatName.allCases)
  func mended(_ format: LakeFormatName) throws {
    let database = try Self.database(.mariadb)
    let job = try CopyJob(from: database, into: format)
    #expect(try job.run().exitCode == 5)
    try database.execute("SET sql_mode = ''; UPDATE t SET day = '2024-01-01' WHERE day = 0; UPDATE keyless SET day = '2024-01-01' WHERE day = 0")
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try job.dirtyRows() == [])
    for (table, keys) in [("t", ["id"]), ("keyless", [])] {
      let comparison = try job.lake.table(database, table).compare(with: table, in: database, keys: keys)
      #expect(comparison.isEqual && comparison.rows == 20_000, "\(comparison)")
    }
  }

  /// A table with a key and one without, each with the same dirty rows; the second is only copied where a test asks for it.
  private static func database(_ product: DatabaseServer.Product) throws -> TestDatabase {
    let database = try TestDatabase(on: product)
    let rows = "SELECT n, IF(n MOD 500 = 499, '0000-00-00', '2024-01-01') FROM \(TestDatabase.numbers(below: 500 * dirty))"
    try database.execute(
      """
      SET sql_mode = '';
      CREATE TABLE t (id INT PRIMARY KEY, day DATE); INSERT INTO t \(rows);
      CREATE TABLE keyless (id INT, day DATE); INSERT INTO keyless \(rows);
      CREATE VIEW whole_rows AS SELECT * FROM t WHERE id MOD 500 <> 499;
      """)
    return database
  }

  private static func expectRows(_ job: CopyJob, _ database: TestDatabase, _ table: String = "t") throws {
    let comparison = try job.lake.table(database, table).compare(with: "whole_rows", in: database, keys: ["id"])
    #expect(comparison.isEqual, "\(comparison)")
    let rows = try job.dirtyRows()
    #expect(rows.count == dirty)
    if table == "t" {
      let ids = rows.compactMap { $0["key"]?["id"]?.text.flatMap { Int($0) } }
      #expect(ids.sorted() == Array(stride(from: 499, to: 20_000, by: 500)))
    }
  }
}
