import Foundation
import SluiceCore
import TestKit
import Testing

/// One load of a `CrashSource` into a lake of its own, however often it is broken off.
struct CrashLoad {
  let source: CrashSource
  let job: CopyJob

  /// A large source takes three seconds on any machine, so that what befalls the load finds it at work.
  static let ofSeconds: SpecValue = ["source": ["speed": ["rowsPerSecond": 100_000]]]

  /// Many checkpoints, several readers and lanes, pages so small that ranges are halved.
  init(_ source: CrashSource, into format: LakeFormatName = .paimon, _ changes: SpecValue = [:]) throws {
    self.source = source
    let spec: SpecValue = [
      "source": ["pageBytes": "64KiB"], "sink": ["table": ["bucket": 2]],
      "settings": ["checkpointInterval": "100ms", "readers": 3, "lanes": 2, "errorLimit": ["rows": .integer(source.dirty.count)]],
    ]
    job = try CopyJob(from: source.database, format.sink.merging(spec).merging(changes))
  }

  /// Runs until `moment`, then ends the run as a crash does. `false` when it was over before.
  func crash(at moment: (SluiceProcess) throws -> Bool) throws -> Bool {
    let process = try job.start()
    try Deadline.wait(for: "the moment of the crash", within: .seconds(300)) { try process.hasEnded || moment(process) }
    let outcome = try process.kill()
    if outcome.end == .signal(SIGKILL) { return true }
    try #require(outcome.exitCode == 0, "\(outcome)")
    return false
  }

  /// Runs with a crash at a named point; fails when the run never gets there.
  func crash(at point: String, location: SourceLocation = #_sourceLocation) throws {
    let isReached = try reaches(point, location: location)
    try #require(isReached, "\(point) was not reached", sourceLocation: location)
  }

  /// Runs with a crash at a named point; `false` when the run ends before it gets there.
  func reaches(_ point: String, location: SourceLocation = #_sourceLocation) throws -> Bool {
    let outcome = try job.run(environment: ["SLUICE_CRASH_AT": point])
    if outcome.end == .signal(SIGKILL) { return true }
    try #require(outcome.exitCode == 0, "\(point): \(outcome)", sourceLocation: location)
    return false
  }

  /// Waits until the state folder holds that checkpoint or a later one, or the run is over.
  func waitForCheckpoint(_ number: Int, of process: SluiceProcess) throws {
    try Deadline.wait(for: "checkpoint \(number)", within: .seconds(300)) {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: job.state)) ?? []
      return process.hasEnded || names.contains { $0.hasPrefix("checkpoint-") && Int($0.dropFirst(11)) ?? 0 >= number }
    }
  }

  /// The last run, and what it must leave: exactly the source.
  func finish(_ comment: String = "", location: SourceLocation = #_sourceLocation) throws {
    let outcome = try job.run()
    try #require(outcome.exitCode == 0, "\(comment) \(outcome)", sourceLocation: location)
    #expect(try outcome.lines().last?["outcome"]?.text == "aligned", "\(comment) \(outcome)", sourceLocation: location)
    try expectExact(comment, location: location)
  }

  /// Both foreign readers see each row of the source once, nothing lies about in the lake, and each dirty row is told once.
  func expectExact(_ comment: String = "", location: SourceLocation = #_sourceLocation) throws {
    for table in source.tables {
      let copy = job.lake.table(source.database, table.name)
      let comparison = try copy.compare(with: table.content, in: source.database, keys: table.keys)
      #expect(comparison.isEqual && comparison.rows == table.rows, "\(comment) \(table.name): \(comparison)", sourceLocation: location)
      let references = try copy.references()
      #expect(references.isExact, "\(comment) \(table.name): \(references)", sourceLocation: location)
      if !table.keys.isEmpty {
        let files = try copy.files()
        let top = try copy.topLevel()
        #expect(files.allSatisfy { $0.isRawConvertible && $0.level == top }, "\(comment) \(table.name)", sourceLocation: location)
      }
    }
    #expect(job.lake.unfinishedFiles() == [], "\(comment)", sourceLocation: location)
    let state = try FileManager.default.contentsOfDirectory(atPath: job.state)
    #expect(!state.contains { $0.hasSuffix(".tmp") }, "\(comment) \(state)", sourceLocation: location)
    let dirty = try job.dirtyRows().compactMap { row in row["key"]?["id"]?.text.flatMap { Int($0) } }
    #expect(dirty.sorted() == source.dirty, "\(comment)", sourceLocation: location)
  }
}
