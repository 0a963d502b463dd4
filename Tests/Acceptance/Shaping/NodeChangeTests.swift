import SluiceCore
import TestKit
import Testing

/// Changes that meet nodes which leave rows out, keep deleted ones or hide values.
@Suite struct NodeChangeTests {
  /// A job that has copied table `t`, made and filled by `statements`.
  private static func job(
    _ statements: String, nodes: SpecValue, key: [String]? = nil, _ more: SpecValue = [:], on product: DatabaseServer.Product = .mariadb
  ) throws -> FollowingJob {
    let database = try TestDatabase(on: product)
    try database.execute(statements)
    let table = SpecValue.string("\(database.name).t")
    let route: SpecValue = key.map { ["routes": [["from": table, "key": .array($0.map { .string($0) })]]] } ?? [:]
    let job = try FollowingJob(
      from: database, tables: ["t"], (["transforms": [["table": table, "nodes": nodes]]] as SpecValue).merging(route).merging(more))
    try job.expectAligned()
    return job
  }

  /// Both readers see just these rows.
  private func expect(_ rows: [[SpecValue]], _ columns: [String], of job: FollowingJob, location: SourceLocation = #_sourceLocation) throws {
    for reader in LakeFormatName.paimon.readers {
      let found = try job.lake.table(job.database, "t").rows(by: reader, columns: columns, keys: [columns[0]]).rows
      #expect(found == rows, "\(reader)", sourceLocation: location)
    }
  }

  @Test("Rows that a filter kept out do not come in as deleted ones; those that leave it do", arguments: DatabaseServer.Product.allCases)
  func filterBeforeLogicalDelete(_ product: DatabaseServer.Product) throws {
    let job = try Self.job(
      """
      CREATE TABLE t (id INT PRIMARY KEY, status VARCHAR(9), n INT);
      INSERT INTO t VALUES (1, 'new', 1), (2, 'paid', 2), (3, 'paid', 3), (4, 'new', 4), (5, 'new', 5), (6, 'paid', 6), (7, NULL, 7), (8, 'new', 8);
      """, nodes: [["filter": ["where": "status = 'paid'"]], ["logicalDelete": ["time": ""]]], on: product)
    try job.database.execute(
      """
      DELETE FROM t WHERE id = 1; DELETE FROM t WHERE id = 2; UPDATE t SET status = 'gone', n = 33 WHERE id = 3; UPDATE t SET n = 44 WHERE id = 4;
      UPDATE t SET status = 'paid' WHERE id = 5; UPDATE t SET id = 60 WHERE id = 6; DELETE FROM t WHERE id = 7; UPDATE t SET id = 80 WHERE id = 8;
      """)
    try job.expectAligned()
    try expect(
      [[2, "paid", 2, true], [3, "paid", 3, true], [5, "paid", 5, false], [6, "paid", 6, true], [60, "paid", 6, false]],
      ["id", "status", "n", "is_deleted"], of: job)
    try job.database.execute("UPDATE t SET status = 'paid', n = 34 WHERE id = 3; INSERT INTO t VALUES (2, 'new', 22); DELETE FROM t WHERE id = 4")
    try job.expectAligned()
    try expect(
      [[2, "paid", 2, true], [3, "paid", 34, false], [5, "paid", 5, false], [6, "paid", 6, true], [60, "paid", 6, false]],
      ["id", "status", "n", "is_deleted"], of: job)
  }

  @Test("A row whose key in the lake changes leaves the deleted one under the old key")
  func logicalDeleteUnderAnotherKey() throws {
    let job = try Self.job(
      "CREATE TABLE t (id INT PRIMARY KEY, code VARCHAR(9) NOT NULL, n INT); INSERT INTO t VALUES (1, 'A', 1), (2, 'B', 2), (3, 'C', 3)",
      nodes: [["logicalDelete": ["time": ""]]], key: ["code"])
    try job.database.execute("UPDATE t SET code = 'A2' WHERE id = 1; UPDATE t SET n = 22 WHERE id = 2; DELETE FROM t WHERE id = 3")
    try job.expectAligned()
    try expect([["A", 1, 1, true], ["A2", 1, 1, false], ["B", 2, 22, false], ["C", 3, 3, true]], ["code", "id", "n", "is_deleted"], of: job)
  }

  @Test("An update that is filtered by its kind is kept or ignored whole, whatever its key")
  func filteredUpdates() throws {
    let job = try Self.job(
      """
      CREATE TABLE t (id INT PRIMARY KEY, code VARCHAR(9) NOT NULL, st VARCHAR(9));
      INSERT INTO t VALUES (1, 'A', 'in'), (2, 'B', 'out'), (3, 'C', 'in');
      """, nodes: [["dml": ["update": ["action": "filter", "where": "st = 'in'"]]]], key: ["code"])
    try job.database.execute(
      "UPDATE t SET code = 'A2', st = 'out' WHERE id = 1; UPDATE t SET code = 'B2', st = 'in' WHERE id = 2; UPDATE t SET code = 'C2' WHERE id = 3")
    try job.expectAligned()
    try expect([["A", 1, "in"], ["B2", 2, "in"], ["C2", 3, "in"]], ["code", "id", "st"], of: job)
  }

