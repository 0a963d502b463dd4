import SluiceCore
import TestKit
import Testing

/// Another engine writes to the tables that a job writes to, through the same catalog.
@Suite struct OtherEngineTests {
  /// A job into tables of an SQL catalog, and pyiceberg over the same one.
  private struct Shared {
    let job: FollowingJob
    let catalog: SpecValue

    init(_ database: TestDatabase, formatVersion: Int) throws {
      let folder = try TemporaryFolder()
      let uri = "sqlite:///\(folder.appending("catalog.db"))"
      self.folder = folder
      catalog = ["uri": .string(uri), "warehouse": .string("file://\(folder.path)/lake"), "name": "shop"]
      job = try FollowingJob(
        from: database,
        [
          "sink": [
            "type": "iceberg", "warehouse": .string("file://\(folder.path)/lake"),
            "catalog": ["type": "sql", "uri": .string(uri), "name": "shop"], "table": ["formatVersion": .integer(formatVersion), "bucket": 2],
          ],
          "schemaChanges": ["addColumn": "apply"],
        ])
    }

    private let folder: TemporaryFolder

    func table(_ name: String) -> ForeignTable {
      ForeignTable(folder: "\(folder.path)/lake/\(job.database.name)/\(name)", format: .iceberg)
    }

    func ask(_ operation: String, _ table: String, _ request: [String: SpecValue] = [:]) throws -> SpecValue {
      let name = SpecValue.string("\(job.database.name).\(table)")
      return try LakeReader.shared.ask("iceberg", request.merging(["do": .string(operation), "catalog": catalog, "table": name]) { $1 })
    }

    /// Runs until a row with that id is in the lake.
    func waitForRow(_ id: Int, in table: String, _ process: SluiceProcess) throws {
      try Deadline.wait(for: "row \(id) of \(table)", within: .seconds(180)) {
        if process.hasEnded { throw TestFailure("the run has ended: \(try process.wait())") }
        let table = self.table(table)
        return try table.exists && table.rows(columns: ["id"]).values(of: "id").contains(.integer(id))
      }
    }
  }

