internal import SluiceCore

/// The changes that make one list of columns of another, in an order in which they can be applied one after the other: columns go, get
/// their new names, come and move, and then are altered.
struct ColumnDelta {
  private let table: TableID
  private let old: [ColumnDefinition]
  private let new: [ColumnDefinition]
  /// For each new column the place that it had before.
  private let origins: [Int?]
  private var changes: [SchemaChange] = []
  /// The names as the changes so far leave them.
  private var names: [String] = []

  static func changes(of table: TableID, from old: [ColumnDefinition], to new: [ColumnDefinition], origins: [Int?]) -> [SchemaChange] {
    var delta = ColumnDelta(table: table, old: old, new: new, origins: origins)
    return delta.run()
  }

  private init(table: TableID, old: [ColumnDefinition], new: [ColumnDefinition], origins: [Int?]) {
    (self.table, self.old, self.new, self.origins) = (table, old, new, origins)
  }

  private mutating func run() -> [SchemaChange] {
    let kept = Set(origins.compactMap { $0 })
    for (place, column) in old.enumerated() {
      if kept.contains(place) { names.append(column.name) } else { changes.append(.dropColumn(table, name: column.name)) }
    }
    rename()
    arrange()
    for (column, origin) in zip(new, origins) {
      if let origin, Self.isAltered(old[origin], column) { changes.append(.alterColumn(table, column)) }
    }
    return changes
  }

  /// What a copy shows of a column, beside its name.
  private static func isAltered(_ old: ColumnDefinition, _ new: ColumnDefinition) -> Bool {
    old.type != new.type || old.nativeType != new.nativeType || old.isNullable != new.isNullable || old.defaultValue != new.defaultValue
      || old.comment != new.comment
  }

  /// A name is given once it is free; columns that swap their names go by one that nobody has.
  private mutating func rename() {
    var waiting: [(from: String, to: String)] = zip(new, origins).compactMap { column, origin in
      guard let origin, old[origin].name != column.name else { return nil }
      return (old[origin].name, column.name)
    }
    while let first = waiting.first {
      if let place = waiting.firstIndex(where: { pair in !names.contains(pair.to) }) {
        let pair = waiting.remove(at: place)
        rename(pair.from, pair.to)
      } else {
        let parked = unusedName(first.from)
        rename(first.from, parked)
        waiting[0].from = parked
      }
    }
  }

  private mutating func rename(_ from: String, _ to: String) {
    guard let place = names.firstIndex(of: from) else { return }
    names[place] = to
    changes.append(.renameColumn(table, from: from, to: to))
  }

  private func unusedName(_ base: String) -> String {
    let taken = Set(names + new.map(\.name))
    var name = "_\(base)"
    while taken.contains(name) { name = "_" + name }
    return name
  }

  /// Puts new columns in and moves as few of the others as possible.
  private mutating func arrange() {
    let staying = Self.longestRise(origins.compactMap { $0 })
    var before: String?
    for (column, origin) in zip(new, origins) {
      defer { before = column.name }
      if let origin, staying.contains(origin) { continue }
      if origin != nil { names.removeAll { $0 == column.name } }
      let place = self.place(after: before)
      let index = before.flatMap { names.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
      names.insert(column.name, at: index)
      changes.append(origin == nil ? .addColumn(table, column, place) : .moveColumn(table, name: column.name, place))
    }
  }

  private func place(after before: String?) -> ColumnPlace {
    guard let before else { return .first }
    return before == names.last ? .last : .after(before)
  }

  /// The largest set of places that are in order already.
  private static func longestRise(_ places: [Int]) -> Set<Int> {
    // `tails[n]` is the end of the rise of length n + 1 that ends lowest.
    var tails: [Int] = []
    var previous = [Int?](repeating: nil, count: places.count)
    for (index, place) in places.enumerated() {
      var low = 0
      var high = tails.count
      while low < high {
        let middle = (low + high) / 2
        if places[tails[middle]] < place { low = middle + 1 } else { high = middle }
      }
      if low > 0 { previous[index] = tails[low - 1] }
      if low == tails.count { tails.append(index) } else { tails[low] = index }
    }
    var rise: Set<Int> = []
    var next = tails.last
    while let index = next {
      rise.insert(places[index])
      next = previous[index]
    }
    return rise
  }
}
