import SluiceCore
import TestKit
import Testing

@Suite struct AccountTests {
  @Test("A wrong password is refused, by a run and by a check, without a trace in the lake", arguments: DatabaseServer.Product.allCases)
  func wrongPassword(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY)")
    let job = try CopyJob(from: database, ["source": ["password": "not-the-password"]])
    try job.run().expectRefused(3, .sourceAuthentication, "Access denied", "'sluice'", "source.password")
    let check = try job.command("check")
    #expect(check.exitCode == 3 && check.output.contains("Access denied"), "\(check)")
    job.expectUntouchedLake()
  }

  @Test("A server that nobody runs is unreachable at once")
  func nobodyListens() throws {
    let database = try TestDatabase(on: .mariadb)
    let job = try CopyJob(from: database, ["source": ["port": 1]])
    try job.run(within: .seconds(180)).expectRefused(3, .sourceUnreachable, "127.0.0.1:1", "source.port")
    job.expectUntouchedLake()
  }

  @Test("An account that may read the tables and nothing else copies them", arguments: DatabaseServer.Product.allCases)
  func selectAlone(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE a (id INT PRIMARY KEY); INSERT INTO a VALUES (1), (2); CREATE TABLE b (id INT); INSERT INTO b VALUES (1)")
    let job = try Self.job(database, granting: "SELECT ON \(database.name).*")
    let check = try job.command("check")
    #expect(check.exitCode == 0, "\(check)")
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try job.lake.table(database, "a").count() == 2)
    #expect(try job.lake.table(database, "b").count() == 1)
  }

  @Test("A table that the account may see but not read is named with the grant that helps", arguments: DatabaseServer.Product.allCases)
  func noSelect(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INT PRIMARY KEY); INSERT INTO a VALUES (1)")
    let job = try Self.job(database, granting: "SELECT ON \(database.name).a", "INSERT ON \(database.name).b")
    try job.run().expectRefused(4, .sourcePrivilege, "\(database.name).b", "GRANT SELECT ON `\(database.name)`.`b` TO '\(database.name)'")
    let check = try job.command("check")
    #expect(check.exitCode == 4 && check.output.contains("GRANT SELECT ON `\(database.name)`.`b`"), "\(check)")
    job.expectUntouchedLake()
  }

  @Test("A table that the account may not even see is named with the grant that helps", arguments: DatabaseServer.Product.allCases)
  func noRight(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id INT PRIMARY KEY)")
    let job = try Self.job(database, tables: ["a", "b"], granting: "SELECT ON \(database.name).a")
    let outcome = try job.run()
    #expect(outcome.exitCode == 4 && [.sourcePrivilege, .sourceTableMissing].map(\ErrorKind.name).contains(outcome.errorKind), "\(outcome)")
    #expect(outcome.errors.contains("\(database.name).b"), "\(outcome)")
    #expect(outcome.errors.contains("GRANT SELECT ON `\(database.name)`.`b` TO '\(database.name)'"), "\(outcome)")
    job.expectUntouchedLake()
  }

  @Test(
    "A table with a column that the account may not read is not copied without it", arguments: DatabaseServer.Product.allCases,
    ["SELECT (id, open)", "SELECT (id, open), INSERT"])
  func columnRights(_ product: DatabaseServer.Product, _ rights: String) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE a (id INT PRIMARY KEY, open INT, closed INT); INSERT INTO a VALUES (1, 2, 3)")
    let job = try Self.job(database, granting: rights + " ON \(database.name).a")
    try job.run().expectRefused(4, .sourcePrivilege, "\(database.name).a", "GRANT SELECT ON `\(database.name)`.`a`")
    job.expectUntouchedLake()
  }

  /// A job of an account that is named as its database and has just these rights.
  private static func job(_ database: TestDatabase, tables: [String]? = nil, granting rights: String...) throws -> CopyJob {
    let grants = rights.map { "GRANT \($0) TO '\(database.name)'@'%';" }.joined(separator: "\n")
    try database.execute("CREATE USER '\(database.name)'@'%' IDENTIFIED BY 'pass-of-its-own';\n" + grants)
    return try CopyJob(from: database, tables: tables, ["source": ["user": .string(database.name), "password": "pass-of-its-own"]])
  }
}