  @Test("pyiceberg appends to a keyed and a keyless table while a job changes them, and nothing is lost on either side")
  func appends() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      """
      CREATE TABLE keyed (id INT PRIMARY KEY, name VARCHAR(30));
      CREATE TABLE plain (id INT, name VARCHAR(30));
      INSERT INTO keyed SELECT n, CONCAT('k', n) FROM \(TestDatabase.numbers(below: 500));
      INSERT INTO plain SELECT n, CONCAT('p', n) FROM \(TestDatabase.numbers(below: 500));
      """)
    let shared = try Shared(database, formatVersion: 2)
    let process = try shared.job.start()
    try shared.waitForRow(499, in: "keyed", process)
    try shared.waitForRow(499, in: "plain", process)
    var theirs = 0
    for round in 0..<6 {
      let first = 1000 + round * 10
      try database.execute(
        """
        INSERT INTO keyed VALUES (\(first), 'ours'); UPDATE keyed SET name = CONCAT('changed ', \(round)) WHERE id BETWEEN \(round * 20) AND \(round * 20 + 9);
        DELETE FROM keyed WHERE id = \(round * 20 + 15); INSERT INTO plain VALUES (\(first), 'ours');
        """)
      for table in ["keyed", "plain"] {
        let rows: [SpecValue] = (0..<5).map { ["id": .integer(1_000_000 + first + $0), "name": "theirs"] }
        theirs += try Self.append(rows, to: table, shared)
      }
      try shared.waitForRow(first, in: "keyed", process)
    }
    try shared.waitForRow(1050, in: "plain", process)
    process.send(15)
    let outcome = try process.wait()
    #expect(outcome.exitCode == 0, "\(outcome)")
    _ = try shared.job.align()
    #expect(theirs == 60)
    for (name, rows) in [("keyed", 500 + 6 - 6 + 30), ("plain", 500 + 6 + 30)] {
      let table = shared.table(name)
      for reader in LakeFormatName.iceberg.readers + [.pyiceberg] {
        let found = try table.rows(by: reader, columns: ["id", "name"])
        #expect(found.count == rows, "\(name) by \(reader)")
        let ids = found.values(of: "id").compactMap(\.integer)
        #expect(Set(ids).count == rows, "\(name) by \(reader)")
        #expect(ids.count { $0 >= 1_000_000 } == 30, "\(name) by \(reader)")
      }
      let answer = try shared.ask("load", name)
      #expect(answer["rows"]?.items.count == rows)
    }
    let changed = try database.query("SELECT COUNT(*) FROM keyed WHERE name LIKE 'changed%'").first?.first ?? nil
    let found = try shared.table("keyed").rows(columns: ["name"]).values(of: "name").compactMap(\.text).filter { $0.hasPrefix("changed") }
    #expect(changed.flatMap { Int($0) } == found.count)
  }

  @Test("Small files that pyiceberg appends to a keyed table become part of the table's own, and changes find their rows before and after that")
  func mergedAppends() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      """
      CREATE TABLE keyed (id INT PRIMARY KEY, name VARCHAR(30));
      INSERT INTO keyed SELECT n, CONCAT('k', n) FROM \(TestDatabase.numbers(below: 500));
      """)
    let shared = try Shared(database, formatVersion: 2)
    let process = try shared.job.start()
    try shared.waitForRow(499, in: "keyed", process)
    for file in 0..<6 {
      // Their keys come in no order.
      var rows: [SpecValue] = (0..<20).map { ["id": .integer(1_000_000 + file + ($0 * 7) % 20 * 10), "name": "theirs"] }
      // A key twice, which is for one row in the end.
      rows += [["id": .integer(2_000_000 + file), "name": "first"], ["id": .integer(2_000_000 + file), "name": "second"]]
      #expect(try Self.append(rows, to: "keyed", shared) == 22)
      try database.execute("INSERT INTO keyed VALUES (\(1_000_000 + file), 'ours'), (\(2_000_000 + file), 'ours')")
    }
    try database.execute("INSERT INTO keyed VALUES (3000000, 'ours')")
    try shared.waitForRow(3_000_000, in: "keyed", process)
    try Deadline.wait(for: "their files to be merged", within: .seconds(180)) {
      if process.hasEnded { throw TestFailure("the run has ended: \(try process.wait())") }
      return try shared.table("keyed").files().allSatisfy { $0.path.split(separator: "/").last?.hasPrefix("data-") ?? false }
    }
    try database.execute("INSERT INTO keyed VALUES (1000190, 'ours'), (2000006, 'ours')")
    try shared.waitForRow(2_000_006, in: "keyed", process)
    process.send(15)
    let outcome = try process.wait()
    #expect(outcome.exitCode == 0, "\(outcome)")
    for reader in LakeFormatName.iceberg.readers + [.pyiceberg] {
      let found = try shared.table("keyed").rows(by: reader, columns: ["id", "name"], keys: ["id"])
      #expect(found.count == 500 + 120 + 8 && Set(found.values(of: "id")).count == found.count, "by \(reader)")
      #expect(
        found.rows.filter { $0[1].text == "ours" }.compactMap { $0[0].integer } == Array(1_000_000..<1_000_006) + [1_000_190]
          + Array(2_000_000..<2_000_007) + [3_000_000])
    }
    // What pyiceberg wrote for a commit that was not taken stays behind.
    #expect(try shared.table("keyed").references().missing == [])
  }

  /// pyiceberg tries a commit once: when the job was faster it begins again, as anybody would.
  private static func append(_ rows: [SpecValue], to table: String, _ shared: Shared) throws -> Int {
    for _ in 0..<50 {
      do {
        _ = try shared.ask("append", table, ["rows": .array(rows)])
        return rows.count
      } catch let error as LakeReader.Failure where error.kind == "CommitFailedException" { continue }
    }
    return 0
  }

  @Test("A column that pyiceberg adds stays beside the source's, and one that it drops ends the job before a row is lost")
  func columns() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      """
      CREATE TABLE evolved (id INT PRIMARY KEY, name VARCHAR(30), n INT);
      INSERT INTO evolved SELECT n, CONCAT('k', n), n FROM \(TestDatabase.numbers(below: 100));
      """)
    let shared = try Shared(database, formatVersion: 2)
    var process = try shared.job.start()
    try shared.waitForRow(99, in: "evolved", process)
    try Self.evolve("evolved", ["add": [["extra", "int"]]], shared)
    try database.execute(
      "INSERT INTO evolved VALUES (1000, 'a', 1); ALTER TABLE evolved ADD COLUMN mine INT; INSERT INTO evolved VALUES (1001, 'b', 2, 3)")
    try shared.waitForRow(1001, in: "evolved", process)
    process.send(15)
    let stopped = try process.wait()
    #expect(stopped.exitCode == 0, "\(stopped)")
    process = try shared.job.start()
    try database.execute("INSERT INTO evolved VALUES (1002, 'c', 4, 5)")
    try shared.waitForRow(1002, in: "evolved", process)
    let rows = try shared.table("evolved").rows(columns: ["id", "n", "extra", "mine"], keys: ["id"])
    #expect(rows.count == 103 && Array(rows.rows.suffix(3)) == [[1000, 1, .null, .null], [1001, 2, .null, 3], [1002, 4, .null, 5]])

    try Self.evolve("evolved", ["drop": ["n"]], shared)
    try database.execute("INSERT INTO evolved VALUES (1003, 'd', 6, 7)")
    for outcome in [try process.wait(), try shared.job.align()] {
      #expect(outcome.exitCode == 6 && outcome.errorKind == "target-conflict" && outcome.errors.contains("dropped the column"), "\(outcome)")
    }
    #expect(try shared.table("evolved").rows(columns: ["id"]).count == 103)
  }

  /// As often as the job is faster.
  private static func evolve(_ table: String, _ change: [String: SpecValue], _ shared: Shared) throws {
    for _ in 0..<50 {
      do {
        _ = try shared.ask("evolve", table, change)
        return
      } catch let error as LakeReader.Failure where error.kind == "CommitFailedException" { continue }
    }
    throw TestFailure("pyiceberg cannot change the table")
  }

  @Test("Every reader that can read the case sees the same rows while a table of the SQL catalog changes", arguments: [3, 2])
  func readers(formatVersion: Int) throws {
    let database = try TestDatabase(on: .mysql)
    try database.execute(
      "CREATE TABLE v (id INT PRIMARY KEY, n INT); INSERT INTO v SELECT n, 0 FROM \(TestDatabase.numbers(below: 1_000));")
    let shared = try Shared(database, formatVersion: formatVersion)
    _ = try shared.job.align()
    for round in 1...3 {
      try database.execute("UPDATE v SET n = \(round) WHERE id MOD 7 = \(round); DELETE FROM v WHERE id = \(round * 100)")
      _ = try shared.job.align()
    }
    let deletes = try shared.table("v").deletes()
    #expect(!deletes.isEmpty && deletes.allSatisfy { $0["format"]?.text == (formatVersion == 3 ? "PUFFIN" : "PARQUET") })
    let rows = try shared.table("v").rows(keys: ["id"]).rows
    #expect(rows.count == 997 && rows[3] == [3, 3])
    // Polars takes one Puffin file in a partition, chdb no deletion vectors.
    let others: [LakeReader.Reader] = formatVersion == 3 ? [.rust, .pyiceberg] : [.rust, .pyiceberg, .polars, .chdb]
    for reader in others { #expect(try shared.table("v").rows(by: reader, keys: ["id"]).rows == rows, "\(reader)") }
  }

  @Test("Polars and chdb read tables without deletes", arguments: [3, 2])
  func readersOfPlainTables(formatVersion: Int) throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      "CREATE TABLE p (id INT PRIMARY KEY, t VARCHAR(20), d DECIMAL(10,2), m DATE); INSERT INTO p SELECT n, CONCAT('row ', n), n / 4, '2024-02-29' FROM \(TestDatabase.numbers(below: 500));"
    )
    let shared = try Shared(database, formatVersion: formatVersion)
    _ = try shared.job.align()
    let rows = try shared.table("p").rows(keys: ["id"]).rows
    #expect(rows.count == 500)
    for reader in [LakeReader.Reader.polars, .chdb] { #expect(try shared.table("p").rows(by: reader, keys: ["id"]).rows == rows, "\(reader)") }
  }
}
