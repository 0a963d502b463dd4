import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// Several servers, and several who follow one.
@Suite(.serialized) struct StreamServerTests {
  @Test(arguments: DatabaseServer.Product.allCases)
  func `another server of the replication goes on where the first one fell`(_ product: DatabaseServer.Product) throws {
    let first = try DatabaseServer(product)
    let second = try DatabaseServer(product)
    // Its log files are numbered otherwise.
    try second.execute("FLUSH BINARY LOGS; FLUSH BINARY LOGS")
    let account = "'127.0.0.1', %PORT=\(first.port), %USER='\(DatabaseServer.user)', %PASSWORD='\(DatabaseServer.password)'"
    switch product {
    case .mysql:
      try second.execute(
        "CHANGE REPLICATION SOURCE TO SOURCE_HOST=\(account.replacing("%", with: "SOURCE_")), SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1; START REPLICA"
      )
    case .mariadb:
      try second.execute("CHANGE MASTER TO MASTER_HOST=\(account.replacing("%", with: "MASTER_")), MASTER_USE_GTID=slave_pos; START SLAVE")
    }
    let database = try TestDatabase(on: first)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY, v VARCHAR(2000))")
    let follower = try database.followed()
    try database.execute(
      "INSERT INTO t VALUES (1, 'a'); START TRANSACTION; INSERT INTO t VALUES (2, 'b'), (3, 'c'); UPDATE t SET v = REPEAT('x', 2000); COMMIT")
    try follower.readToHead(bytes: 1)
    try Deadline.wait(for: "the replica to have all", within: .seconds(60)) {
      try second.query("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database.name)'")[0][0] == "1"
        && second.query("SELECT COUNT(*) FROM `\(database.name)`.t WHERE v LIKE 'x%'")[0][0] == "3"
    }
    try first.kill()
    try second.execute("\(product == .mysql ? "STOP REPLICA" : "STOP SLAVE"); INSERT INTO `\(database.name)`.t VALUES (9, 'new')")

    var options = OptionValues()
    options["port"] = .integer(second.port)
    options["user"] = .string(DatabaseServer.user)
    options["password"] = .secret(Secret(DatabaseServer.password))
    let source = try MySQLPlugin.make(options)
    #expect(follower.boundaries.contains { (try? MySQLPosition($0.position).isWithinTransaction) ?? false })
    for boundary in follower.boundaries {
      let next = try LogFollower(source, follower.selection.include, from: boundary.position, tables: Array(boundary.tables.values))
      try next.readToHead()
      #expect(next.rows.map(\.sequence) == (Int64(boundary.itemCount + 1)...7).map { $0 }, "\(boundary.position)")
      #expect(next.rows.last?.values.first == "9")
      #expect(try MySQLPosition(next.position).server == LogServer(MySQLSession.open(next.source.options)).identity())
    }
    let byFile = try TestDatabase.withoutGTIDs(follower.position)
    let error = failure { _ = try LogFollower(source, follower.selection.include, from: byFile, tables: []) }
    #expect(error?.kind == .sourceLogForeign, "\(String(describing: error))")
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `several streams follow one server side by side`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY)")
    let followers = try (0..<4).map { _ in try database.followed() }
    try database.execute("INSERT INTO t VALUES (1), (2)")
    for follower in followers {
      try follower.readToHead()
      #expect(follower.rows.count == 2)
      try Deadline.wait(for: "the log to be quiet", within: .seconds(60)) {
        try follower.read(within: 0.2)
        return follower.lastSlice?.bytesBehind == 0
      }
      #expect(follower.lastSlice?.items.isEmpty == true)
    }
  }

  @Test func `a number that another replica has is told`() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY)")
    let first = try database.followed(options: ["serverId": .integer(77)])
    try first.readToHead()
    let second = try database.followed(options: ["serverId": .integer(77)])
    try second.readToHead()
    let error = try Deadline.value(of: "the first to be told", within: .seconds(30)) { failure { try first.read() } }
    #expect(error.kind == .sourceConnectionLost && error.remedy?.contains("serverId") == true, "\(error) \(error.remedy ?? "")")
    try database.execute("INSERT INTO t VALUES (1)")
    try second.readToHead()
    #expect(second.rows.count == 1)
  }
}
