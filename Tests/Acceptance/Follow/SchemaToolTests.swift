import SluiceCore
import TestKit
import Testing

/// Online schema change tools, as the statements that they send.
@Suite struct SchemaToolTests {
  @Test("gh-ost's change of a table is one change of that table", arguments: Passage.allCases)
  func ghost(_ passage: Passage) throws {
    try Self.run(passage) { database in
      try database.execute(
        """
        CREATE TABLE _t_ghc (id BIGINT UNSIGNED AUTO_INCREMENT, last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
          hint VARCHAR(64) CHARACTER SET ascii NOT NULL, value VARCHAR(4096) CHARACTER SET ascii NOT NULL, PRIMARY KEY (id), UNIQUE KEY hint_uidx (hint))
          AUTO_INCREMENT = 256;
        CREATE TABLE _t_gho LIKE t;
        ALTER TABLE _t_gho ADD COLUMN added INT DEFAULT 5, MODIFY a BIGINT;
        INSERT INTO _t_ghc (id, hint, value) VALUES (NULLIF(1, 0), 'state', 'GhostTableMigrated');
        INSERT IGNORE INTO _t_gho (id, a, b) (SELECT id, a, b FROM t WHERE id <= 50 LOCK IN SHARE MODE);
        UPDATE t SET a = 1000 WHERE id = 7; REPLACE INTO _t_gho (id, a, b) VALUES (7, 1000, 'row 7');
        INSERT IGNORE INTO _t_gho (id, a, b) (SELECT id, a, b FROM t WHERE id > 50 LOCK IN SHARE MODE);
        DELETE FROM t WHERE id = 60; DELETE FROM _t_gho WHERE id = 60;
        CREATE TABLE _t_del (id INT AUTO_INCREMENT PRIMARY KEY) COMMENT 'ghost-cut-over-sentry';
        DROP TABLE _t_del;
        RENAME TABLE t TO _t_del, _t_gho TO t;
        DROP TABLE _t_ghc; DROP TABLE _t_del;
        """)
    }
  }

  @Test("pt-online-schema-change's change of a table is one change of that table", arguments: Passage.allCases)
  func perconaToolkit(_ passage: Passage) throws {
    try Self.run(passage) { database in
      let name = database.name
      try database.execute(
        """
        CREATE TABLE `\(name)`.`_t_new` LIKE `\(name)`.`t`;
        ALTER TABLE `\(name)`.`_t_new` ADD COLUMN added INT DEFAULT 5, MODIFY a BIGINT;
        CREATE TRIGGER pt_osc_t_del AFTER DELETE ON t FOR EACH ROW DELETE IGNORE FROM _t_new WHERE _t_new.id <=> OLD.id;
        CREATE TRIGGER pt_osc_t_upd AFTER UPDATE ON t FOR EACH ROW REPLACE INTO _t_new (id, a, b) VALUES (NEW.id, NEW.a, NEW.b);
        CREATE TRIGGER pt_osc_t_ins AFTER INSERT ON t FOR EACH ROW REPLACE INTO _t_new (id, a, b) VALUES (NEW.id, NEW.a, NEW.b);
        INSERT LOW_PRIORITY IGNORE INTO `\(name)`.`_t_new` (id, a, b) SELECT id, a, b FROM `\(name)`.`t` LOCK IN SHARE MODE /*pt-online-schema-change 1 copy table*/;
        UPDATE t SET a = 1000 WHERE id = 7; DELETE FROM t WHERE id = 60; INSERT INTO t VALUES (500, 5, 'late');
        ANALYZE TABLE `\(name)`.`_t_new` /* pt-online-schema-change */;
        RENAME TABLE `\(name)`.`t` TO `\(name)`.`_t_old`, `\(name)`.`_t_new` TO `\(name)`.`t`;
        DROP TABLE IF EXISTS `\(name)`.`_t_old`;
        DROP TRIGGER IF EXISTS pt_osc_t_del; DROP TRIGGER IF EXISTS pt_osc_t_upd; DROP TRIGGER IF EXISTS pt_osc_t_ins;
        """)
    }
  }

  private static func run(_ passage: Passage, _ tool: (TestDatabase) throws -> Void) throws {
    let database = try TestDatabase(on: passage.product)
    try database.execute(
      "CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(20)); INSERT INTO t SELECT n, n, CONCAT('row ', n) FROM \(TestDatabase.numbers(below: 100))"
    )
    let job = try FollowingJob(from: database, into: passage.format)
    try job.expectAligned()
    try tool(database)
    try database.execute("INSERT INTO t VALUES (1000, 1, 'after', 9); UPDATE t SET added = 6 WHERE id = 3")
    try job.finish()
    #expect(try job.lake.table(database, "t").columnNames() == ["id", "a", "b", "added"])
    #expect(Set(job.lake.tables().map(\.folder)) == Set(["t", "_marks"].map { job.lake.table(database, $0).folder }))
  }
}
