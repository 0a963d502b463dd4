import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// What inserts, updates and deletes become.
@Suite(.serialized) struct LoggedChangeTests {
  private func numbers(_ rows: LoggedRows, _ column: Int = 0) -> [Int32] {
    let batch = rows.rows
    return (0..<batch.rowCount).map { batch.columns[column].fixed(as: Int32.self)[$0] }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a changed key is a delete and an insert, everything else one row`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let log = try ServerLog(database.server)
    try database.execute(
      """
      CREATE TABLE c (v INT, a VARCHAR(9), b INT, t TEXT, PRIMARY KEY (b, a));
      INSERT INTO c VALUES (1, 'x', 1, 'one'), (2, 'y', 2, NULL);
      UPDATE c SET v = 10, t = NULL WHERE b = 1;
      UPDATE c SET a = 'X' WHERE b = 1;
      UPDATE c SET b = b + 10, v = v + 1;
      DELETE FROM c WHERE b = 12;
      """)
    let logged = try LoggedRows(log, database, "c")
    #expect(logged.kinds == [.insert, .insert, .updateAfter, .delete, .insert, .delete, .insert, .delete, .insert, .delete])
    #expect(numbers(logged) == [1, 2, 10, 10, 10, 10, 11, 2, 3, 3])
    #expect(numbers(logged, 2) == [1, 2, 1, 1, 1, 1, 11, 2, 12, 12])
    #expect(logged.sequence == 10)
    let batch = try #require(logged.batches.first)
    #expect((0..<10).map { batch.sequence[$0] } == Array(1...10))
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `without a key both images are told`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let log = try ServerLog(database.server)
    try database.execute(
      "CREATE TABLE k (v INT, w INT); INSERT INTO k VALUES (1, 1), (2, 2); UPDATE k SET v = 3 WHERE v = 1; DELETE FROM k WHERE v = 2;")
    let logged = try LoggedRows(log, database, "k")
    #expect(logged.kinds == [.insert, .insert, .updateBefore, .updateAfter, .delete])
    #expect(numbers(logged) == [1, 2, 1, 3, 2])
    let inserts = try ServerLog(database.server)
    try database.execute("INSERT INTO k VALUES (4, 4)")
    let batch = try #require(try LoggedRows(inserts, database, "k").batches.first)
    guard case .allInserts = batch.kinds else {
      Issue.record("kinds of inserts are told one by one")
      return
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `generated and invisible columns are in the images`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let log = try ServerLog(database.server)
    try database.execute(
      """
      CREATE TABLE g (id INT PRIMARY KEY, s INT AS (id * 2) STORED, v INT AS (id * 3) VIRTUAL, w VARCHAR(20) AS (CONCAT('w', id)) VIRTUAL,
        hid INT DEFAULT 7 INVISIBLE, e INT);
      INSERT INTO g (id, e) VALUES (1, 5), (2, NULL);
      UPDATE g SET e = 6;
      """)
    let logged = try LoggedRows(log, database, "g")
    let read = try snapshotRows(database, "g")
    #expect(differences(logged.rows.slice(from: 2, count: 2), read.rows, ["id", "s", "v", "w", "hid", "e"]) == [])
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a delete is told even when a value of its row cannot be`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let log = try ServerLog(database.server)
    try database.execute(
      """
      SET sql_mode = '';
      CREATE TABLE d (id INT PRIMARY KEY, day DATE NOT NULL);
      INSERT INTO d VALUES (1, '2024-01-01'); UPDATE d SET day = '0000-00-00'; DELETE FROM d;
      """)
    let logged = try LoggedRows(log, database, "d")
    #expect(logged.kinds == [.insert, .delete] && logged.dirty.count == 1)
    #expect(logged.dirty.first?.key == ["id": "1"] && logged.dirty.first?.value == "0000-00-00")
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `incomplete images name the table and the setting`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let log = try ServerLog(database.server)
    try database.execute(
      """
      CREATE TABLE i (id INT PRIMARY KEY, a INT, b INT); INSERT INTO i VALUES (1, 1, 1);
      SET SESSION binlog_row_image = MINIMAL; UPDATE i SET a = 2;
      """)
    let error = try #require(failure { _ = try LoggedRows(log, database, "i") })
    #expect(error.kind == .sourceLogUnusable && error.place.table?.name == "i" && error.place.position != nil)
    #expect(error.remedy?.contains("binlog_row_image = FULL") == true)
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `rows of another definition are refused, and name the column`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE s (id INT PRIMARY KEY, a INT, b VARCHAR(20))")
    let options = try database.options()
    let old = try database.tracked("s")
    func refusal(of change: String) throws -> SluiceError? {
      let log = try ServerLog(database.server)
      try database.execute("\(change); INSERT INTO s (id) SELECT IFNULL(MAX(id), 0) + 1 FROM (SELECT id FROM s) x")
      let events = try log.events()
      let error = failure { _ = try LoggedRows(events, old, options) }
      try database.execute("DROP TABLE s; CREATE TABLE s (id INT PRIMARY KEY, a INT, b VARCHAR(20))")
      return error
    }
    let type = try refusal(of: "ALTER TABLE s MODIFY a BIGINT")
    #expect(type?.kind == .sourceSchemaChanged && type?.place.column == "a")
    let name = try refusal(of: "ALTER TABLE s RENAME COLUMN a TO c")
    #expect(name?.kind == .sourceSchemaChanged && name?.place.column == "c")
    let count = try refusal(of: "ALTER TABLE s DROP COLUMN a")
    #expect(count?.kind == .sourceSchemaChanged && count?.place.table?.name == "s")
    // A column elsewhere is found by its name.
    #expect(try refusal(of: "ALTER TABLE s MODIFY a INT FIRST") == nil)
  }

