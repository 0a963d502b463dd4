internal import SluiceCore

/// Finds a key that parts a range in two, by index look-ups and the optimizer's row estimates.
struct MySQLMiddle {
  let connection: MySQLConnection
  let query: MySQLPageQuery
  let key: MySQLKey
  /// Ranges of fewer rows stay whole.
  let rowsWorthSplitting: Int

  /// The most guesses at a balanced key.
  private static let guesses = 6
  /// The most index entries that are walked when no guess works.
  private static let mostSkipped = 100_000

  func find(_ range: SnapshotRange) throws -> SnapshotKey? {
    let estimated = try estimate(after: range.lower, upTo: range.upper)
    let rows = max(range.rowsLeft, estimated)
    guard rows >= rowsWorthSplitting else { return nil }
    guard let first = try look(range, "ASC"), let last = try look(range, "DESC"), first != last else { return nil }
    // All keys of the range share the parts before the first one that differs.
    guard let place = first.parts.indices.first(where: { first.parts[$0] != last.parts[$0] }) else { return nil }
    if let guess = try bisect(range, first, last, place) { return guess }
    return try skip(range, min(max(estimated, 2) / 2, Self.mostSkipped), before: last)
  }

  /// Narrows the values of part `place` down until the estimates on both sides are alike.
  private func bisect(_ range: SnapshotRange, _ first: SnapshotKey, _ last: SnapshotKey, _ place: Int) throws -> SnapshotKey? {
    var low = first.parts[place]
    var high = last.parts[place]
    var best: (key: SnapshotKey, imbalance: Int, total: Int)?
    for _ in 0..<Self.guesses {
      guard let guess = KeyMidpoint.between(low, high, form: key.parts[place].form) else { break }
      let fixed = (0..<place).map { key.parts[$0].comparison("=", first.parts[$0]) }
      let atLeast = key.parts[place].comparison(">=", guess)
      guard let found = try look(range, "ASC", fixed + [atLeast]), found != last else {
        high = guess
        continue
      }
      let left = try estimate(after: range.lower, upTo: found)
      let right = try estimate(after: found, upTo: range.upper)
      let imbalance = abs(left - right)
      if imbalance < best?.imbalance ?? .max { best = (found, imbalance, left + right) }
      if imbalance <= (left + right) / 3 { break }
      if left > right { high = guess } else { low = found.parts[place] }
    }
    // A lopsided part would leave nearly all the work on one side.
    guard let best, best.imbalance <= best.total - best.total / 8 else { return nil }
    return best.key
  }

  private func skip(_ range: SnapshotRange, _ count: Int, before last: SnapshotKey) throws -> SnapshotKey? {
    for offset in [count, count / 8] {
      if let found = try look(range, "ASC", [], offset: offset), found != last { return found }
    }
    return nil
  }

  /// The first (or last) key of the range under further conditions.
  private func look(_ range: SnapshotRange, _ direction: String, _ conditions: [String] = [], offset: Int = 0) throws -> SnapshotKey? {
    let all = ([key.condition(after: range.lower, upTo: range.upper)].compactMap { $0 } + conditions).joined(separator: " AND ")
    let order = key.parts.map { "\(MySQLText.quoted($0.name)) \(direction)" }.joined(separator: ", ")
    let sql = query.select(key.selectList, from: key, all.isEmpty ? nil : all) + " ORDER BY \(order) LIMIT \(offset), 1"
    let result = try connection.stream(sql, table: query.table.definition.id)
    guard let row = try result.next() else { return nil }
    let parts = key.parts.indices.compactMap { index in row.bytes(index).map { key.literal(of: $0, part: index) } }
    return parts.count == key.parts.count ? SnapshotKey(parts) : nil
  }

  private func estimate(after lower: SnapshotKey?, upTo upper: SnapshotKey?) throws -> Int {
    let select = query.select("1", from: key, key.condition(after: lower, upTo: upper))
    let result = try connection.stream("EXPLAIN FORMAT=TRADITIONAL " + select, table: query.table.definition.id)
    guard let column = result.fields.firstIndex(where: { $0.name == "rows" }), let row = try result.next() else { return 0 }
    return row.text(column).flatMap { Int($0) } ?? 0
  }
}
