import SluiceCore
import TestKit
import Testing

/// Servers and connections that go away while a job follows.
@Suite struct FollowLossTests {
  @Test("A server that is killed while its changes are followed and comes back costs nothing but time", arguments: DatabaseServer.Product.allCases)
  func serverComesBack(_ product: DatabaseServer.Product) throws {
    // What is told to be committed must be there after the kill.
    let durable = ["--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1"]
    let server = try DatabaseServer(product, options: durable)
    let workload = try Workload(on: server, seed: SeededRandom.processSeed, rows: 60, tables: 5)
    let job = try FollowingJob(from: workload.database, FollowingJob.applyingAll.merging(["settings": ["retry": "1m"]]))
    let process = try job.start()
    let changes = try workload.start(["--rate", "100", "--statements-every", "25"])
    for _ in 0..<4 {
      try job.waitForCheckpoint(job.newestCheckpoint + 3, of: process)
      try server.kill()
      try server.restart()
    }
    try job.waitForCheckpoint(job.newestCheckpoint + 2, of: process)
    let done = try changes.stop()
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    try job.finish([], "seed \(workload.seed) \(done)")
  }

  @Test("Connections that break in the middle of an event, again and again, cost nothing but time", arguments: DatabaseServer.Product.allCases)
  func brokenConnections(_ product: DatabaseServer.Product) throws {
    // A log of its own, and cuts that the largest transactions get through between.
    let workload = try Workload(on: DatabaseServer(product), seed: SeededRandom.processSeed, rows: 100)
    let proxy = try CuttingProxy(to: workload.database.server, seed: workload.seed, meanBytes: 250_000)
    let job = try FollowingJob(
      from: workload.database,
      FollowingJob.applyingAll.merging(["source": ["port": .integer(proxy.port), "pageBytes": "16KiB"], "settings": ["retry": "1m"]]))
    let process = try job.start()
    let done = try workload.start(["--operations", "600", "--statements-every", "30", "--steady"]).wait()
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    proxy.stopCutting()
    try job.finish([], "seed \(workload.seed) \(done)")
  }

  @Test("Connections that the server ends, again and again, cost nothing but time", arguments: DatabaseServer.Product.allCases)
  func killedConnections(_ product: DatabaseServer.Product) throws {
    let workload = try Workload(on: .shared(product), seed: SeededRandom.processSeed, rows: 60, tables: 5)
    let database = workload.database
    // An account of its own, so that no other test's connections are met.
    try database.execute(
      """
      CREATE USER '\(database.name)'@'%' IDENTIFIED BY 'pass-of-its-own'; GRANT SELECT ON \(database.name).* TO '\(database.name)'@'%';
      GRANT REPLICATION SLAVE, \(product == .mysql ? "REPLICATION CLIENT" : "BINLOG MONITOR") ON *.* TO '\(database.name)'@'%';
      """)
    let job = try FollowingJob(
      from: database,
      FollowingJob.applyingAll.merging(["source": ["user": .string(database.name), "password": "pass-of-its-own"], "settings": ["retry": "1m"]]))
    let process = try job.start()
    let changes = try workload.start(["--rate", "150", "--statements-every", "25"])
    try job.waitForCheckpoint(2, of: process)
    for _ in 0..<8 {
      try job.waitForCheckpoint(job.newestCheckpoint + 2, of: process)
      for row in try database.query(Self.connections(product, of: database.name)) {
        // A connection may end by itself before it is killed.
        try? database.execute("KILL \(row.first.flatMap { $0 } ?? "0")")
      }
    }
    let done = try changes.stop()
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    try job.finish([], "seed \(workload.seed) \(done)")
  }

  /// MySQL's `information_schema.processlist` fails while any session's statement holds characters beyond utf8mb3.
  private static func connections(_ product: DatabaseServer.Product, of user: String) -> String {
    product == .mysql
      ? "SELECT processlist_id FROM performance_schema.threads WHERE processlist_user = '\(user)'"
      : "SELECT id FROM information_schema.processlist WHERE user = '\(user)'"
  }
}
