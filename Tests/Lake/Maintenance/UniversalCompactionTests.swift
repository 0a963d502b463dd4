import TestKit
import Testing

@testable import SluiceLake

/// The choice of runs as a value.
@Suite struct UniversalCompactionTests {
  private let universal = UniversalCompaction(trigger: 5, sizeRatio: 1, maximumAmplification: 200, topLevel: 5)

  private func runs(_ sizes: [(Int32, Int)]) -> [UniversalCompaction.Run] {
    sizes.map { .init(level: $0.0, byteCount: $0.1) }
  }

  @Test("few runs are left alone")
  func few() {
    #expect(universal.pick([]) == nil)
    #expect(universal.pick(runs([(0, 1), (0, 1), (0, 1), (5, 100)])) == nil)
  }

  @Test("all are merged when the newer ones are more than twice the oldest")
  func amplification() throws {
    let picked = try #require(universal.pick(runs([(0, 50), (0, 50), (0, 50), (0, 60), (5, 100)])))
    #expect(picked == (5, 5))
  }

  @Test("runs of similar size are merged into the level below the next run")
  func similar() throws {
    #expect(try #require(universal.pick(runs([(0, 1), (0, 1), (0, 2), (3, 100), (5, 10_000)]))) == (3, 2))
    // The next run is of level 0 or 1: it joins, for nothing is written to level 0.
    #expect(try #require(universal.pick(runs([(0, 1), (0, 1), (0, 2), (0, 100), (5, 10_000)]))) == (5, 5))
    #expect(try #require(universal.pick(runs([(0, 1), (0, 1), (0, 2), (1, 100), (5, 10_000)]))) == (4, 1))
  }

  @Test("more runs than the trigger are merged whatever their sizes")
  func number() throws {
    #expect(universal.pick(runs([(0, 1), (2, 10), (3, 100), (4, 1000), (5, 10_000)])) == nil)
    #expect(try #require(universal.pick(runs([(0, 5), (1, 10), (2, 50), (3, 200), (4, 1000), (5, 10_000)]))) == (2, 1))
    // Not the small one with a large one again and again.
    #expect(try #require(universal.pick(runs([(0, 1), (1, 50), (2, 70), (3, 1000), (4, 5000), (5, 10_000)]))) == (3, 2))
  }

  @Test("whatever comes, runs stay few, levels above 0 hold one run each, and bytes are written a few times only", arguments: 0..<5)
  func bounded(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    var runs: [UniversalCompaction.Run] = [.init(level: 5, byteCount: 1_000_000)]
    var added = 0
    var written = 0
    for _ in 0..<3000 {
      let size = Int.random(in: 1...1000, using: &random)
      added += size
      runs.insert(.init(level: 0, byteCount: size), at: 0)
      while let (count, level) = universal.pick(runs) {
        let bytes = runs.prefix(count).reduce(0) { $0 + $1.byteCount }
        written += bytes
        runs.replaceSubrange(..<count, with: [.init(level: level, byteCount: bytes)])
      }
      #expect(runs.count <= 5)
      let levels = runs.map(\.level).filter { $0 > 0 }
      #expect(levels == levels.sorted() && Set(levels).count == levels.count)
    }
    #expect(written < added * 25, "\(written / added) times")
  }
}
