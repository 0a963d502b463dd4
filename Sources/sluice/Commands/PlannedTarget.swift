internal import SluiceCore

/// A target of a plan with the tables that go to it.
struct PlannedTarget {
  let target: TargetTable
  let sources: [TablePlan]

  /// The targets of a plan, in the order of their first tables.
  static func all(_ plan: JobPlan) -> [PlannedTarget] {
    var order: [TableID] = []
    let groups = Dictionary(grouping: plan.tables, by: \.target.id)
    for table in plan.tables where !order.contains(table.target.id) { order.append(table.target.id) }
    return order.compactMap { id in
      groups[id].flatMap { group in group.first.map { PlannedTarget(target: $0.target, sources: group) } }
    }
  }

  var isShared: Bool { sources.count > 1 }

  /// What the sources call the type of a target's column: each spelling once.
  func sourceTypes(of column: String) -> [String] {
    var types: [String] = []
    for source in sources {
      guard let name = source.sourceColumn(of: column), let place = source.rows.columnIndex(name) else { continue }
      let type = source.rows.columns[place].nativeType
      if !types.contains(type) { types.append(type) }
    }
    return types
  }

  /// What a user must know about a column: notes of its mapping, and that sources lack it.
  func notes(of column: String, _ lake: any LakeFormat) -> [String] {
    var notes: [String] = []
    for note in sources.flatMap({ ColumnNotes.of(column, $0, lake) }) where !notes.contains(note) { notes.append(note) }
    let missing = sources.count { !$0.fillsColumn(column) }
    if missing > 0 { notes.append("\(missing) of \(sources.count) sources lack it: NULL") }
    return notes
  }

  /// What a user must know about the whole target.
  var notes: [String] {
    guard isShared, !target.primaryKey.starts(with: [Route.shardDatabase, Route.shardTable]) else { return [] }
    let key = target.primaryKey.joined(separator: ", ")
    return ["rows of different sources with the same (\(key)) take each other's place; `addShardColumns` keeps them apart"]
  }

  /// The nodes that the rows of a source go through.
  static func nodes(_ source: TablePlan, _ plan: JobPlan) -> [String] {
    guard let chain = try? plan.shaping.chain(of: source).get() else { return [] }
    return chain.steps.map(\.node.id)
  }
}
