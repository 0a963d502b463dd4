import SluiceCore
import TestKit
import Testing

/// The log as servers write it under other settings.
@Suite struct LogFormatTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let product: DatabaseServer.Product
    let options: [String]

    var testDescription: String { "\(product) \(options.joined(separator: " "))" }

    static let all = [
      Case(product: .mysql, options: ["--binlog-transaction-compression=ON", "--binlog-row-value-options=PARTIAL_JSON"]),
      Case(
        product: .mysql, options: ["--gtid-mode=OFF", "--enforce-gtid-consistency=OFF", "--binlog-row-metadata=MINIMAL", "--max-binlog-size=64K"]),
      Case(product: .mysql, options: ["--binlog-checksum=NONE", "--binlog-row-event-max-size=256", "--binlog-rows-query-log-events=ON"]),
      Case(product: .mariadb, options: ["--log-bin-compress=ON", "--log-bin-compress-min-len=10"]),
      Case(product: .mariadb, options: ["--binlog-row-metadata=NO_LOG", "--binlog-annotate-row-events=OFF", "--max-binlog-size=64K"]),
      Case(product: .mariadb, options: ["--binlog-checksum=NONE", "--binlog-row-event-max-size=256", "--gtid-domain-id=7"]),
    ]
  }

  @Test("A busy database is followed exactly however its log is written", arguments: Case.all)
  func formats(_ test: Case) throws {
    let server = try DatabaseServer(test.product, options: test.options)
    let workload = try Workload(on: server, seed: SeededRandom.processSeed, rows: 100)
    let job = try FollowingJob(from: workload.database, FollowingJob.applyingAll)
    let process = try job.start()
    let done = try workload.run(operations: 500, statementsEvery: 20)
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    try job.finish([], "\(test.testDescription) seed \(workload.seed) \(done)")
  }

  @Test("Parts of documents that change are put together to the document that the server shows")
  func partialDocuments() throws {
    let server = try DatabaseServer(.mysql, options: ["--binlog-row-value-options=PARTIAL_JSON", "--binlog-transaction-compression=ON"])
    let database = try TestDatabase(on: server)
    try database.execute(
      """
      CREATE TABLE d (id INT PRIMARY KEY, a JSON, b JSON, n INT);
      INSERT INTO d SELECT n, JSON_OBJECT('k', n, 'list', JSON_ARRAY(1, 2, JSON_OBJECT('deep', 'ü')), 'text', REPEAT('x', 200)), '[1, 2, 3]', n
        FROM \(TestDatabase.numbers(below: 50));
      """)
    let job = try FollowingJob(from: database)
    try job.expectAligned()
    let changes = [
      "a = JSON_SET(a, '$.k', n * 100)", "a = JSON_REPLACE(a, '$.list[2].deep', CONCAT('é', n)), n = n + 1", "a = JSON_REMOVE(a, '$.list[0]')",
      "a = JSON_SET(a, '$.\"new key\"', CAST('{\"x\": [null, true, 1.5]}' AS JSON))", "b = JSON_SET(b, '$[1]', 'two'), a = JSON_SET(a, '$.k', -1)",
      "a = JSON_SET(a, '$.text', REPEAT('y', 150))", "b = JSON_REMOVE(b, '$[0]')", "a = JSON_SET(a, '$.list[5]', 9)", "a = NULL", "b = JSON_ARRAY()",
    ]
    for (number, change) in changes.enumerated() {
      try database.execute("UPDATE d SET \(change) WHERE id % 3 = \(number % 3); UPDATE d SET \(change) WHERE id = \(number)")
    }
    try database.execute(
      "BEGIN; UPDATE d SET a = JSON_SET(a, '$.k', 5); DELETE FROM d WHERE id = 20; UPDATE d SET b = JSON_SET(b, '$[0]', 7); COMMIT")
    try job.finish()
  }

  @Test("Transactions with tagged identifiers are followed, and gone on from")
  func taggedIdentifiers() throws {
    let database = try TestDatabase(on: DatabaseServer(.mysql))
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT)")
    let job = try FollowingJob(from: database)
    try job.expectAligned()
    for number in 0..<5 {
      try database.execute(
        """
        SET gtid_next = 'AUTOMATIC:blue'; INSERT INTO t VALUES (\(number * 10), 1); SET gtid_next = 'AUTOMATIC:green';
        INSERT INTO t VALUES (\(number * 10 + 1), 1); SET gtid_next = AUTOMATIC; INSERT INTO t VALUES (\(number * 10 + 2), 1);
        """)
      try job.finish()
    }
  }

  @Test("A transaction of two hundred thousand rows is followed in little memory", arguments: DatabaseServer.Product.allCases)
  func largeTransaction(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(60)); CREATE TABLE u LIKE t")
    let job = try FollowingJob(from: database, ["settings": ["memory": "64MiB"]])
    try job.expectAligned()
    try database.execute(
      """
      BEGIN;
      INSERT INTO t SELECT n, n, CONCAT('a text of some length, number ', n) FROM \(TestDatabase.numbers(below: 200_000));
      INSERT INTO u SELECT n, n, 'other' FROM \(TestDatabase.numbers(below: 1_000));
      UPDATE t SET a = a + 1 WHERE id MOD 2 = 0; DELETE FROM t WHERE id MOD 5 = 0;
      COMMIT;
      """)
    let outcome = try job.expectAligned()
    try job.expectExact()
    let peak = try outcome.lines().last?["peakBytes"]?.integer ?? .max
    #expect(peak < 400 << 20)
  }
}
