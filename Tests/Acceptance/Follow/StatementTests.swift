import Foundation
import SluiceCore
import TestKit
import Testing

/// Definitions that change in ways that have hurt others.
@Suite struct StatementTests {
  @Test("Rows from before an added column read its default, its implicit default, or NULL", arguments: Passage.allCases)
  func defaults(_ passage: Passage) throws {
    let database = try TestDatabase(on: passage.product)
    try database.execute("SET sql_mode = ''; CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)")
    let job = try FollowingJob(from: database, into: passage.format)
    try job.expectAligned()
    let columns = [
      "i INT DEFAULT -7", "u BIGINT UNSIGNED DEFAULT 18446744073709551615", "d DECIMAL(30,10) DEFAULT -1.5", "f FLOAT DEFAULT 0.1",
      "g DOUBLE DEFAULT 1e300",
      "v VARCHAR(30) DEFAULT 'it''s 中 \\\\ 😀'", "w VARCHAR(30) DEFAULT ''", "c CHAR(5) CHARACTER SET latin1 DEFAULT 'é'",
      "x VARBINARY(9) DEFAULT 'bytes'",
      "y BINARY(4) DEFAULT 'ab'", "da DATE DEFAULT '2024-02-29'", "dt DATETIME(3) DEFAULT '2024-02-29 12:00:00.250'",
      "ts TIMESTAMP(2) NULL DEFAULT '2024-02-29 12:00:00.25'", "ti TIME(1) DEFAULT '-10:11:12.5'", "ye YEAR DEFAULT 2024",
      "e ENUM('a', 'b') DEFAULT 'b'",
      "s SET('x', 'y', 'z') DEFAULT 'x,z'", "b BIT(12) DEFAULT b'101'", "o BIT(1) DEFAULT b'1'", "n INT", "ni INT NOT NULL", "nv VARCHAR(9) NOT NULL",
      "nd DECIMAL(9,3) NOT NULL", "ne ENUM('first', 'second') NOT NULL", "nb BINARY(3) NOT NULL", "nt TEXT NOT NULL",
      "bo BOOLEAN NOT NULL DEFAULT TRUE",
    ]
    for column in columns { try database.execute("SET sql_mode = '', time_zone = '+00:00'; ALTER TABLE t ADD COLUMN \(column)") }
    try database.execute("SET sql_mode = ''; INSERT INTO t (id) VALUES (4); UPDATE t SET a = 22 WHERE id = 2; DELETE FROM t WHERE id = 3")
    try job.finish()
  }

