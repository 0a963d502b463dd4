internal import Foundation
public import SluiceCore

/// A job that copies a database and follows its changes into a lake of its own.
public final class FollowingJob: Sendable {
  public let database: TestDatabase
  public let job: CopyJob

  public var lake: Lake { job.lake }

  /// The whole database, or `tables` of it, into Paimon tables or those of `format`, with `changes` merged into the spec. Checkpoints are frequent, policies are the product's own.
  ///
  /// A table `_marks` is added to the database: see `waitUntilCaughtUp`.
  public init(from database: TestDatabase, tables: [String]? = nil, into format: LakeFormatName = .paimon, _ changes: SpecValue = [:]) throws {
    self.database = database
    try database.execute("CREATE TABLE IF NOT EXISTS _marks (id INT AUTO_INCREMENT PRIMARY KEY)")
    let base: SpecValue = ["job": "follow", "source": ["startup": "initial"], "settings": ["checkpointInterval": "200ms"]]
    job = try CopyJob(from: database, tables: tables.map { $0 + ["_marks"] }, into: format, base.merging(changes))
  }

  /// The policy that lets every schema change pass: the lake ends as the source does.
  public static let applyingAll: SpecValue = [
    "schemaChanges": SpecValue(Dictionary(uniqueKeysWithValues: SchemaPolicy.Kind.allCases.map { ($0.rawValue, SpecValue.string("apply")) }))
  ]

  /// Starts `sluice run`, which goes on until it is stopped.
  public func start(_ arguments: [String] = [], environment: [String: String] = [:]) throws -> SluiceProcess {
    try job.start(arguments, environment: environment)
  }

  /// A run that ends in step with what the log holds when it begins.
  public func align(_ arguments: [String] = [], environment: [String: String] = [:]) throws -> SluiceProcess.Outcome {
    try job.run(["--until", "aligned"] + arguments, environment: environment)
  }

  /// Waits until readers of the lake see everything that the database holds now.
  ///
  /// Tables show a checkpoint one after the other, so a mark that is seen only tells of the checkpoints before its own: there are two.
  public func waitUntilCaughtUp(_ process: SluiceProcess, within patience: Duration = .seconds(240)) throws {
    for _ in 0..<2 {
      let mark = try database.query("INSERT INTO _marks VALUES (); SELECT MAX(id) FROM _marks").first?.first ?? nil
      try waitForMark(mark.flatMap { Int($0) } ?? 0, process, within: patience)
    }
  }

  private func waitForMark(_ mark: Int, _ process: SluiceProcess, within patience: Duration) throws {
    let marks = lake.table(database, "_marks")
    var seen: Int?
    try Deadline.wait(for: "the lake to catch up", within: patience) {
      if process.hasEnded { throw TestFailure("the run has ended: \(try process.wait())") }
      guard let newest = marks.snapshots().last, newest != seen else { return false }
      seen = newest
      return try marks.rows(columns: ["id"]).values(of: "id").contains { $0.integer ?? 0 >= mark }
    }
  }

  /// Waits until the state folder holds that checkpoint or a later one.
  public func waitForCheckpoint(_ number: Int, of process: SluiceProcess) throws {
    try Deadline.wait(for: "checkpoint \(number)") {
      if process.hasEnded { throw TestFailure("the run has ended: \(try process.wait())") }
      return newestCheckpoint >= number
    }
  }

  /// The number of the newest checkpoint that the state folder holds; 0 when there is none.
  public var newestCheckpoint: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: job.state)) ?? []
    return names.compactMap { $0.hasPrefix("checkpoint-") ? Int($0.dropFirst(11)) : nil }.max() ?? 0
  }

  /// The records of `schema-changes.jsonl`.
  public func schemaChanges() throws -> [SpecValue] {
    guard let text = try? String(contentsOfFile: job.state + "/schema-changes.jsonl", encoding: .utf8) else { return [] }
    return try text.split(separator: "\n").map { try JSONReader.read(String($0)) }
  }
}
