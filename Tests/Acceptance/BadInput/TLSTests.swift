import SluiceCore
import TestKit
import Testing

@Suite struct TLSTests {
  @Test("A server that proves itself to the right authority is read, encrypted", arguments: DatabaseServer.Product.allCases)
  func rightAuthority(_ product: DatabaseServer.Product) throws {
    let (database, job) = try Self.job(on: product) { ["mode": "verify-full", "ca": .string($0 + "/ca.pem")] }
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try job.lake.table(database, "t").count() == 2)
    let check = try job.command("check")
    #expect(check.exitCode == 0 && check.output.contains("encrypted (TLS"), "\(check)")
  }

  @Test("A server that proves itself to another authority, or to none, is not read", arguments: DatabaseServer.Product.allCases)
  func otherAuthority(_ product: DatabaseServer.Product) throws {
    let (_, other) = try Self.job(on: product) { ["mode": "verify-full", "ca": .string($0 + "/other-ca.pem")] }
    try refused(other)
    let (_, system) = try Self.job(on: product) { _ in ["mode": "verify-full"] }
    try refused(system)
  }

  @Test("A certificate that does not name the host is not trusted", arguments: DatabaseServer.Product.allCases)
  func wrongName(_ product: DatabaseServer.Product) throws {
    // Another spelling of 127.0.0.1, which the certificate does not hold.
    let (_, job) = try Self.job(on: product, host: "127.1") { ["mode": "verify-full", "ca": .string($0 + "/ca.pem")] }
    try refused(job)
    let (_, trusting) = try Self.job(on: product, host: "127.1") { _ in ["mode": "required"] }
    let outcome = try trusting.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
  }

  @Test("Without encryption an account that asks for it is refused", arguments: DatabaseServer.Product.allCases)
  func encryptionMissing(_ product: DatabaseServer.Product) throws {
    let (_, job) = try Self.job(on: product) { _ in ["mode": "disabled"] }
    let outcome = try job.run()
    #expect(outcome.exitCode == 3, "\(outcome)")
    job.expectUntouchedLake()
  }

  @Test("An authority's file that is not there is told")
  func missingFile() throws {
    let (_, job) = try Self.job(on: .mariadb) { ["mode": "verify-full", "ca": .string($0 + "/no-such-ca.pem")] }
    let outcome = try job.run()
    #expect(outcome.exitCode == 3 || outcome.exitCode == 2, "\(outcome)")
    #expect(outcome.errors.contains("ca"), "\(outcome)")
    job.expectUntouchedLake()
  }

  /// A job of an account that must come encrypted.
  private static func job(
    on product: DatabaseServer.Product, host: String = "127.0.0.1", _ tls: (String) -> SpecValue
  ) throws -> (TestDatabase, CopyJob) {
    let database = try TestDatabase(on: product)
    try database.execute(
      """
      CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1), (2);
      CREATE USER '\(database.name)'@'%' IDENTIFIED BY 'pass-of-its-own' REQUIRE SSL;
      GRANT SELECT ON \(database.name).* TO '\(database.name)'@'%';
      """)
    let job = try CopyJob(
      from: database,
      ["source": ["host": .string(host), "user": .string(database.name), "password": "pass-of-its-own", "tls": tls(database.server.tlsFolder)]])
    return (database, job)
  }

  private func refused(_ job: CopyJob, location: SourceLocation = #_sourceLocation) throws {
    try job.run().expectRefused(3, .sourceUnreachable, "ertificate", "source.tls.ca", location: location)
    job.expectUntouchedLake(location: location)
  }
}
