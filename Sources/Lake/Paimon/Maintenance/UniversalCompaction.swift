/// Which sorted runs of one bucket are merged, so that their number stays bounded and few bytes are written again (after Paimon's
/// UniversalCompaction).
struct UniversalCompaction: Sendable {
  /// Runs beyond this many are merged.
  let trigger: Int
  /// In percent: a run joins the newer ones when it is at most this much larger than they are together.
  let sizeRatio: Int
  /// In percent of the oldest run: when the newer ones are larger, all are merged.
  let maximumAmplification: Int
  let topLevel: Int32

  /// One file of level 0, or all files of a higher level.
  struct Run: Hashable, Sendable {
    let level: Int32
    let byteCount: Int
  }

  /// How many of `runs`, which are newest first, are merged, and the level that they become; `nil` when none.
  func pick(_ runs: [Run]) -> (count: Int, level: Int32)? {
    guard runs.count >= max(trigger, 2), let oldest = runs.last else { return nil }
    let newer = runs.dropLast().reduce(0) { $0 + $1.byteCount }
    if newer * 100 > maximumAmplification * oldest.byteCount { return (runs.count, topLevel) }
    let similar = similar(runs, from: 1)
    if similar > 1 { return unit(runs, count: similar) }
    guard runs.count > trigger else { return nil }
    return unit(runs, count: self.similar(runs, from: fair(runs, from: runs.count - trigger + 1)))
  }

  /// How many of the newest runs, at least `count`, so that the largest of them makes up at most three quarters: a small run is not merged
  /// with a large one again and again. Where there are none such, those that come closest.
  private func fair(_ runs: [Run], from count: Int) -> Int {
    var best = (count: count, cost: Double.infinity)
    for count in count...runs.count {
      let sizes = runs.prefix(count).map(\.byteCount)
      let total = sizes.reduce(0, +)
      let cost = Double(total) / Double(max(1, total - (sizes.max() ?? 0)))
      if cost <= 4 { return count }
      if cost < best.cost { best = (count, cost) }
    }
    return best.count
  }

  /// How many of the newest runs are of similar size, the first `count` of them in any case.
  private func similar(_ runs: [Run], from count: Int) -> Int {
    var count = count
    var bytes = runs.prefix(count).reduce(0) { $0 + $1.byteCount }
    while count < runs.count, runs[count].byteCount <= bytes * (100 + sizeRatio) / 100 {
      bytes += runs[count].byteCount
      count += 1
    }
    return count
  }

  /// The level just below the next run, never level 0: then the runs up to the next level join.
  private func unit(_ runs: [Run], count: Int) -> (count: Int, level: Int32) {
    var count = count
    var level = count < runs.count ? max(0, runs[count].level - 1) : topLevel
    while level == 0 {
      guard count < runs.count else { return (count, topLevel) }
      level = runs[count].level
      count += 1
    }
    return (count, count == runs.count ? topLevel : level)
  }
}
