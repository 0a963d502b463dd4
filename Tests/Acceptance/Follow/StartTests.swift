import SluiceCore
import TestKit
import Testing

/// Where a job may begin. Each test has a server of its own, whose log holds nothing else.
@Suite struct StartTests {
  @Test("A job that starts at the head of the log copies nothing and follows what comes", arguments: DatabaseServer.Product.allCases)
  func latest(_ product: DatabaseServer.Product) throws {
    let (database, job) = try Self.job(on: product, ["startup": "latest"])
    try database.execute("INSERT INTO t VALUES (1, 1), (2, 2)")
    let process = try job.start()
    // Its lines tell a position when it has found the head.
    try Deadline.wait(for: "the head of the log") { process.hasEnded || process.output.contains("\"stream\"") }
    try job.waitUntilCaughtUp(process)
    try database.execute(
      "INSERT INTO t VALUES (3, 3); UPDATE t SET a = 22 WHERE id = 2; CREATE TABLE u (id INT PRIMARY KEY); INSERT INTO u VALUES (1)")
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    #expect(try Self.rows(job) == [[2, 22], [3, 3]])
    try job.expectEqual("u")
    // It goes on from its state, and not from the head.
    try database.execute("INSERT INTO t VALUES (4, 4)")
    try job.expectAligned()
    #expect(try Self.rows(job) == [[2, 22], [3, 3], [4, 4]])
  }

  @Test("A job that starts at the oldest part of the log follows all that is in it", arguments: DatabaseServer.Product.allCases)
  func earliest(_ product: DatabaseServer.Product) throws {
    let (database, job) = try Self.job(on: product, ["startup": "earliest"])
    try database.execute(
      "INSERT INTO t VALUES (1, 1), (2, 2); UPDATE t SET a = 7; FLUSH BINARY LOGS; INSERT INTO t VALUES (3, 3); DELETE FROM t WHERE id = 1")
    try job.finish()
  }

  @Test("A job that starts at a place follows what comes after it", arguments: DatabaseServer.Product.allCases, ["file", "identifiers"])
  func place(_ product: DatabaseServer.Product, by kind: String) throws {
    let server = try DatabaseServer(product)
    let database = try TestDatabase(on: server)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 1)")
    let place: String?
    if kind == "file" {
      let head = try database.query(product == .mysql ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS").first ?? []
      place = "\(head[0] ?? ""):\(head[1] ?? "")"
    } else {
      place = try database.query(product == .mysql ? "SELECT @@gtid_executed" : "SELECT @@gtid_current_pos").first?.first ?? nil
    }
    try database.execute("INSERT INTO t VALUES (2, 2); UPDATE t SET a = 22 WHERE id = 2")
    let job = try FollowingJob(from: database, ["source": ["startup": "position", "startAt": .string(try #require(place))]])
    try job.expectAligned()
    #expect(try Self.rows(job) == [[2, 22]])
  }

  @Test("A job that starts at a time follows what was committed from then on", arguments: DatabaseServer.Product.allCases)
  func timestamp(_ product: DatabaseServer.Product) throws {
    let server = try DatabaseServer(product)
    let database = try TestDatabase(on: server)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 1); FLUSH BINARY LOGS; INSERT INTO t VALUES (2, 2)")
    let before = try Self.seconds(database)
    // The log counts whole seconds.
    try Deadline.wait(for: "the server's clock") { try Self.seconds(database) >= before + 2 }
    try database.execute("INSERT INTO t VALUES (3, 3); FLUSH BINARY LOGS; INSERT INTO t VALUES (4, 4)")
    let time = try #require(
      try database.query("SET time_zone = '+00:00'; SELECT DATE_FORMAT(FROM_UNIXTIME(\(before + 1)), '%Y-%m-%dT%H:%i:%sZ')").last?.first ?? nil)
    let job = try FollowingJob(from: database, ["source": ["startup": "timestamp", "startAt": .string(time)]])
    try job.expectAligned()
    #expect(try Self.rows(job) == [[3, 3], [4, 4]])
  }

  @Test("A place that the log does not hold is refused", arguments: DatabaseServer.Product.allCases)
  func noPlace(_ product: DatabaseServer.Product) throws {
    for place in ["binlog.999999:4", "nonsense", "binlog.000001:9999999999"] {
      let (_, job) = try Self.job(on: .shared(product), ["startup": "position", "startAt": .string(place)])
      let outcome = try job.align()
      #expect([2, 4].contains(outcome.exitCode), "\(place): \(outcome)")
      #expect(!outcome.errors.contains("defect"), "\(place): \(outcome)")
    }
  }

  @Test("A job that only copied goes on to follow, from where its copy began", arguments: DatabaseServer.Product.allCases)
  func afterSnapshot(_ product: DatabaseServer.Product) throws {
    let (database, job) = try Self.job(on: .shared(product), ["startup": "snapshot"])
    try database.execute("INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)")
    let outcome = try job.job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    try database.execute("DELETE FROM t WHERE id = 1; UPDATE t SET a = 22 WHERE id = 2")
    try job.job.write(job.job.spec.merging(["source": ["startup": "initial"]]))
    try job.finish()
  }

  private static func job(on product: DatabaseServer.Product, _ source: SpecValue) throws -> (TestDatabase, FollowingJob) {
    try job(on: DatabaseServer(product), source)
  }

  private static func job(on server: DatabaseServer, _ source: SpecValue) throws -> (TestDatabase, FollowingJob) {
    let database = try TestDatabase(on: server)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT)")
    return (database, try FollowingJob(from: database, ["source": source]))
  }

  private static func rows(_ job: FollowingJob) throws -> [[SpecValue]] {
    try job.lake.table(job.database, "t").rows(keys: ["id"]).rows
  }

  private static func seconds(_ database: TestDatabase) throws -> Int {
    try database.query("SELECT UNIX_TIMESTAMP()").first?.first.flatMap { $0.flatMap { Int($0) } } ?? 0
  }
}