  @Test("Rows from before a column with a default that only the server knows are read again", arguments: Passage.allCases)
  func expressions(_ passage: Passage) throws {
    let database = try TestDatabase(on: passage.product)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 1), (2, 2)")
    let job = try FollowingJob(from: database, into: passage.format)
    try job.expectAligned()
    try database.execute(
      """
      ALTER TABLE t ADD COLUMN made DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6);
      INSERT INTO t (id, a) VALUES (3, 3);
      ALTER TABLE t ADD COLUMN doubled INT AS (a * 2) STORED, ADD COLUMN text VARCHAR(20) DEFAULT (CONCAT('a', 'b'));
      UPDATE t SET a = 7 WHERE id = 1;
      """)
    try job.finish()
  }

  @Test("Rows arrive that LOAD DATA, REPLACE and INSERT … ON DUPLICATE KEY UPDATE write", arguments: DatabaseServer.Product.allCases)
  func loadedRows(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(40)); INSERT INTO t VALUES (1, 'old'), (2, 'old'), (3, 'old')")
    let job = try FollowingJob(from: database)
    try job.expectAligned()
    let folder = try TemporaryFolder()
    let file = folder.appending("rows.txt")
    let lines = (1...5_000).map { "\($0)\trow \($0)" } + ["5001\t\\N"]
    try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
    try database.execute(
      """
      LOAD DATA INFILE '\(file)' REPLACE INTO TABLE t CHARACTER SET utf8mb4;
      REPLACE INTO t VALUES (2, 'replaced'), (6000, 'new');
      INSERT INTO t VALUES (3, 'x'), (7000, 'y') ON DUPLICATE KEY UPDATE a = CONCAT(a, ' again');
      """)
    try job.finish()
  }

  @Test("A name that goes and comes back is another column each time", arguments: Passage.allCases, ["apply", "ignore"])
  func comesBack(_ passage: Passage, dropping: String) throws {
    let database = try TestDatabase(on: passage.product)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT); INSERT INTO t VALUES (1, 1, 1), (2, 2, 2)")
    let job = try FollowingJob(from: database, into: passage.format, ["schemaChanges": ["dropColumn": .string(dropping)]])
    try job.expectAligned()
    try database.execute(
      """
      ALTER TABLE t DROP COLUMN a; INSERT INTO t VALUES (3, 3); ALTER TABLE t ADD COLUMN a INT; INSERT INTO t VALUES (4, 4, 4);
      ALTER TABLE t DROP COLUMN a; UPDATE t SET b = 11; ALTER TABLE t ADD COLUMN a INT; INSERT INTO t VALUES (5, 5, 5);
      """)
    if dropping == "apply" {
      try database.execute("ALTER TABLE t DROP COLUMN a, ADD COLUMN a VARCHAR(10) DEFAULT 'new' FIRST; INSERT INTO t VALUES ('x', 6, 6)")
      try job.finish()
    } else {
      try job.expectAligned()
      // The kept column goes on; each statement that dropped it was followed by a change of every row.
      try job.expectEqual("t")
    }
  }

  @Test("Many statements in one, and names that trade places, are done as the server does them", arguments: Passage.allCases)
  func together(_ passage: Passage) throws {
    let database = try TestDatabase(on: passage.product)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(10), c DATE); INSERT INTO t VALUES (1, 1, 'one', '2024-01-01')")
    let job = try FollowingJob(from: database, into: passage.format, FollowingJob.applyingAll)
    try job.expectAligned()
    try database.execute(
      """
      ALTER TABLE t ADD COLUMN (d INT DEFAULT 4, e INT), DROP COLUMN c, RENAME COLUMN b TO bb, MODIFY a BIGINT AFTER bb, COMMENT 'all at once';
      INSERT INTO t (id, a, bb, d, e) VALUES (2, 2, 'two', 5, 6);
      ALTER TABLE t RENAME COLUMN d TO e, RENAME COLUMN e TO d;
      UPDATE t SET d = 77 WHERE id = 1;
      ALTER TABLE t CHANGE bb b VARCHAR(50) NULL FIRST, ADD UNIQUE KEY (b), ALTER COLUMN d SET DEFAULT 9;
      INSERT INTO t (id, b) VALUES (3, 'three');
      """)
    try job.finish()
  }

  @Test("Statements that concern nothing that is followed, in whatever words, hurt nobody", arguments: DatabaseServer.Product.allCases)
  func foreignStatements(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let other = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 1)")
    let job = try FollowingJob(from: database)
    try job.expectAligned()
    try other.execute(
      """
      CREATE TABLE `t` (id INT PRIMARY KEY, `weird ``name` INT, v INT GENERATED ALWAYS AS (id + 1) VIRTUAL, CHECK (id > 0)) ENGINE = MyISAM;
      INSERT INTO t (id) VALUES (1); ALTER TABLE t DROP COLUMN `weird ``name`; TRUNCATE t; RENAME TABLE t TO `a.b`; DROP TABLE `a.b`;
      CREATE TABLE p (a INT, b INT) PARTITION BY RANGE (a) SUBPARTITION BY HASH (b) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (10));
      """)
    try database.execute(
      """
      CREATE VIEW look AS SELECT * FROM t; ALTER VIEW look AS SELECT id FROM t; DROP VIEW look;
      CREATE TRIGGER trig BEFORE UPDATE ON t FOR EACH ROW SET NEW.a = NEW.a + 100;
      CREATE PROCEDURE proc() COMMENT 'ALTER TABLE t DROP COLUMN a' SELECT 'DROP TABLE t';
      CREATE TEMPORARY TABLE t2 (id INT); ALTER TABLE t2 ADD COLUMN x INT; DROP TEMPORARY TABLE t2;
      CREATE INDEX i ON t (a); DROP INDEX i ON t; ANALYZE TABLE t; OPTIMIZE TABLE t; ALTER TABLE t FORCE; ALTER TABLE t ENGINE = InnoDB;
      /* ALTER TABLE t DROP COLUMN a */ UPDATE t SET a = 5;
      DROP TABLE IF EXISTS never_there, neither;
      ALTER DATABASE `\(database.name)` CHARACTER SET latin1;
      DROP TRIGGER trig; DROP PROCEDURE proc; INSERT INTO t VALUES (2, 2);
      """)
    if product == .mariadb { try other.execute("CREATE SEQUENCE s; ALTER SEQUENCE s RESTART 5; SELECT NEXT VALUE FOR s; DROP SEQUENCE s") }
    try other.server.execute("DROP DATABASE `\(other.name)`")
    try job.finish()
  }

  @Test(
    "Statements that change no column, between changes of the same rows in one checkpoint, lose none of them",
    arguments: Passage.allCases)
  func sameColumns(_ passage: Passage) throws {
    let database = try TestDatabase(on: passage.product)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(9)); INSERT INTO t VALUES (1, 1, 'x'), (2, 2, 'y'), (3, 3, 'z')")
    let job = try FollowingJob(from: database, into: passage.format, ["settings": ["checkpointInterval": "1m"]])
    try job.expectAligned()
    try database.execute(
      """
      UPDATE t SET a = 10 WHERE id = 1; INSERT INTO t VALUES (4, 4, 'w'); CREATE INDEX i ON t (a); UPDATE t SET a = 11 WHERE id IN (1, 4);
      ALTER TABLE t ALTER COLUMN a SET DEFAULT 7; DELETE FROM t WHERE id = 4; UPDATE t SET a = 20 WHERE id = 2; CREATE UNIQUE INDEX j ON t (b);
      UPDATE t SET a = 21 WHERE id = 2; ALTER TABLE t COMMENT = 'told'; UPDATE t SET a = 22 WHERE id IN (1, 2);
      """)
    try job.finish()
  }

  @Test("A definition that changes while the table is copied does no harm", arguments: Passage.allCases)
  func duringTheCopy(_ passage: Passage) throws {
    let database = try TestDatabase(on: passage.product)
    try database.execute(
      """
      CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(30));
      INSERT INTO t SELECT n, n MOD 7, CONCAT('row ', n) FROM \(TestDatabase.numbers(below: 60_000)); ANALYZE TABLE t;
      """)
    let job = try FollowingJob(
      from: database, into: passage.format,
      FollowingJob.applyingAll.merging(["source": ["pageBytes": "32KiB"], "settings": ["checkpointInterval": "100ms"]]))
    let process = try job.start()
    try job.waitForCheckpoint(2, of: process)
    try database.execute(
      """
      ALTER TABLE t ADD COLUMN c INT DEFAULT 3; UPDATE t SET a = 100 WHERE id MOD 10 = 0;
      ALTER TABLE t RENAME COLUMN b TO bb, DROP COLUMN a; DELETE FROM t WHERE id MOD 11 = 0; INSERT INTO t VALUES (-1, 'first', 1);
      """)
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    try job.finish()
  }
}
