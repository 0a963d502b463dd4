import Foundation
import SluiceCore
import TestKit
import Testing

/// A job that follows a database whose rows and definitions change all the time, and that is killed again and again.
struct FollowCrash {
  let workload: Workload
  let job: FollowingJob
  let comment: String

  /// Small tables, frequent checkpoints, and so many changes that each checkpoint has some; copied already, unless told otherwise.
  init(on product: DatabaseServer.Product, seed: UInt64, isAligned: Bool = true, _ changes: SpecValue = [:]) throws {
    workload = try Workload(on: .shared(product), seed: seed, rows: 60, tables: 5)
    let spec: SpecValue = ["sink": ["table": ["bucket": 2]], "settings": ["checkpointInterval": "100ms"]]
    job = try FollowingJob(from: workload.database, FollowingJob.applyingAll.merging(spec).merging(changes))
    comment = "seed \(seed) on \(product)"
    if isAligned { try job.expectAligned([], comment) }
  }

  /// Changes at a rate that leaves the machine to others, with statements between.
  func startChanges(statementsEvery: Int = 25, kinds: [String] = []) throws -> Workload.Run {
    let only = kinds.isEmpty ? [] : ["--kinds", kinds.joined(separator: ",")]
    return try workload.start(["--rate", "120", "--statements-every", "\(statementsEvery)"] + only)
  }

  /// A run that is killed when it has taken so many checkpoints and then used so many seconds of processor time.
  func crash(afterCheckpoints checkpoints: Int, processorSeconds: Double, _ location: SourceLocation = #_sourceLocation) throws {
    let goal = job.newestCheckpoint + checkpoints
    let process = try job.start()
    try Deadline.wait(for: "checkpoint \(goal)") { process.hasEnded || job.newestCheckpoint >= goal }
    let end = process.processorSeconds + processorSeconds
    try Deadline.wait(for: "the moment of the crash") { process.hasEnded || process.processorSeconds >= end }
    let outcome = try process.kill()
    try #require(outcome.end == .signal(SIGKILL), "\(comment) \(outcome)", sourceLocation: location)
  }

  /// A run that is killed at a named point.
  func crash(at point: String, location: SourceLocation = #_sourceLocation) throws {
    let outcome = try job.job.run(environment: ["SLUICE_CRASH_AT": point], within: .seconds(120))
    try #require(outcome.end == .signal(SIGKILL), "\(comment) \(point): \(outcome)", sourceLocation: location)
  }

  /// A run on a slow disk that is killed before its durable step of that number.
  func crash(beforeStep step: Int, location: SourceLocation = #_sourceLocation) throws {
    let environment = try DurableSteps.shared.get().environment(killingBefore: step, delay: 20_000)
    let outcome = try job.job.run(environment: environment, within: .seconds(120))
    try #require(outcome.end == .signal(SIGKILL), "\(comment) step \(step): \(outcome)", sourceLocation: location)
  }

  /// The last run, and what it must leave: exactly the source.
  func finish(_ changes: Workload.Run, location: SourceLocation = #_sourceLocation) throws {
    let done = try changes.stop()
    try job.finish([], "\(comment) \(done)", location: location)
    let state = try FileManager.default.contentsOfDirectory(atPath: job.job.state)
    #expect(!state.contains { $0.hasSuffix(".tmp") }, "\(comment) \(state)", sourceLocation: location)
    try expectRecordedOnce(location: location)
  }

  /// A statement that is read again after a crash is not recorded again.
  private func expectRecordedOnce(location: SourceLocation) throws {
    let records = try job.schemaChanges().map { "\($0["table"]?.text ?? "") \($0["position"]?.text ?? "") \($0["statement"]?.text ?? "")" }
    let doubled = Dictionary(grouping: records) { $0 }.filter { $0.value.count > 1 }.keys
    #expect(doubled.isEmpty, "\(comment) \(doubled)", sourceLocation: location)
  }
}
