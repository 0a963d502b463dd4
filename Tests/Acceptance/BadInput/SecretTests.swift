import Foundation
import SluiceCore
import TestKit
import Testing

@Suite struct SecretTests {
  private static let right = "Right-and-secret-4711"
  private static let wrong = "Wrong-and-secret-0815"

  @Test("A password is in nothing that is printed or written, whatever happens", arguments: ["text", "env", "file"])
  func password(given: String) throws {
    let (database, job) = try Self.job()
    for password in [Self.right, Self.wrong] {
      try job.write(job.spec.merging(["source": ["password": try Self.reference(to: password, given, job)]]))
      for command in ["check", "plan", "run", "run"] {
        let outcome = try SluiceProcess.run([command, job.specPath], environment: ["SLUICE_TEST_SECRET": password], folder: job.folder.path)
        #expect(outcome.exitCode == (password == Self.right ? 0 : 3), "\(command): \(outcome)")
        Self.expectNoSecret(in: outcome)
      }
    }
    #expect(try job.lake.table(database, "t").count() == 2)
    try Self.expectNoSecret(below: job, except: ["copy.json", "secret"])
  }

  @Test("A password of a spec that is wrong elsewhere is not printed")
  func brokenSpecs() throws {
    let (_, job) = try Self.job()
    let specs: [SpecValue] = [
      ["source": ["password": [.string(Self.right)]]], ["source": ["password": ["text": .string(Self.right)]]],
      ["source": ["passwort": .string(Self.right)]], ["source": ["port": "none", "password": .string(Self.right)]],
    ]
    for spec in specs {
      try job.write(job.spec.merging(spec))
      let outcome = try job.run()
      #expect(outcome.exitCode == 2, "\(outcome)")
      Self.expectNoSecret(in: outcome)
    }
    try "{\"source\": {\"password\": \"\(Self.right)\" 7}}".write(toFile: job.specPath, atomically: true, encoding: .utf8)
    Self.expectNoSecret(in: try job.run())
  }

  @Test("A password is not in what a broken connection or a failing run leaves")
  func failures() throws {
    let (database, job) = try Self.job()
    try database.execute("SET sql_mode = ''; ALTER TABLE t ADD COLUMN day DATE; UPDATE t SET day = 0")
    try job.write(job.spec.merging(["source": ["password": .string(Self.right)]]))
    let outcome = try job.run()
    #expect(outcome.exitCode == 5, "\(outcome)")
    Self.expectNoSecret(in: outcome)
    try Self.expectNoSecret(below: job, except: ["copy.json"])
  }

  private static func job() throws -> (TestDatabase, CopyJob) {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      """
      CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1), (2);
      CREATE USER '\(database.name)'@'%' IDENTIFIED BY '\(right)';
      GRANT SELECT ON \(database.name).* TO '\(database.name)'@'%';
      """)
    return (database, try CopyJob(from: database, ["source": ["user": .string(database.name)]]))
  }

  /// The password as the spec gives it.
  private static func reference(to password: String, _ given: String, _ job: CopyJob) throws -> SpecValue {
    switch given {
    case "env": return ["env": "SLUICE_TEST_SECRET"]
    case "file":
      try "\(password)\n".write(toFile: job.folder.appending("secret"), atomically: true, encoding: .utf8)
      return ["file": "secret"]
    default: return .string(password)
    }
  }

  private static func expectNoSecret(in outcome: SluiceProcess.Outcome, location: SourceLocation = #_sourceLocation) {
    for secret in [right, wrong] {
      #expect(!outcome.output.contains(secret) && !outcome.errors.contains(secret), "\(outcome)", sourceLocation: location)
    }
  }

  /// Looks through every byte of every file below the job's folder.
  private static func expectNoSecret(below job: CopyJob, except own: Set<String>, location: SourceLocation = #_sourceLocation) throws {
    let files = FileManager.default.enumerator(atPath: job.folder.path)?.compactMap { $0 as? String } ?? []
    #expect(files.contains { $0.hasPrefix("state/checkpoint-") }, sourceLocation: location)
    for file in files where !own.contains(file) {
      guard let data = try? Data(contentsOf: URL(filePath: job.folder.appending(file))) else { continue }
      for secret in [right, wrong] {
        #expect(data.range(of: Data(secret.utf8)) == nil, "\(file)", sourceLocation: location)
      }
    }
  }
}
