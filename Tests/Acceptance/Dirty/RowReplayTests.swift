import SluiceCore
import TestKit
import Testing

@Suite struct RowReplayTests {
  private static let table = "CREATE TABLE t (id INT PRIMARY KEY, day DATE, n INT)"

  @Test("Rows of a job that is done go through corrected, mended or not at all, and only once", arguments: DatabaseServer.Product.allCases)
  func copied(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("SET sql_mode = ''; \(Self.table); INSERT INTO t VALUES (1, '2024-01-01', 1), (2, 0, 2), (3, 0, 3), (4, 0, 4), (5, 0, 5)")
    try database.execute(
      "CREATE TABLE keyless (id INT, day DATE); INSERT INTO keyless VALUES (1, '2024-01-01'); SET sql_mode = ''; INSERT INTO keyless VALUES (2, 0)")
    let job = try CopyJob(from: database, ["settings": ["errorLimit": ["rows": 9]]])
    #expect(try job.run().exitCode == 0)
    // 2 is corrected in a file, 3 is mended at the source, 4 is gone there, 5 stays as it is.
    let file = try job.edit(try job.openRows(["--table", "*.t"]).filter { $0["row"]?["id"] == "2" }) { _ in ["day": "1999-12-31"] }
    try database.execute("UPDATE t SET day = '2024-03-03', n = 33 WHERE id = 3; DELETE FROM t WHERE id = 4")
    let first = try job.dirty("replay", ["--file", file])
    #expect(first.exitCode == 0 && first.output.contains("1 replayed, 0 superseded, 0 failed"), "\(first)")
    let second = try job.dirty("replay", ["--table", "*.t"])
    #expect(second.exitCode == 5 && second.errorKind == "replay-failed" && second.output.contains("1 replayed, 1 superseded, 1 failed"), "\(second)")
    let third = try job.dirty("replay", ["--file", file])
    #expect(third.exitCode == 0 && third.output.contains("No dirty rows wait"), "\(third)")
    let keyless = try job.edit(try job.openRows(["--table", "*.keyless"])) { _ in ["day": .null] }
    #expect(try job.dirty("replay", ["--file", keyless]).output.contains("1 replayed"))

    let rows = try job.lake.table(database, "t").rows(columns: ["id", "day", "n"], keys: ["id"]).rows
    #expect(rows == [[1, "2024-01-01", 1], [2, "1999-12-31", 2], [3, "2024-03-03", 33]])
    let keylessRows = try job.lake.table(database, "keyless").rows(by: .rust, columns: ["id", "day"], keys: ["id"]).rows
    #expect(keylessRows == [[1, "2024-01-01"], [2, nil]])
    let counts = try job.dirtyCounts()
    #expect(counts["zero-date"]?.rows == 5 && counts["zero-date"]?.open == 1)
    // The settled rows count no more: the job starts again with a limit of one.
    try job.write(job.spec.merging(["settings": ["errorLimit": ["rows": 1]]]))
    #expect(try job.run().exitCode == 0)
  }

