import TestKit
import Testing

@Suite struct DurableStepTests {
  /// A part of the steps of a load into a format.
  struct Part: Sendable, CustomTestStringConvertible {
    let format: LakeFormatName
    let number: Int
    let count: Int

    var testDescription: String { "\(format) \(number)" }

    static let all = [(LakeFormatName.paimon, 32), (.iceberg, 10)].flatMap { format, count in
      (0..<count).map { Part(format: format, number: $0, count: count) }
    }
  }

  /// The steps of a load that nothing breaks off.
  private static let steps = (
    paimon: Result { try DurableSteps.shared.get().count(CrashLoad(.small())) },
    iceberg: Result { try DurableSteps.shared.get().count(CrashLoad(.small(), into: .iceberg)) }
  )

  @Test("A load that is killed before any of its durable steps, and perhaps once more in its recovery, ends exact", arguments: Part.all)
  func step(part: Part) throws {
    var random = SeededRandom(seed: SeededRandom.processSeed &+ UInt64(part.number))
    let steps = try part.format == .paimon ? Self.steps.paimon.get() : Self.steps.iceberg.get()
    // One step of each part of the load, so that all parts are seen in every run of the suite.
    let step = 1 + part.number * steps / part.count + Int.random(in: 0..<max(1, steps / part.count), using: &random)
    let again = Bool.random(using: &random) ? Int.random(in: 1...max(1, steps / 2), using: &random) : 0
    let comment = "seed \(SeededRandom.processSeed): step \(step) of \(steps), then \(again)"
    let load = try CrashLoad(.small(), into: part.format)
    for step in [step, again] where step > 0 {
      let outcome = try load.job.run(environment: DurableSteps.shared.get().environment(killingBefore: step))
      // Runs differ a little: the last steps may not be reached.
      #expect(outcome.end == .signal(9) || outcome.exitCode == 0, "\(comment) \(outcome)")
    }
    try load.finish(comment)
  }
}
