import SluiceCore
import TestKit
import Testing

/// T-nodes in jobs that copy and follow: a view at the source says what the lake must hold.
@Suite struct NodeTests {
  private static func nodes(_ table: String, in database: TestDatabase, _ nodes: SpecValue, _ more: SpecValue = [:]) -> SpecValue {
    let spec: SpecValue = ["transforms": [["table": .string("\(database.name).\(table)"), "nodes": nodes]]]
    return spec.merging(more)
  }

  /// Both readers see in the lake's `table` what the view `wanted` holds.
  private func expect(_ wanted: String, in table: String, of job: FollowingJob, _ comment: Comment = "") throws {
    let comparison = try job.lake.table(job.database, table).compare(with: wanted, in: job.database, keys: ["id"])
    #expect(comparison.isEqual, "\(comment) \(comparison)")
  }

  @Test func `A long chain gives what the server makes of the same rows, as they are copied and as they change`() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      """
      CREATE TABLE users (
        id INT PRIMARY KEY, name VARCHAR(60), phone VARCHAR(30), email VARCHAR(60) NOT NULL, status VARCHAR(10), born DATE, price DECIMAL(10,2) NOT NULL,
        quantity INT, doc JSON, junk TEXT);
      CREATE VIEW wanted AS SELECT
        id, REPLACE(TRIM(name), 'x', 'yy') AS full_name, CONCAT(REPEAT('*', CHAR_LENGTH(phone) - 4), RIGHT(phone, 4)) AS phone,
        SHA2(CONCAT('pepper', email), 256) AS email, COALESCE(status, 'none') AS status, CAST(DATE_FORMAT(born, '%Y-01-01') AS DATE) AS born, price,
        quantity, JSON_VALUE(doc, '$.city') AS city, CAST(JSON_VALUE(doc, '$.n[1]') AS SIGNED INTEGER) AS n, price * quantity AS total,
        CASE WHEN quantity > 5 THEN 'many' ELSE 'few' END AS size, 'users' AS origin
      FROM users WHERE status IS NULL OR status <> 'deleted';
      INSERT INTO users SELECT seq, CONCAT('  name x', seq, ' '), IF(seq % 7 = 0, NULL, CONCAT('1381234', 1000 + seq)), CONCAT('u', seq, '@example.com'),
        ELT(1 + seq % 4, 'open', 'deleted', NULL, 'closed'), DATE_ADD('1970-01-01', INTERVAL seq * 9 DAY), seq / 4, seq % 11,
        JSON_OBJECT('city', CONCAT('c', seq), 'n', JSON_ARRAY(seq, seq * 2), 'more', REPEAT('m', seq % 50)), 'junk' FROM seq_1_to_3000;
      """)
    let job = try FollowingJob(
      from: database, tables: ["users"],
      Self.nodes(
        "users", in: database,
        [
          ["filter": ["where": "status IS NULL OR status <> 'deleted'"]], ["trim": ["columns": ["name"]]],
          ["replace": ["columns": ["name"], "rules": [["find": "x", "with": "yy"]]]], ["mask": ["columns": ["phone"], "keepLast": 4]],
          ["mask": ["columns": ["email"], "method": "hash", "salt": ["env": "SALT"]]],
          ["mask": ["columns": ["born"], "method": "date", "unit": "year"]],
          ["default": ["columns": ["status": "none"]]],
          ["parseJson": ["column": "doc", "keep": false, "fields": [["path": "$.city"], ["path": "$.n[1]", "name": "n", "type": "bigint"]]]],
          [
            "addColumns": [
              "columns": [
                ["name": "total", "expression": "price * quantity"],
                ["name": "size", "expression": "CASE WHEN quantity > 5 THEN 'many' ELSE 'few' END"],
                ["name": "origin", "metadata": "table"],
              ]
            ]
          ], ["rename": ["columns": ["name": "full_name"]]], ["drop": ["columns": ["junk"]]],
        ]))
    let process = try job.start(environment: ["SALT": "pepper"])
    try job.waitUntilCaughtUp(process)
    try expect("wanted", in: "users", of: job, "copied")
    try database.execute(
      """
      UPDATE users SET status = 'deleted' WHERE id % 10 = 0;
      UPDATE users SET status = 'open', name = 'back' WHERE id % 4 = 1 AND id < 1000;
      DELETE FROM users WHERE id BETWEEN 2000 AND 2100;
      UPDATE users SET id = id + 10000 WHERE id BETWEEN 2200 AND 2250;
      INSERT INTO users SELECT seq, 'n', '5550001', 'e', 'open', NULL, 1, 9, '{"city": "x\\\\"y\\\\u00e4", "n": [1, 22]}', NULL FROM seq_2050_to_2060;
      UPDATE users SET phone = NULL, doc = NULL WHERE id % 100 = 3;
      INSERT INTO users VALUES (90001, 'x', 'p', 'd', 'deleted', NULL, 1, 1, NULL, NULL);
      ALTER TABLE users ADD COLUMN extra INT DEFAULT 5;
      INSERT INTO users VALUES (90002, ' x ', '12345678', 'd', 'open', '2024-02-29', 1.5, 6, '{}', NULL, 6);
      CREATE OR REPLACE VIEW wanted AS SELECT
        id, REPLACE(TRIM(name), 'x', 'yy') AS full_name, CONCAT(REPEAT('*', CHAR_LENGTH(phone) - 4), RIGHT(phone, 4)) AS phone,
        SHA2(CONCAT('pepper', email), 256) AS email, COALESCE(status, 'none') AS status, CAST(DATE_FORMAT(born, '%Y-01-01') AS DATE) AS born, price,
        quantity, extra, JSON_VALUE(doc, '$.city') AS city, CAST(JSON_VALUE(doc, '$.n[1]') AS SIGNED INTEGER) AS n, price * quantity AS total,
        CASE WHEN quantity > 5 THEN 'many' ELSE 'few' END AS size, 'users' AS origin
      FROM users WHERE status IS NULL OR status <> 'deleted';
      """)
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    try expect("wanted", in: "users", of: job, "changed")
    #expect(try job.job.dirtyRows() == [])
  }

  @Test func `Deleted rows stay with a flag until they come again`() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      """
      CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20));
      INSERT INTO t SELECT seq, CONCAT('a', seq) FROM seq_1_to_100;
      """)
    let job = try FollowingJob(
      from: database, tables: ["t"], Self.nodes("t", in: database, [["logicalDelete": ["flag": "gone", "time": "gone_at"]]]))
    try job.expectAligned()
    try database.execute(
      "DELETE FROM t WHERE id <= 20; INSERT INTO t SELECT seq, 'again' FROM seq_1_to_5; UPDATE t SET id = 200 WHERE id = 30; UPDATE t SET a = 'b' WHERE id = 40"
    )
    try job.expectAligned()
    for reader in LakeFormatName.paimon.readers {
      let rows = try job.lake.table(database, "t").rows(by: reader, columns: ["id", "a", "gone", "gone_at"], keys: ["id"]).rows
      #expect(rows.count == 101)
      let gone = rows.filter { $0[2] == .boolean(true) }
      #expect(gone.compactMap { $0[0].integer } == Array(6...20) + [30], "\(reader)")
      #expect(gone.allSatisfy { $0[3] != .null } && rows.filter { $0[2] == .boolean(false) }.allSatisfy { $0[3] == .null }, "\(reader)")
      #expect(rows.first?[1] == "again" && rows.first { $0[0] == 40 }?[1] == "b" && rows.first { $0[0] == 6 }?[1] == "a6")
    }
  }

  @Test func `Kinds of changes are treated as the spec says`() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)")
    let job = try FollowingJob(
      from: database, tables: ["t"],
      Self.nodes("t", in: database, [["dml": ["update": ["action": "filter", "where": "a > 10"], "delete": ["action": "ignore"]]]]))
    try job.expectAligned()
    try database.execute("UPDATE t SET a = 5 WHERE id = 1; UPDATE t SET a = 50 WHERE id = 2; DELETE FROM t WHERE id = 3; INSERT INTO t VALUES (4, 4)")
    try job.expectAligned()
    for reader in LakeFormatName.paimon.readers {
      let rows = try job.lake.table(database, "t").rows(by: reader, columns: ["id", "a"], keys: ["id"]).rows
      #expect(rows.map { $0.compactMap(\.integer) } == [[1, 1], [2, 50], [3, 3], [4, 4]], "\(reader)")
    }
  }

  @Test func `A column that is added with a default reaches old rows as the nodes make it`() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t SELECT seq, seq FROM seq_1_to_50")
    let job = try FollowingJob(from: database, tables: ["t"], Self.nodes("t", in: database, [["mask": ["columns": ["*phone"], "keepLast": 2]]]))
    try job.expectAligned()
    try database.execute(
      """
      ALTER TABLE t ADD COLUMN phone VARCHAR(20) DEFAULT '0123456', ADD COLUMN plain VARCHAR(20) DEFAULT 'as it is';
      INSERT INTO t VALUES (51, 51, '99999', 'new');
      CREATE VIEW wanted AS SELECT id, a, CONCAT(REPEAT('*', CHAR_LENGTH(phone) - 2), RIGHT(phone, 2)) AS phone, plain FROM t;
      """)
    try job.expectAligned()
    try expect("wanted", in: "t", of: job)
  }

  @Test func `Rows that cannot be transformed are dirty rows, whose masked columns are not shown`() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      "CREATE TABLE t (id INT PRIMARY KEY, phone VARCHAR(20), n VARCHAR(20)); INSERT INTO t VALUES (1, '5551234', '7'), (2, '5559876', 'x')")
    let job = try FollowingJob(
      from: database, tables: ["t"],
      Self.nodes(
        "t", in: database, [["cast": ["columns": ["n": "int"]]], ["mask": ["columns": ["phone"]]]], ["settings": ["errorLimit": ["rows": 10]]]))
    try job.expectAligned()
    try database.execute("INSERT INTO t VALUES (3, '5550000', 'y'), (4, '5554321', '8'); DELETE FROM t WHERE id = 2")
    try job.expectAligned()
    let rows = try job.lake.table(database, "t").rows(columns: ["id", "phone", "n"], keys: ["id"]).rows
    #expect(rows == [[1, "*******", 7], [4, "*******", 8]])
    let dirty = try job.job.dirtyRows()
    #expect(dirty.count == 2)
    let text = dirty.map { JSONText.compact($0) }.joined()
    #expect(text.contains("cast") && text.contains("invalid-text"))
    #expect(!text.contains("5559876") && !text.contains("5550000"), "\(text)")
  }
}
