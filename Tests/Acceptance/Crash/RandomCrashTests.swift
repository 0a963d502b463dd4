import SluiceCore
import TestKit
import Testing

@Suite struct RandomCrashTests {
  /// The rounds differ in their seeds; `SLUICE_TEST_SEED` repeats those of an earlier run.
  static let seeds = (0..<20).map { SeededRandom.processSeed &* 1_000 &+ $0 }

  @Test("A load that is killed at random moments and run again ends with exactly the source's rows", arguments: seeds)
  func randomMoments(seed: UInt64) throws {
    try expectExact(seed: seed, into: .paimon)
  }

  @Test("So does a load into Iceberg tables", arguments: seeds.prefix(5))
  func randomMomentsOfIceberg(seed: UInt64) throws {
    try expectExact(seed: seed, into: .iceberg)
  }

  private func expectExact(seed: UInt64, into format: LakeFormatName) throws {
    var random = SeededRandom(seed: seed)
    let whole = try Self.wholeSeconds.get()
    var told: [String] = []
    let load = try Self.broken(into: format, at: .random(in: 0...0.9, using: &random), of: whole, &told)
    // Some loads are broken again, in recovery or soon after it.
    while told.count < 4, Bool.random(using: &random) {
      let seconds = Double.random(in: 0...0.6, using: &random) * whole
      if try !load.crash(at: { $0.processorSeconds >= seconds }) { break }
      told.append("killed after \(seconds) s")
    }
    print("crash seed \(seed): \(told.joined(separator: ", "))")
    try load.finish("seed \(seed), \(told)")
  }

  /// A load that was killed at that part of its work: earlier when it turned out to be done by then.
  private static func broken(into format: LakeFormatName, at part: Double, of whole: Double, _ told: inout [String]) throws -> CrashLoad {
    var seconds = part * whole
    while true {
      let load = try CrashLoad(.large(), into: format)
      if try load.crash(at: { $0.processorSeconds >= seconds }) {
        told.append("killed after \(seconds) s")
        return load
      }
      seconds *= 0.7
    }
  }

  /// The processor time of a load that nothing breaks off, which is exact, too.
  private static let wholeSeconds = Result {
    let load = try CrashLoad(.large())
    let outcome = try load.job.run()
    try #require(outcome.exitCode == 0, "\(outcome)")
    try load.expectExact("not killed")
    guard case .number(let seconds)? = try outcome.lines().last?["processorSeconds"] else { throw TestFailure("no processor time: \(outcome)") }
    return seconds
  }
}
