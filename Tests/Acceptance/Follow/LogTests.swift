import Foundation
import SluiceCore
import TestKit
import Testing

/// Logs that have lost what comes next, or are another server's, or cannot be followed. Each test breaks a server of its own.
@Suite struct LogTests {
  @Test("A job whose log was purged stops and says so, or copies its tables anew", arguments: DatabaseServer.Product.allCases)
  func purged(_ product: DatabaseServer.Product) throws {
    let (database, job) = try Self.job(on: DatabaseServer(product))
    try job.expectAligned()
    try database.execute("INSERT INTO t VALUES (4, 'while away'); DELETE FROM t WHERE id = 1; FLUSH BINARY LOGS;")
    // A log that the server still sends to the last run's connection is not purged.
    try Deadline.wait(for: "the old log to go") {
      let newest = try database.query("SHOW BINARY LOGS").last?.first ?? nil
      try database.execute("PURGE BINARY LOGS TO '\(newest ?? "")'")
      return try database.query("SHOW BINARY LOGS").count == 1
    }
    try database.execute("INSERT INTO t VALUES (5, 'later')")
    try job.align().expectRefused(4, .sourceLogGone)
    try job.job.write(job.job.spec.merging(["source": ["logGone": "resnapshot"]]))
    try job.finish()
    try database.execute("UPDATE t SET t = 'followed on'")
    try job.finish()
  }

  @Test("A job that is pointed at another server stops and says so, or copies that server's tables", arguments: DatabaseServer.Product.allCases)
  func replaced(_ product: DatabaseServer.Product) throws {
    let (database, job) = try Self.job(on: DatabaseServer(product))
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    let other = try TestDatabase(named: database.name, on: DatabaseServer(product))
    try other.execute(Self.tables + "CREATE TABLE _marks (id INT AUTO_INCREMENT PRIMARY KEY); UPDATE t SET t = 'other'; DELETE FROM t WHERE id = 2;")
    let moved = try FollowingJob(from: other, ["source": ["port": .integer(other.server.port)]])
    try FileManager.default.copyItem(atPath: job.job.state, toPath: moved.job.state)
    try FileManager.default.copyItem(atPath: job.lake.warehouse, toPath: moved.lake.warehouse)
    try moved.align().expectRefused(4, .sourceLogForeign)
    try moved.job.write(moved.job.spec.merging(["source": ["logGone": "resnapshot"]]))
    try moved.finish()
  }

  @Test("Rows that are logged as statements end the job before they are missed", arguments: DatabaseServer.Product.allCases)
  func statementFormat(_ product: DatabaseServer.Product) throws {
    let (database, job) = try Self.job(on: .shared(product))
    try job.expectAligned()
    try database.execute(
      "INSERT INTO t VALUES (4, 'as a row'); SET SESSION binlog_format = STATEMENT; UPDATE t SET t = 'as a statement' WHERE id = 2")
    let outcome = try job.align()
    outcome.expectRefused(4, .sourceLogUnusable, "\(database.name).t", "binlog_format")
    #expect(try job.lake.table(database, "t").rows(columns: ["t"]).rows.allSatisfy { $0 != ["as a statement"] })
  }

  @Test(
    "A log without whole rows is refused by check, and by a run that meets one", arguments: DatabaseServer.Product.allCases, ["MINIMAL", "NOBLOB"])
  func rowImage(_ product: DatabaseServer.Product, image: String) throws {
    let (database, job) = try Self.job(on: DatabaseServer(product))
    try job.expectAligned()
    try database.execute("SET GLOBAL binlog_row_image = \(image)")
    let check = try job.job.command("check")
    #expect(check.exitCode == 4 && check.output.contains("binlog_row_image"), "\(check)")
    try database.execute("UPDATE t SET id = 9 WHERE id = 2")
    if image == "MINIMAL" { try job.align().expectRefused(4, .sourceLogUnusable, "binlog_row_image") }
  }

  @Test("A server that logs nothing, or statements, or not this database, is refused by check", arguments: DatabaseServer.Product.allCases)
  func unusable(_ product: DatabaseServer.Product) throws {
    let cases = [(["--skip-log-bin"], "log"), (["--binlog-format=STATEMENT"], "binlog_format"), (["--binlog-do-db=elsewhere"], "binlog_do_db")]
    for (options, word) in cases {
      // A server that logs nothing has no identifiers.
      let more = options == ["--skip-log-bin"] && product == .mysql ? ["--gtid-mode=OFF", "--enforce-gtid-consistency=OFF"] : []
      let (_, job) = try Self.job(on: DatabaseServer(product, options: options + more))
      let check = try job.job.command("check")
      #expect(check.exitCode == 4 && check.output.contains(word), "\(options): \(check)")
    }
  }

  @Test("An account that may not read the log is refused by check, with the statement that helps", arguments: DatabaseServer.Product.allCases)
  func privileges(_ product: DatabaseServer.Product) throws {
    let (database, _) = try Self.job(on: .shared(product))
    try database.execute(
      "CREATE USER '\(database.name)'@'%' IDENTIFIED BY 'pass-of-its-own'; GRANT SELECT ON \(database.name).* TO '\(database.name)'@'%'")
    let job = try FollowingJob(from: database, ["source": ["user": .string(database.name), "password": "pass-of-its-own"]])
    let look = product == .mysql ? "REPLICATION CLIENT" : "BINLOG MONITOR"
    for privilege in [look, "REPLICATION SLAVE"] {
      let check = try job.job.command("check")
      #expect(check.exitCode == 4 && check.output.contains("GRANT") && check.output.contains(privilege), "\(check)")
      #expect(try job.align().exitCode == 4)
      try database.execute("GRANT \(privilege) ON *.* TO '\(database.name)'@'%'")
    }
    #expect(try job.job.command("check").exitCode == 0)
    try job.finish()
  }

  static let tables = "CREATE TABLE t (id INT PRIMARY KEY, t VARCHAR(30)); INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three');"

  private static func job(on server: DatabaseServer) throws -> (TestDatabase, FollowingJob) {
    let database = try TestDatabase(on: server)
    try database.execute(tables)
    return (database, try FollowingJob(from: database))
  }
}