  @Test("A row that was dirty before an update is not told again with it")
  func dirtyBefore() throws {
    let job = try Self.job(
      "CREATE TABLE t (id INT PRIMARY KEY, code VARCHAR(9) NOT NULL, n VARCHAR(9)); INSERT INTO t VALUES (1, 'A', 'bad'), (2, 'B', '2')",
      nodes: [["cast": ["columns": ["n": "int"]]]], key: ["code"], ["settings": ["errorLimit": ["rows": 1]]])
    try job.database.execute("UPDATE t SET n = '7' WHERE id = 1; UPDATE t SET n = '8', code = 'B2' WHERE id = 2")
    try job.expectAligned()
    try expect([["A", 1, 7], ["B2", 2, 8]], ["code", "id", "n"], of: job)
    #expect(try job.job.dirtyRows().count == 1)
  }

  @Test("A mask reaches the default of a new column whatever way it names the column")
  func maskedDefault() throws {
    let job = try Self.job(
      "CREATE TABLE t (id INT PRIMARY KEY, email VARCHAR(40)); INSERT INTO t VALUES (1, 'a@b.c')",
      nodes: [["rename": ["columns": ["email": "mail"]]], ["mask": ["columns": ["mail", "*_PHONE"]]]])
    try job.database.execute("ALTER TABLE t ADD COLUMN home_phone VARCHAR(30) NOT NULL DEFAULT '138000'; INSERT INTO t VALUES (2, 'd@e.f', '139')")
    try job.expectAligned()
    try expect([[1, "*****", "******"], [2, "*****", "***"]], ["id", "mail", "home_phone"], of: job)
  }

  @Test("A masked column that gets another name ends the job until the mask names that, too")
  func renamedMaskedColumn() throws {
    let nodes: SpecValue = [["mask": ["columns": ["phone"]]]]
    let job = try Self.job("CREATE TABLE t (id INT PRIMARY KEY, phone VARCHAR(40)); INSERT INTO t VALUES (1, '5551')", nodes: nodes)
    try job.database.execute("INSERT INTO t VALUES (2, '5552'); ALTER TABLE t RENAME COLUMN phone TO tel; INSERT INTO t VALUES (3, '5553')")
    for _ in 0..<2 { try job.align().expectRefused(8, .schemaChangeRefused, "phone", "tel", "mask") }
    try expect([[1, "****"], [2, "****"]], ["id", "phone"], of: job)
    let both: SpecValue = ["transforms": [["table": .string("\(job.database.name).t"), "nodes": [["mask": ["columns": ["phone", "tel"]]]]]]]
    try job.job.write(job.job.spec.merging(both))
    try job.expectAligned()
    #expect(try job.lake.table(job.database, "t").rows(keys: ["id"]).rows == [[1, "****"], [2, "****"], [3, "****"]])
  }

  @Test("A column that a condition needs cannot be dropped, not even where drops are ignored")
  func droppedConditionColumn() throws {
    let job = try Self.job(
      "CREATE TABLE t (id INT PRIMARY KEY, st VARCHAR(9)); INSERT INTO t VALUES (1, 'in'), (2, 'out')", nodes: [["filter": ["where": "st = 'in'"]]],
      ["schemaChanges": ["dropColumn": "ignore"]])
    try job.database.execute("ALTER TABLE t DROP COLUMN st; INSERT INTO t VALUES (3)")
    try job.align().expectRefused(8, .schemaChangeRefused, "condition", "st")
    try expect([[1, "in"]], ["id", "st"], of: job)
  }

  @Test("A statement that would lose the deleted rows of the lake is refused until somebody asks for the copy")
  func copyWouldLoseRows() throws {
    let job = try Self.job(
      "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9)); INSERT INTO t VALUES (1, 'one'), (2, 'two')",
      nodes: [["trim": [:]], ["logicalDelete": ["time": ""]]])
    try job.database.execute(
      "DELETE FROM t WHERE id = 1; ALTER TABLE t ADD COLUMN n VARCHAR(9) DEFAULT ' p '; INSERT INTO t VALUES (3, 'three', 'q')")
    for _ in 0..<2 { try job.align().expectRefused(8, .schemaChangeRefused, "deleted", "sluice resnapshot") }
    try expect([[1, "one", true], [2, "two", false]], ["id", "a", "is_deleted"], of: job)
    #expect(try job.job.command("resnapshot", ["\(job.database.name).t"]).exitCode == 0)
    try job.expectAligned()
    try expect([[2, "two", "p", false], [3, "three", "q", false]], ["id", "a", "n", "is_deleted"], of: job)
  }
}
