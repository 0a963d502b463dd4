import TestKit
import Testing

@Suite struct DurableStepTests {
  private static let cases = 32
  /// The steps of a load that nothing breaks off.
  private static let steps = Result { try DurableSteps.shared.get().count(CrashLoad(.small())) }

  @Test("A load that is killed before any of its durable steps, and perhaps once more in its recovery, ends exact", arguments: 0..<cases)
  func step(part: Int) throws {
    var random = SeededRandom(seed: SeededRandom.processSeed &+ UInt64(part))
    let steps = try Self.steps.get()
    // One step of each part of the load, so that all parts are seen in every run of the suite.
    let step = 1 + part * steps / Self.cases + Int.random(in: 0..<max(1, steps / Self.cases), using: &random)
    let again = Bool.random(using: &random) ? Int.random(in: 1...max(1, steps / 2), using: &random) : 0
    let comment = "seed \(SeededRandom.processSeed): step \(step) of \(steps), then \(again)"
    let load = try CrashLoad(.small())
    for step in [step, again] where step > 0 {
      let outcome = try load.job.run(environment: DurableSteps.shared.get().environment(killingBefore: step))
      // Runs differ a little: the last steps may not be reached.
      #expect(outcome.end == .signal(9) || outcome.exitCode == 0, "\(comment) \(outcome)")
    }
    try load.finish(comment)
  }
}
