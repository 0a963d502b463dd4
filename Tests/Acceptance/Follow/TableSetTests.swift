import SluiceCore
import TestKit
import Testing

/// Tables join and leave while a job runs.
@Suite struct TableSetTests {
  @Test("Tables that are made while the job runs are followed from their first row on", arguments: Passage.allCases)
  func join(_ passage: Passage) throws {
    let (database, job) = try Self.job(on: passage)
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    try database.execute(
      """
      CREATE TABLE made (id INT PRIMARY KEY, t TEXT); INSERT INTO made VALUES (1, 'one'), (2, 'two');
      CREATE TABLE alike LIKE made; INSERT INTO alike SELECT * FROM made; UPDATE alike SET t = 'three' WHERE id = 1;
      CREATE TABLE chosen (PRIMARY KEY (id)) AS SELECT id, a FROM t; DELETE FROM chosen WHERE id = 2;
      CREATE TABLE IF NOT EXISTS made (other INT); CREATE TABLE unseen_x (id INT PRIMARY KEY); INSERT INTO unseen_x VALUES (1);
      CREATE OR REPLACE VIEW look AS SELECT * FROM made;
      """)
    try job.waitUntilCaughtUp(process)
    for table in ["made", "alike", "chosen"] { try job.expectEqual(table) }
    #expect(!job.lake.table(database, "unseen_x").exists)
    try job.stop(process)
    try database.execute("DROP TABLE unseen_x")
    try job.finish()
  }

  @Test("Tables that go leave their targets as they were, and come back under their name", arguments: Passage.allCases)
  func leave(_ passage: Passage) throws {
    let (database, job) = try Self.job(on: passage)
    try job.expectAligned()
    try database.execute("INSERT INTO t VALUES (9, 9); DROP TABLE t; INSERT INTO u VALUES (9, 9)")
    try job.expectAligned()
    #expect(try job.lake.table(database, "t").count() == 4)
    // A new table of the old name has nothing to do with the old one's rows.
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 100)")
    try job.finish()
  }

  @Test("Tables that are renamed are copied under their new names", arguments: Passage.allCases)
  func rename(_ passage: Passage) throws {
    let (database, job) = try Self.job(on: passage)
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    try database.execute(
      """
      RENAME TABLE t TO renamed; UPDATE renamed SET a = 7 WHERE id = 1; ALTER TABLE u RENAME TO unseen_u; INSERT INTO unseen_u VALUES (5, 5);
      CREATE TABLE unseen_v (id INT PRIMARY KEY, v INT); INSERT INTO unseen_v VALUES (1, 1); RENAME TABLE unseen_v TO seen; INSERT INTO seen VALUES (2, 2);
      """)
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    try job.expectAligned()
    for table in ["renamed", "seen"] { try job.expectEqual(table) }
    #expect(!job.lake.table(database, "unseen_u").exists)
    #expect(try job.lake.table(database, "u").count() == 3)
  }

  @Test("Two tables that trade names are copied anew under them", arguments: Passage.allCases)
  func swap(_ passage: Passage) throws {
    let (database, job) = try Self.job(on: passage)
    try job.expectAligned()
    try database.execute(
      "INSERT INTO u VALUES (50, 50); RENAME TABLE t TO aside, u TO t, aside TO u; INSERT INTO t VALUES (60, 60); DELETE FROM u WHERE id = 1")
    try job.finish()
  }

  @Test("A database that is dropped takes its tables out of the job, and nothing else", arguments: Passage.allCases)
  func database(_ passage: Passage) throws {
    let (database, _) = try Self.job(on: passage)
    let other = try TestDatabase(on: passage.product)
    try other.execute("CREATE TABLE o (id INT PRIMARY KEY); INSERT INTO o VALUES (1)")
    let job = try FollowingJob(
      from: database, into: passage.format, ["source": ["tables": ["\(database.name).*", "\(other.name).*"], "exclude": ["*.unseen_*"]]])
    try job.expectAligned()
    #expect(try job.lake.table(other, "o").count() == 1)
    try database.server.execute("DROP DATABASE `\(other.name)`")
    try database.execute("INSERT INTO t VALUES (9, 9)")
    try job.finish()
    #expect(try job.lake.table(other, "o").count() == 1)
  }

  /// `t` and `u` of three rows; names that begin with `unseen_` are left out.
  private static func job(on passage: Passage) throws -> (TestDatabase, FollowingJob) {
    let database = try TestDatabase(on: passage.product)
    try database.execute(
      "CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 1), (2, 2), (3, 3); CREATE TABLE u LIKE t; INSERT INTO u SELECT id, a * 10 FROM t"
    )
    return (database, try FollowingJob(from: database, into: passage.format, ["source": ["exclude": ["*.unseen_*"]]]))
  }
}