  @Test("A row that was to be new goes through nodes as a new one, and is settled when they leave it out")
  func throughNodes() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("SET sql_mode = ''; \(Self.table); INSERT INTO t VALUES (1, 0, 1), (2, 0, -2), (3, '2024-03-03', 3)")
    let nodes: SpecValue = [["dml": ["update": ["action": "ignore"]]], ["filter": ["where": "n > 0"]]]
    let job = try FollowingJob(
      from: database, tables: ["t"],
      ["transforms": [["table": .string("\(database.name).t"), "nodes": nodes]], "settings": ["errorLimit": ["rows": 9]]])
    try job.expectAligned()
    try database.execute("UPDATE t SET day = '2024-01-01'")
    try job.expectAligned()
    let outcome = try job.job.dirty("replay", [])
    #expect(outcome.exitCode == 0 && outcome.output.contains("1 replayed, 1 superseded, 0 failed"), "\(outcome)")
    try job.expectAligned()
    #expect(try job.lake.table(database, "t").rows(columns: ["id", "day"], keys: ["id"]).rows == [[1, "2024-01-01"], [3, "2024-03-03"]])
  }

  @Test("A row that fails on its way to two targets is one, and what was read counts in all runs")
  func counts() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, n VARCHAR(9)); INSERT INTO t VALUES (1, 'bad'), (2, '2')")
    let table = SpecValue.string("\(database.name).t")
    let spec: SpecValue = [
      "routes": [["from": table, "to": "\(database.name).a", "fanOut": true], ["from": table, "to": "\(database.name).b"]],
      "transforms": [["table": table, "nodes": [["cast": ["columns": ["n": "int"]]]]]], "settings": ["errorLimit": ["rows": 1]],
    ]
    let job = try FollowingJob(from: database, tables: ["t"], spec)
    try job.expectAligned()
    #expect(try job.job.dirtyRows().count == 2)
    // One of 3,000 rows was dirty; a second is one of 3,001 and not of those that this run reads.
    try database.execute(
      "INSERT INTO t SELECT n + 10, n FROM \(TestDatabase.numbers(below: 3_000)); DELETE FROM t WHERE id > 20; INSERT INTO t VALUES (3, '3')")
    try job.job.write(job.job.spec.merging(["settings": ["errorLimit": ["rows": 9, "percentage": 0.1]]]))
    try job.expectAligned()
    try database.execute("INSERT INTO t VALUES (4, 'bad')")
    try job.expectAligned()
    for name in ["a", "b"] { #expect(try job.lake.table(database.name, name).count() == 13) }
  }

  @Test("A running job puts rows through, and none takes the place of a newer one", arguments: DatabaseServer.Product.allCases)
  func running(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("SET sql_mode = ''; \(Self.table); INSERT INTO t VALUES (1, 0, 1), (2, 0, 2), (3, '2024-01-01', 3)")
    let job = try FollowingJob(from: database, ["settings": ["errorLimit": ["rows": 99]]])
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    try database.execute("SET sql_mode = ''; INSERT INTO t VALUES (4, 0, 4); UPDATE t SET day = 0 WHERE id = 3")
    try job.waitUntilCaughtUp(process)
    let file = try job.job.edit(try job.job.openRows()) { _ in ["day": "1999-12-31"] }
    // 2 has another day by now, 4 another number; 3 is dirty in the lake's eyes and goes through corrected.
    try database.execute("UPDATE t SET day = '2024-02-02' WHERE id = 2; SET sql_mode = ''; UPDATE t SET n = 44 WHERE id = 4")
    try job.waitUntilCaughtUp(process)
    let outcome = try job.job.dirty("replay", ["--file", file])
    #expect(outcome.exitCode == 0 && outcome.output.contains("3 replayed, 1 superseded"), "\(outcome)")
    #expect(!process.hasEnded)
    let rows = try job.lake.table(database, "t").rows(columns: ["id", "day", "n"], keys: ["id"]).rows
    #expect(rows == [[1, "1999-12-31", 1], [2, "2024-02-02", 2], [3, "1999-12-31", 3], [4, "1999-12-31", 44]])
    // What comes later wins.
    try database.execute("UPDATE t SET day = '2025-01-01'")
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    let comparison = try job.lake.table(database, "t").compare(with: "t", in: database, keys: ["id"])
    #expect(comparison.isEqual, "\(comparison)")
  }

  @Test(
    "Rows that go through again and again while their keys change leave the lake as the source is", arguments: ["merge-on-write", "merge-on-read"])
  func concurrent(_ mode: String) throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("SET sql_mode = ''; \(Self.table); INSERT INTO t SELECT n, 0, 0 FROM \(TestDatabase.numbers(below: 40))")
    let job = try FollowingJob(from: database, ["sink": ["table": ["mode": .string(mode)]], "settings": ["errorLimit": ["rows": 100_000]]])
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    var random = SeededRandom(seed: SeededRandom.processSeed)
    for round in 1...6 {
      // A replay between changes: some of them make rows whole, some make them dirty again, some delete and insert.
      let replay = try SluiceProcess(["dirty", "replay", job.job.specPath], folder: job.job.folder.path)
      for _ in 0..<60 {
        let id = Int.random(in: 0..<40, using: &random)
        let statement =
          switch Int.random(in: 0..<4, using: &random) {
          case 0: "UPDATE t SET day = 0, n = n + 1 WHERE id = \(id)"
          case 1: "DELETE FROM t WHERE id = \(id)"
          case 2: "REPLACE INTO t VALUES (\(id), '2024-01-01', \(round))"
          default: "UPDATE t SET day = '2024-05-05', n = n + 1 WHERE id = \(id)"
          }
        try database.execute("SET sql_mode = ''; \(statement)")
      }
      let outcome = try replay.wait()
      #expect(outcome.exitCode == 0 || outcome.exitCode == 5, "\(outcome)")
    }
    try database.execute("UPDATE t SET day = '2026-01-01' WHERE id < 20")
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    try database.execute("CREATE VIEW whole_rows AS SELECT * FROM t WHERE id < 20")
    let lake = try job.lake.table(database, "t").rows(columns: ["id", "day", "n"], keys: ["id"]).rows
    let source = try database.query("SELECT id, day, n FROM t WHERE day > 0 ORDER BY id").map { $0.map { $0 ?? "" } }
    let found = lake.map { $0.map { $0.text ?? $0.integer.map(String.init) ?? "" } }
    // A row that the source has whole is in the lake as it is; one that is dirty there stays as it was when it was whole last, or is not there.
    for row in source { #expect(found.contains(row), "\(row) is not in the lake, seed \(SeededRandom.processSeed)") }
    let dirty = Set(try database.query("SELECT id FROM t WHERE day = 0").map { $0[0] ?? "" })
    #expect(found.count { !dirty.contains($0[0]) } == source.count)
  }

  @Test("A replay that is killed is done once", arguments: ["before-checkpoint:2", "after-checkpoint:2", "after-commit", "after-commands"])
  func killed(at point: String) throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      "SET sql_mode = ''; CREATE TABLE keyless (id INT, day DATE); INSERT INTO keyless SELECT n, 0 FROM \(TestDatabase.numbers(below: 50))")
    let job = try CopyJob(from: database, ["settings": ["errorLimit": ["rows": 50]]])
    #expect(try job.run().exitCode == 0)
    let file = try job.edit(try job.openRows()) { _ in ["day": "1999-12-31"] }
    let killed = try SluiceProcess(
      ["dirty", "replay", job.specPath, "--file", file], environment: ["SLUICE_CRASH_AT": point], folder: job.folder.path
    ).wait()
    #expect(killed.exitCode == nil, "\(point) was not reached: \(killed)")
    // The request waits in the state folder, and is done by whoever comes next.
    let outcome = try job.dirty("replay", ["--file", file])
    #expect(outcome.exitCode == 0, "\(outcome)")
    let rows = try job.lake.table(database, "keyless").rows(columns: ["id"], keys: ["id"]).values(of: "id").compactMap(\.integer)
    #expect(rows == Array(0..<50))
    #expect(try job.dirtyCounts()["zero-date"]?.open == 0)
  }
}
