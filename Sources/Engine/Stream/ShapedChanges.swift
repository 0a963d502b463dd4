internal import SluiceCore

/// What a statement changes of a table as it leaves its T-nodes: the difference between both, with renames kept as renames.
struct ShapedChanges {
  private let table: TableID
  private let event: SchemaEvent
  private let old: TableDefinition
  private let new: TransformChain
  /// For each column of `old` what it is called now.
  private var names: [String: String] = [:]
  private var changes: [SchemaChange] = []
  private var current: [ColumnDefinition]

  /// The changes in an order in which they can be applied one after the other. `before` is the chain that made `old`; where it is not known, columns
  /// of `source`, the table that it was made of, count as carried on under their names.
  static func of(
    _ event: SchemaEvent, _ old: TableDefinition, _ before: TransformChain?, of source: TableDefinition? = nil, to new: TransformChain
  ) -> [SchemaChange] {
    if before?.isEmpty == true, new.isEmpty { return event.changes }
    var shaped = ShapedChanges(event, old, new)
    shaped.match(
      before?.input ?? source ?? new.input, isKnown: before != nil,
      before.map { chain in { chain.origins[$0] } } ?? { source?.columnIndex($0) == nil ? nil : $0 })
    shaped.drop()
    shaped.rename()
    shaped.alter()
    shaped.order()
    let key = old.primaryKey.compactMap { shaped.names[$0] }
    if key != new.output.primaryKey || key.count != old.primaryKey.count {
      shaped.changes.append(.changePrimaryKey(event.table, new.output.primaryKey))
    }
    if old.comment != new.output.comment { shaped.changes.append(.commentTable(event.table, new.output.comment)) }
    return shaped.changes
  }

  private init(_ event: SchemaEvent, _ old: TableDefinition, _ new: TransformChain) {
    table = event.table
    self.event = event
    self.old = old
    self.new = new
    current = old.columns
  }

  /// A column goes on in the one that carries on the same column of the source, else in that of its name.
  private mutating func match(_ input: TableDefinition, isKnown: Bool, _ origin: (String) -> String?) {
    var sources = Dictionary(input.columns.map { ($0.name, $0.name) }) { first, _ in first }
    for change in event.changes {
      switch change {
      case .renameColumn(_, let from, let to): for (name, now) in sources where now == from { sources[name] = to }
      case .dropColumn(_, let name): for (old, now) in sources where now == name { sources[old] = nil }
      default: break
      }
    }
    let made = new.output.columns.map(\.name)
    for column in old.columns {
      guard let origin = origin(column.name) else {
        if made.contains(column.name), !isKnown || new.origins[column.name] == nil { names[column.name] = column.name }
        continue
      }
      guard let source = sources[origin] else {
        // What a node gives to a column that is gone stays.
        if new.origins[column.name] == nil, made.contains(column.name) { names[column.name] = column.name }
        continue
      }
      let heirs = made.filter { new.origins[$0] == source }
      if let heir = heirs.first(where: { $0 == column.name }) ?? heirs.first(where: { !names.values.contains($0) }) { names[column.name] = heir }
    }
  }

  private mutating func drop() {
    for column in old.columns where names[column.name] == nil { changes.append(.dropColumn(table, name: column.name)) }
    current.removeAll { names[$0.name] == nil }
  }

  /// Columns that trade names go by a name of their own for a moment.
  private mutating func rename() {
    var open = current.map(\.name).filter { names[$0] != $0 }.map { (from: $0, to: names[$0] ?? $0) }
    while !open.isEmpty {
      if let next = open.firstIndex(where: { pair in !current.contains { $0.name == pair.to } }) {
        rename(open[next].from, open[next].to)
        open.remove(at: next)
      } else {
        var free = open[0].from + "_"
        while current.contains(where: { $0.name == free }) || open.contains(where: { $0.to == free }) { free += "_" }
        rename(open[0].from, free)
        open[0].from = free
      }
    }
  }

  private mutating func rename(_ from: String, _ to: String) {
    changes.append(.renameColumn(table, from: from, to: to))
    guard let place = current.firstIndex(where: { $0.name == from }) else { return }
    current[place] = current[place].renamed(to)
  }

  private mutating func alter() {
    for (place, column) in current.enumerated() {
      guard let index = new.output.columnIndex(column.name) else { continue }
      let now = new.output.columns[index]
      if now.type != column.type || now.isNullable != column.isNullable || now.comment != column.comment {
        changes.append(.alterColumn(table, now))
      }
      current[place] = now
    }
  }

  private mutating func order() {
    for (place, column) in new.output.columns.enumerated() {
      let at: ColumnPlace =
        place == 0 ? .first : place == current.count ? .last : .after(new.output.columns[place - 1].name)
      guard let found = current.firstIndex(where: { $0.name == column.name }) else {
        changes.append(.addColumn(table, filled(column), at))
        current.insert(column, at: place)
        continue
      }
      guard found != place else { continue }
      changes.append(.moveColumn(table, name: column.name, at))
      current.insert(current.remove(at: found), at: place)
    }
  }

  /// A new column with what the source says of rows from before: only where no node touches it is that what they read here.
  private func filled(_ column: ColumnDefinition) -> ColumnDefinition {
    guard let source = new.origins[column.name] else { return column.replacingAttributes([:]) }
    for case .addColumn(_, let added, _) in event.changes where added.name == source {
      guard let attributes = added.attributes, attributes["fill"] != nil || attributes["fillUnknown"] != nil else { continue }
      let isTouched = new.steps.contains { step in
        step.node.id != "route" && (Self.touches(step, source, attributes["fill"]) || Self.touches(step, column.name, nil))
      }
      return column.replacingAttributes(isTouched ? ["fillUnknown": "1"] : attributes)
    }
    return column.replacingAttributes([:])
  }

  /// Whether a node makes something else of that value of a column. One that names no column is tried.
  private static func touches(_ step: TransformChain.Step, _ column: String, _ value: String?) -> Bool {
    let named = step.node.transform.namedColumns
    guard named.isEmpty, let value, let place = step.input.columnIndex(column) else {
      return named.contains { $0.lowercased() == column.lowercased() }
    }
    var columns = step.input.columns.map { Column.nulls(of: $0.type, count: 1) }
    var builder = ColumnBuilder(type: step.input.columns[place].type, capacity: 1)
    guard TypedText.append(.text(value), to: &builder) == nil else { return true }
    columns[place] = builder.finish()
    let row = ChangeBatch(table: step.input.id, schemaVersion: 0, rows: Batch(columns: columns, rowCount: 1))
    var failures: [RowFailure] = []
    guard let left = try? step.bound.apply(row, failures: &failures), left.rowCount == 1, let now = step.bound.output.columnIndex(column) else {
      return !failures.isEmpty
    }
    return ValueText(left.rows.columns[now]).text(0) != ValueText(columns[place]).text(0)
  }
}

extension ColumnDefinition {
  fileprivate func renamed(_ name: String) -> ColumnDefinition {
    ColumnDefinition(
      name: name, type: type, nativeType: nativeType, isNullable: isNullable, defaultValue: defaultValue, comment: comment, note: note,
      attributes: attributes)
  }
}