  @Test(arguments: ["FULL", "MINIMAL", "NO_LOG"])
  func `the server's own columns are no part of a row, and old versions are no rows`(_ metadata: String) throws {
    let server = try DatabaseServer(.mariadb, options: ["--binlog-row-metadata=\(metadata)"])
    let database = try TestDatabase(on: server)
    let log = try ServerLog(server)
    try database.execute(
      """
      CREATE TABLE l (id INT PRIMARY KEY, b BLOB, c TEXT, UNIQUE (b), UNIQUE (c));
      INSERT INTO l VALUES (1, 'x', 'p'), (2, NULL, NULL); UPDATE l SET b = 'y' WHERE id = 1; DELETE FROM l WHERE id = 2;
      CREATE TABLE v (id INT PRIMARY KEY, a INT) WITH SYSTEM VERSIONING;
      CREATE TABLE w (id INT PRIMARY KEY, a INT, s TIMESTAMP(6) GENERATED ALWAYS AS ROW START, e TIMESTAMP(6) GENERATED ALWAYS AS ROW END,
        PERIOD FOR SYSTEM_TIME (s, e)) WITH SYSTEM VERSIONING;
      CREATE TABLE u (id INT PRIMARY KEY, a BLOB, UNIQUE (a)) WITH SYSTEM VERSIONING;
      \(["v", "w", "u"].map { """
        INSERT INTO \($0) (id, a) VALUES (1, 1), (2, 2), (3, 3); UPDATE \($0) SET a = 20 WHERE id = 2; DELETE FROM \($0) WHERE id = 3;
        UPDATE \($0) SET id = 10 WHERE id = 1; DELETE HISTORY FROM \($0);
        """ }.joined(separator: "\n"))
      """)
    let events = try log.events()
    for (table, kinds) in [
      ("l", [.insert, .insert, .updateAfter, .delete]),
      ("v", [.insert, .insert, .insert, .updateAfter, .delete, .delete, .insert]),
      ("w", [.insert, .insert, .insert, .updateAfter, .delete, .delete, .insert]),
      ("u", [.insert, .insert, .insert, .updateAfter, .delete, .delete, .insert]),
    ] as [(String, [RowKind])] {
      let logged = try LoggedRows(events, try database.tracked(table), try database.options())
      #expect(logged.kinds == kinds, "\(table)")
      var latest: [Int32: Int] = [:]
      for (row, kind) in logged.kinds.enumerated() { latest[logged.rows.columns[0].fixed(as: Int32.self)[row]] = kind == .delete ? nil : row }
      let rest = logged.rows.taking(latest.sorted { $0.key < $1.key }.map { Int32($0.value) })
      let read = try snapshotRows(database, table)
      let names = try database.tracked(table).columns.map(\.name)
      #expect(differences(rest, read.rows, names) == [], "\(table)")
    }
  }
}
