import Foundation
import SluiceCore
import TestKit
import Testing

/// Whole jobs into tables of a REST catalog, which pyiceberg and DuckDB read through the same catalog.
@Suite struct RESTJobTests {
  @Test("A job copies and follows through an encrypted catalog with OAuth2, and foreign clients read its tables through plain HTTP")
  func job() throws {
    let certificates = try TestCertificates()
    let server = try RESTCatalogServer(
      ["warehouse": "main", "prefix": "p", "client": ["me", "word"], "scope": "lake", "tokenSeconds": 3600], tls: certificates)
    let database = try Self.database()
    let job = try FollowingJob(
      from: database,
      [
        "sink": Self.sink(server).merging([
          "warehouse": "main",
          "catalog": ["credential": "me:word", "scope": "lake", "tls": ["ca": .string(certificates.authority)], "namespace": ["raw"]],
        ])
      ])
    let check = try job.job.command("check")
    #expect(check.exitCode == 0 && check.output.contains("answers"), "\(check)")
    let first = try job.align()
    #expect(first.exitCode == 0, "\(first)")
    try server.expireTokens()
    try Self.change(database)
    let second = try job.align()
    #expect(second.exitCode == 0, "\(second)")
    #expect(try server.violations() == [])
    let requests = try server.requests("update_table")
    #expect(requests.count >= 2 && requests.allSatisfy { $0.path.hasPrefix("/v1/p/namespaces/raw%1F") })
    try Self.expectRows(of: database, in: RESTCatalogServer(sharing: server), namespace: ["raw", database.name])
  }

  @Test("Whatever happens to its commits, every row is there once")
  func faults() throws {
    let server = try RESTCatalogServer()
    let database = try Self.database()
    let job = try FollowingJob(from: database, ["sink": Self.sink(server)])
    let faults: [SpecValue] = [
      ["status": 500, "applied": true], ["status": 502, "applied": false], ["cut": true, "applied": true], ["cut": true, "applied": false],
      ["half": true, "applied": true], ["status": 409, "type": "CommitFailedException"], ["status": 503, "retryAfter": 1, "applied": true],
      ["status": 429, "retryAfter": 1],
    ]
    for fault in faults { try server.fault("update_table", fault) }
    try server.fault("create_table", ["cut": true, "applied": true])
    try server.fault("load_table", ["status": 503])
    #expect(try job.align().exitCode == 0)
    for fault in faults {
      try server.fault("update_table", fault)
      try Self.change(database)
      let outcome = try job.align()
      #expect(outcome.exitCode == 0, "\(fault): \(outcome)")
    }
    try Self.expectRows(of: database, in: server, namespace: [database.name])
    #expect(try server.violations() == [])
  }

  @Test("A job that is killed while its commit is on the way goes on and has every row once", arguments: [true, false])
  func killed(_ isApplied: Bool) throws {
    let server = try RESTCatalogServer()
    let database = try Self.database()
    let job = try FollowingJob(from: database, ["sink": Self.sink(server)])
    #expect(try job.align().exitCode == 0)
    try Self.change(database)
    try server.fault("update_table", ["gate": "commit", "applied": .boolean(isApplied)])
    try server.forgetRequests()
    let run = try job.start()
    try Deadline.wait(for: "a commit at the gate") { try server.isHeld("commit") }
    run.send(SIGKILL)
    _ = try run.wait()
    try server.openGate("commit")
    let outcome = try job.align()
    #expect(outcome.exitCode == 0, "\(outcome)")
    try Self.expectRows(of: database, in: server, namespace: [database.name])
  }

  @Test("A catalog that refuses is told by check and by run, with the exit code of catalogs")
  func refused() throws {
    let server = try RESTCatalogServer(["tokens": ["good"]])
    let job = try CopyJob(from: Self.database(), ["sink": Self.sink(server).merging(["catalog": ["token": "token-of-mine"]])])
    for outcome in [try job.command("check"), try job.run()] {
      #expect(outcome.exitCode == 6, "\(outcome)")
      #expect(!(outcome.output + outcome.errors).contains("token-of-mine"))
    }
    #expect(try job.run().errors.contains("catalog-authentication"))
  }

  private static func sink(_ server: RESTCatalogServer) -> SpecValue {
    ["type": "iceberg", "warehouse": "", "catalog": ["type": "rest", "uri": .string(server.uri)]]
  }

  private static func database() throws -> TestDatabase {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      """
      CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20), n BIGINT);
      INSERT INTO t SELECT seq, CONCAT('row ', seq), 1 FROM seq_1_to_300;
      """)
    return database
  }

  /// Updates, deletes and inserts, different ones each time.
  private static func change(_ database: TestDatabase) throws {
    try database.execute(
      """
      UPDATE t SET n = n + 1 WHERE id % 7 = 0; DELETE FROM t WHERE id % 31 = 5 LIMIT 3;
      INSERT INTO t SELECT m.m + 1, 'new', 0 FROM (SELECT MAX(id) m FROM t) m;
      """)
  }

  private static func expectRows(
    of database: TestDatabase, in server: RESTCatalogServer, namespace: [String], location: SourceLocation = #_sourceLocation
  ) throws {
    let answer = try RESTClients.ask("read", of: server, ["table": .array((namespace + ["t"]).map { .string($0) })])
    let rows = try database.query("SELECT id, name, n FROM t").map { row in SpecValue.array(row.map { $0.map { .string($0) } ?? .null }) }
    let expected = rows.sorted { "\($0)" < "\($1)" }
    for client in ["pyiceberg", "duckdb"] {
      #expect(answer[client]?.items.sorted { "\($0)" < "\($1)" } == expected, "\(client)", sourceLocation: location)
    }
  }
}
