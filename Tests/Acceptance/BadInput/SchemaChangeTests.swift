import Foundation
import SluiceCore
import TestKit
import Testing

@Suite struct SchemaChangeTests {
  /// What happens to the table during its load, and the words that tell it.
  struct Change: CustomTestStringConvertible, Sendable {
    let statement: String
    /// One of these is named.
    let columns: [String]
    /// Told as well; empty where a page may meet the change first, which tells it in the server's words.
    var word = ""

    var testDescription: String { statement }
  }

  static let changes = [
    Change(statement: "ALTER TABLE t MODIFY note VARCHAR(90)", columns: ["note"], word: "changed"),
    Change(statement: "ALTER TABLE t MODIFY number BIGINT", columns: ["number"], word: "changed"),
    Change(statement: "ALTER TABLE t DROP COLUMN note", columns: ["note"]),
    Change(statement: "ALTER TABLE t ADD COLUMN extra INT", columns: ["extra"], word: "added"),
    Change(statement: "ALTER TABLE t RENAME COLUMN note TO remark", columns: ["note", "remark"]),
  ]

  @Test("A column that changes during the load ends it and is named", arguments: Passage.allCases, changes)
  func column(_ passage: Passage, _ change: Change) throws {
    let (database, job) = try Self.table(on: passage)
    let outcome = try Self.run(job) { try database.execute(change.statement) }
    // What is told does not go away by trying again.
    for outcome in [outcome, try job.run()] {
      outcome.expectRefused(4, .sourceSchemaChanged, "\(database.name).t", "load the table again")
      #expect(change.columns.contains { outcome.errors.contains($0) }, "\(outcome)")
    }
    #expect(change.word.isEmpty || outcome.errors.contains(change.word), "\(outcome)")
    try Self.expectPart(of: job, database)
  }

  @Test("A key that changes during the load ends it", arguments: Passage.allCases)
  func key(_ passage: Passage) throws {
    let (database, job) = try Self.table(on: passage)
    let outcome = try Self.run(job) { try database.execute("ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (number, id)") }
    outcome.expectRefused(4, .sourceSchemaChanged, "\(database.name).t")
    try job.run().expectRefused(4, .sourceSchemaChanged, "\(database.name).t", "its key was (id) and is (number, id)")
  }

  @Test("A table that is dropped during the load ends it and is named", arguments: Passage.allCases)
  func dropped(_ passage: Passage) throws {
    let (database, job) = try Self.table(on: passage)
    let outcome = try Self.run(job) { try database.execute("DROP TABLE t") }
    outcome.expectRefused(4, .sourceTableMissing, "\(database.name).t")
  }

  @Test("A table that is replaced by another one during the load ends it", arguments: Passage.allCases)
  func replaced(_ passage: Passage) throws {
    let (database, job) = try Self.table(on: passage)
    let outcome = try Self.run(job) { try database.execute("RENAME TABLE t TO old; CREATE TABLE t (id INT PRIMARY KEY, other DATE)") }
    outcome.expectRefused(4, .sourceSchemaChanged, "\(database.name).t")
  }

  private static let rows = 200_000

  private static func table(on passage: Passage) throws -> (TestDatabase, CopyJob) {
    let database = try TestDatabase(on: passage.product)
    try database.execute(
      """
      CREATE TABLE t (id INT PRIMARY KEY, number INT NOT NULL, note VARCHAR(30));
      INSERT INTO t SELECT n, n, CONCAT('note ', n) FROM \(TestDatabase.numbers(below: rows));
      """)
    let job = try CopyJob(
      from: database, tables: ["t"], into: passage.format,
      ["source": ["pageBytes": "16KiB"], "settings": ["checkpointInterval": "100ms", "readers": 1]])
    return (database, job)
  }

  /// Holds the run when its first rows are in the lake, makes the change, and lets it go on.
  private static func run(_ job: CopyJob, change: () throws -> Void) throws -> SluiceProcess.Outcome {
    let process = try job.start()
    try Deadline.wait(for: "rows in the lake", within: .seconds(300)) {
      process.hasEnded || job.lake.tables().contains { !$0.snapshots().isEmpty }
    }
    process.send(SIGSTOP)
    defer { process.send(SIGCONT) }
    try #require(!process.hasEnded, "\(process.output) \(process.errors)")
    try change()
    process.send(SIGCONT)
    return try process.wait()
  }

  /// The lake shows whole checkpoints of the load, each row once.
  private static func expectPart(of job: CopyJob, _ database: TestDatabase) throws {
    let table = job.lake.table(database, "t")
    let ids = try table.rows(by: .rust, columns: ["id"], keys: ["id"]).values(of: "id").compactMap(\.integer)
    #expect(!ids.isEmpty && ids.count < rows && Set(ids).count == ids.count)
    #expect(try table.count() == ids.count)
  }
}
