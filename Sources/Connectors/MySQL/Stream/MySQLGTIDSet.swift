internal import SluiceCore

/// A set of MySQL's transaction identifiers: for each server (and tag) the numbers of its transactions, as intervals.
struct MySQLGTIDSet: Hashable, Sendable {
  /// Who numbers transactions: a server's UUID, and the tag of MySQL 8.3 and later, which is empty mostly.
  struct Source: Hashable, Comparable, Sendable {
    let high: UInt64
    let low: UInt64
    let tag: String

    static func < (left: Source, right: Source) -> Bool {
      (left.high, left.low, left.tag) < (right.high, right.low, right.tag)
    }
  }

  /// Of each source: ascending, not empty, with gaps between.
  private(set) var intervals: [Source: [ClosedRange<UInt64>]] = [:]

  init() {}

  var isEmpty: Bool { intervals.isEmpty }

  mutating func insert(_ source: Source, _ number: UInt64) {
    insert(source, number...number)
  }

  mutating func insert(_ source: Source, _ range: ClosedRange<UInt64>) {
    guard var list = intervals.removeValue(forKey: source) else {
      intervals[source] = [range]
      return
    }
    defer { intervals[source] = list }
    // Transactions come in order, so that the last interval grows in most cases.
    if let last = list.last, range.lowerBound > last.lowerBound {
      let touches = range.lowerBound <= last.upperBound || range.lowerBound - last.upperBound == 1
      if touches {
        list[list.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        list.append(range)
      }
      return
    }
    list.append(range)
    list = Self.merged(list)
  }

  private static func merged(_ list: [ClosedRange<UInt64>]) -> [ClosedRange<UInt64>] {
    var result: [ClosedRange<UInt64>] = []
    for range in list.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      guard let last = result.last, range.lowerBound <= last.upperBound || range.lowerBound - last.upperBound == 1 else {
        result.append(range)
        continue
      }
      result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
    }
    return result
  }

  func contains(_ source: Source, _ number: UInt64) -> Bool {
    intervals[source]?.contains { $0.contains(number) } ?? false
  }

  func isSuperset(of other: MySQLGTIDSet) -> Bool {
    other.intervals.allSatisfy { source, ranges in
      guard let own = intervals[source] else { return false }
      return ranges.allSatisfy { range in own.contains { $0.contains(range.lowerBound) && $0.contains(range.upperBound) } }
    }
  }

  mutating func formUnion(_ other: MySQLGTIDSet) {
    for (source, ranges) in other.intervals {
      intervals[source] = Self.merged((intervals[source] ?? []) + ranges)
    }
  }

  func subtracting(_ other: MySQLGTIDSet) -> MySQLGTIDSet {
    var result = MySQLGTIDSet()
    for (source, ranges) in intervals {
      var left = ranges
      for hole in other.intervals[source] ?? [] {
        left = left.flatMap { Self.cut($0, by: hole) }
      }
      if !left.isEmpty { result.intervals[source] = left }
    }
    return result
  }

  private static func cut(_ range: ClosedRange<UInt64>, by hole: ClosedRange<UInt64>) -> [ClosedRange<UInt64>] {
    guard range.overlaps(hole) else { return [range] }
    var parts: [ClosedRange<UInt64>] = []
    if range.lowerBound < hole.lowerBound { parts.append(range.lowerBound...(hole.lowerBound - 1)) }
    if range.upperBound > hole.upperBound { parts.append((hole.upperBound + 1)...range.upperBound) }
    return parts
  }
}
