/// A set of row numbers below 2^32, compact where it is sparse and where it is dense (Roaring).
struct RoaringBitmap: Sendable, Hashable {
  /// Rows that share their highest 16 bits.
  struct Container: Sendable, Hashable {
    /// More rows than this are kept as bits.
    static let mostListed = 4096
    static let wordCount = 1024

    let high: UInt16
    /// Ascending; empty while `words` are in use.
    var list: [UInt16] = []
    /// Bits of all 65,536 rows; empty while `list` is in use.
    var words: [UInt64] = []
    var count = 0
  }

  /// Ascending by `high`, none of them empty.
  private(set) var containers: [Container] = []

  init() {}

  /// The rows of `rows`, which ascend.
  init(ascending rows: [UInt32]) {
    var start = 0
    while start < rows.count {
      let high = UInt16(truncatingIfNeeded: rows[start] >> 16)
      var end = start
      while end < rows.count, UInt16(truncatingIfNeeded: rows[end] >> 16) == high { end += 1 }
      containers.append(Container(high: high, list: rows[start..<end].map { UInt16(truncatingIfNeeded: $0) }))
      start = end
    }
  }

  /// Containers that ascend by `high`.
  init(containers: [Container]) {
    self.containers = containers
  }

  var count: Int { containers.reduce(0) { $0 + $1.count } }
  var isEmpty: Bool { containers.isEmpty }
  /// Bytes of memory, about.
  var byteCount: Int { containers.reduce(0) { $0 + 64 + $1.list.count * 2 + $1.words.count * 8 } }

  func contains(_ row: Int) -> Bool {
    let high = UInt16(truncatingIfNeeded: row >> 16)
    guard row >= 0, row <= Int(UInt32.max), let place = place(of: high) else { return false }
    return containers[place].contains(UInt16(truncatingIfNeeded: row))
  }

  mutating func formUnion(_ other: RoaringBitmap) {
    if containers.isEmpty {
      self = other
      return
    }
    var joined: [Container] = []
    joined.reserveCapacity(max(containers.count, other.containers.count))
    var left = 0
    var right = 0
    while left < containers.count || right < other.containers.count {
      if right == other.containers.count || left < containers.count && containers[left].high < other.containers[right].high {
        joined.append(containers[left])
        left += 1
      } else if left == containers.count || other.containers[right].high < containers[left].high {
        joined.append(other.containers[right])
        right += 1
      } else {
        joined.append(containers[left].union(other.containers[right]))
        left += 1
        right += 1
      }
    }
    containers = joined
  }

  /// The rows that `other` does not have.
  func subtracting(_ other: RoaringBitmap) -> RoaringBitmap {
    RoaringBitmap(
      containers: containers.compactMap { container in
        guard let place = other.place(of: container.high) else { return container }
        var lows: [UInt16] = []
        container.forEach { low in if !other.containers[place].contains(low) { lows.append(low) } }
        return lows.isEmpty ? nil : Container(high: container.high, list: lows)
      })
  }

  /// Ascending.
  func forEach(_ body: (Int) -> Void) {
    for container in containers {
      let base = Int(container.high) << 16
      container.forEach { body(base | Int($0)) }
    }
  }

  /// Ascending.
  var rows: [UInt32] {
    var rows: [UInt32] = []
    rows.reserveCapacity(count)
    forEach { rows.append(UInt32(truncatingIfNeeded: $0)) }
    return rows
  }

  private func place(of high: UInt16) -> Int? {
    var low = 0
    var end = containers.count
    while low < end {
      let middle = (low + end) / 2
      if containers[middle].high < high { low = middle + 1 } else { end = middle }
    }
    return low < containers.count && containers[low].high == high ? low : nil
  }
}

extension RoaringBitmap.Container {
  /// The rows of an ascending list.
  init(high: UInt16, list: [UInt16]) {
    self.high = high
    count = list.count
    if list.count <= Self.mostListed {
      self.list = list
    } else {
      words = [UInt64](repeating: 0, count: Self.wordCount)
      for low in list { words[Int(low >> 6)] |= 1 << UInt64(low & 63) }
    }
  }

  /// The rows of 1,024 words.
  init(high: UInt16, words: [UInt64]) {
    self.high = high
    count = words.reduce(0) { $0 + $1.nonzeroBitCount }
    self.words = words
    if count <= Self.mostListed {
      var list: [UInt16] = []
      list.reserveCapacity(count)
      forEach { list.append($0) }
      self.list = list
      self.words = []
    }
  }

  func contains(_ low: UInt16) -> Bool {
    if !words.isEmpty { return words[Int(low >> 6)] & (1 << UInt64(low & 63)) != 0 }
    var start = 0
    var end = list.count
    while start < end {
      let middle = (start + end) / 2
      if list[middle] < low { start = middle + 1 } else { end = middle }
    }
    return start < list.count && list[start] == low
  }

  func union(_ other: Self) -> Self {
    if words.isEmpty && other.words.isEmpty && count + other.count <= Self.mostListed { return Self(high: high, list: merged(other.list)) }
    var joined = words.isEmpty ? [UInt64](repeating: 0, count: Self.wordCount) : words
    if words.isEmpty { for low in list { joined[Int(low >> 6)] |= 1 << UInt64(low & 63) } }
    if other.words.isEmpty {
      for low in other.list { joined[Int(low >> 6)] |= 1 << UInt64(low & 63) }
    } else {
      for index in joined.indices { joined[index] |= other.words[index] }
    }
    return Self(high: high, words: joined)
  }

  private func merged(_ other: [UInt16]) -> [UInt16] {
    var joined: [UInt16] = []
    joined.reserveCapacity(list.count + other.count)
    var left = 0
    var right = 0
    while left < list.count && right < other.count {
      let (first, second) = (list[left], other[right])
      joined.append(min(first, second))
      if first <= second { left += 1 }
      if second <= first { right += 1 }
    }
    joined += list[left...]
    joined += other[right...]
    return joined
  }

  func forEach(_ body: (UInt16) -> Void) {
    for low in list { body(low) }
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        body(UInt16(index << 6 | rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
  }

  /// Runs of rows that follow each other: first row, and how many more.
  var runs: [(first: UInt16, more: UInt16)] {
    var runs: [(first: UInt16, more: UInt16)] = []
    var previous = -2
    forEach { low in
      if Int(low) == previous + 1 { runs[runs.count - 1].more += 1 } else { runs.append((low, 0)) }
      previous = Int(low)
    }
    return runs
  }
}

extension RoaringBitmap {
  /// The rows of both.
  func union(_ other: RoaringBitmap) -> RoaringBitmap {
    var joined = self
    joined.formUnion(other)
    return joined
  }
}
