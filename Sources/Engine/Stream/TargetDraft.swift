internal import SluiceCore

/// Works out what one statement's changes of columns and keys mean for a target.
struct TargetDraft {
  /// For `LakeTable.evolve`, in order.
  private(set) var changes: [TargetChange] = []
  /// `TablePlan.links` and `TablePlan.fills` afterwards.
  private(set) var links: [String: String]
  private(set) var fills: [String: String]
  /// What rows from before read in columns that come to the target: those of tables that share it and have no such column read it on.
  private(set) var addedFills: [String: String] = [:]
  private(set) var results: [SchemaChangeLog.Result] = []
  /// The target cannot take the change: it is made anew, and the table copied again.
  private(set) var isRemade = false
  /// Rows from before read a constant in a new column.
  private(set) var needsFill = false
  /// Rows from before read something that only the server knows.
  private(set) var needsCopy = false

  private let lake: any LakeTable
  private let policy: SchemaPolicy
  private let event: SchemaEvent
  private var table: TargetTable
  /// The table before, as it leaves its T-nodes.
  private let rows: TableDefinition
  /// Other tables that share the target.
  private let peers: [TablePlan]

  init(_ target: TableTarget, peers: [TablePlan], policy: SchemaPolicy, event: SchemaEvent) {
    lake = target.lake
    links = target.plan.links ?? [:]
    fills = target.plan.fills ?? [:]
    table = target.plan.target
    rows = target.plan.rows
    self.peers = peers
    self.policy = policy
    self.event = event
  }

  mutating func take(_ change: SchemaChange) throws {
    switch change {
    case .addColumn(_, let column, let place): try add(column, place)
    case .dropColumn(_, let name): try drop(name)
    case .renameColumn(_, let from, let to): try rename(from, to)
    case .alterColumn(_, let column): try alter(column)
    case .moveColumn(_, let name, let place): try move(name, place)
    case .changePrimaryKey(_, let key): try changeKey(key)
    case .commentTable(_, let text):
      guard try decide(.comment, "the table's comment") else { return }
      note(.commentTable(text))
    case .createTable, .renameTable, .truncateTable, .dropTable, .replaceRows: return
    }
  }

  // MARK: Kinds

  private mutating func add(_ column: ColumnDefinition, _ place: ColumnPlace) throws {
    if rows.columnIndex(column.name) != nil, targetName(of: column.name) != nil { return }
    if !peers.isEmpty, let old = table.indexInAnyCase(of: column.name) { return try share(column, table.columns[old]) }
    if let old = table.columnIndex(column.name) {
      // A column of that name had been dropped at the source, and was kept here.
      guard SluiceCore.Column.canConvert(column.type, to: table.columns[old].type) else {
        throw SchemaApplier.refused(
          .addColumn, event, column: column.name, "the target still has a column of that name and the type \(table.columns[old].type)")
      }
      links[column.name] = nil
      results.append(.init("addColumn", .apply, "\(column.name) goes on in the target's column of that name"))
      return
    }
    guard try decide(.addColumn, column.name) else { return }
    let added = TargetTable.Column(name: column.name, type: column.type, isNullable: true, comment: column.comment)
    var fill = column.attributes?["fill"]
    // Where the format cannot say what older rows read, the copy can.
    if fill != nil, lake.refusal(of: .addColumn(added, targetPlace(place), fill: fill), after: changes) != nil,
      lake.refusal(of: .addColumn(added, targetPlace(place), fill: nil), after: changes) == nil
    {
      fill = nil
      needsCopy = true
    }
    if let fill {
      needsFill = true
      addedFills[column.name] = fill
    }
    if column.attributes?["fillUnknown"] != nil { needsCopy = true }
    note(.addColumn(added, targetPlace(place), fill: fill))
    links[column.name] = nil
  }

  /// A column that another table of the target had first, or has still.
  private mutating func share(_ column: ColumnDefinition, _ old: TargetTable.Column) throws {
    try widen(column, old, .addColumn)
    links[old.name] = old.name == column.name ? nil : column.name
    results.append(.init("addColumn", .apply, "\(column.name) is in the target already"))
    // Rows of this table have had another value there until now.
    let before = fills.removeValue(forKey: old.name)
    let type = table.columns.first { $0.name == old.name }?.type ?? column.type
    if column.attributes?["fillUnknown"] != nil || !Self.isSame(column.attributes?["fill"], before, type) { needsCopy = true }
  }

  /// Whether two texts are the same value of a type: 1.5 and 1.50.
  private static func isSame(_ left: String?, _ right: String?, _ type: DataType) -> Bool {
    guard left != right else { return true }
    var builder = ColumnBuilder(type: type, capacity: 2)
    guard let left, let right, TypedText.append(.text(left), to: &builder) == nil, TypedText.append(.text(right), to: &builder) == nil else {
      return false
    }
    let text = ValueText(builder.finish())
    return text.text(0) == text.text(1)
  }

  /// The target's column becomes as wide as both are.
  private mutating func widen(_ column: ColumnDefinition, _ old: TargetTable.Column, _ kind: SchemaPolicy.Kind) throws {
    guard let type = DataType.widest(old.type, column.type) else {
      throw SchemaApplier.refused(
        kind, event, column: column.name, "other tables of the target have the column as \(old.type), and no type holds \(column.type), too")
    }
    let isKey = table.primaryKey.contains(old.name)
    let isNullable = isKey ? old.isNullable : old.isNullable || column.isNullable
    guard type != old.type || isNullable != old.isNullable else { return }
    let new = TargetTable.Column(name: old.name, type: type, isNullable: isNullable, comment: old.comment)
    if let why = lake.refusal(of: .alterColumn(new), after: changes) { return try convert(column, to: new, old, why) }
    if type == old.type { return note(.alterColumn(new)) }
    if try decide(.changeType, "\(column.name) from \(old.type) to \(type)") { return note(.alterColumn(new)) }
    try keepType(column, old)
  }

  /// Whether another table fills that column of the target.
  private func isShared(_ target: String) -> Bool {
    peers.contains { $0.following(changes).fillsColumn(target) }
  }

  private mutating func drop(_ name: String) throws {
    guard let target = targetName(of: name) else { return }
    if isShared(target), !table.primaryKey.contains(target) {
      results.append(.init("dropColumn", .ignore, "\(name): other tables of the target have it still; it reads NULL from here on"))
      loosen(target)
      links[target] = ""
      return
    }
    if table.primaryKey.contains(target) || table.partitionColumns.contains(target) { return try remake(.primaryKey, "\(name) is part of the key") }
    if policy.action(on: .dropColumn, of: event.table) == .apply, lake.refusal(of: .dropColumn(target), after: changes) == nil {
      guard try decide(.dropColumn, name) else { return }
      note(.dropColumn(target))
      links[target] = nil
      return
    }
    _ = try decide(.dropColumn, name, note: "the target's column reads NULL from here on")
    loosen(target)
    links[target] = ""
  }

  private mutating func rename(_ from: String, _ to: String) throws {
    guard let target = targetName(of: from) else { return }
    let change = TargetChange.renameColumn(from: target, to: to)
    let isElsewhere = peers.contains { plan in
      let plan = plan.following(changes)
      return plan.fillsColumn(target) && plan.sourceColumn(of: target) != to
    }
    let refusal = table.columnIndex(to) == nil ? lake.refusal(of: change, after: changes) : "the target has a column of that name"
    let why = isElsewhere ? "other tables of the target have the old name still" : refusal
    if why == nil, try decide(.renameColumn, "\(from) to \(to)") {
      note(change)
      links[target] = nil
      links[to] = nil
      return
    }
    if let why { results.append(.init("renameColumn", .ignore, "\(from) to \(to): the target keeps \(target): \(why)")) }
    links[target] = to
  }

  private mutating func alter(_ column: ColumnDefinition) throws {
    guard let target = targetName(of: column.name), let place = table.columnIndex(target) else { return }
    let old = table.columns[place]
    if !peers.isEmpty { return try widen(column, old, .changeType) }
    let isKey = table.primaryKey.contains(target)
    let new = TargetTable.Column(
      name: target, type: column.type, isNullable: isKey ? old.isNullable : old.isNullable || column.isNullable, comment: column.comment)
    if new == old { return }
    if new.type == old.type {
      if new.isNullable != old.isNullable {
        note(.alterColumn(.init(name: target, type: old.type, isNullable: new.isNullable, comment: old.comment)))
      }
      if new.comment != old.comment, try decide(.comment, column.name) { note(.alterColumn(new)) }
      return
    }
    if let why = lake.refusal(of: .alterColumn(new), after: changes) { return try convert(column, to: new, old, why) }
    if try decide(.changeType, "\(column.name) from \(old.type) to \(new.type)") { return note(.alterColumn(new)) }
    try keepType(column, old)
  }

  /// A type that the target cannot widen to.
  private mutating func convert(_ column: ColumnDefinition, to new: TargetTable.Column, _ old: TargetTable.Column, _ why: String) throws {
    let action = policy.action(on: .convertType, of: event.table)
    let what = "\(column.name) from \(old.type) to \(new.type)"
    switch action {
    case .error: throw SchemaApplier.refused(.convertType, event, column: column.name, why)
    case .apply:
      isRemade = true
      results.append(.init("convertType", .apply, "\(what): the table is copied anew"))
    case .ignore, .alert:
      results.append(.init("convertType", action, "\(what): the target keeps its type"))
      try keepType(column, old)
    }
  }

  /// The target keeps its type: only where every value of the new one fits.
  private mutating func keepType(_ column: ColumnDefinition, _ old: TargetTable.Column) throws {
    let stored = lake.storageType(of: old.name) ?? old.type
    guard SluiceCore.Column.canConvert(column.type, to: stored) || !peers.isEmpty && column.type.canWiden(to: stored) else {
      throw SchemaApplier.refused(
        .convertType, event, column: column.name, "rows of type \(column.type) do not fit the target's \(old.type), so that it cannot be ignored")
    }
    if column.isNullable { loosen(old.name) }
  }

  private mutating func move(_ name: String, _ place: ColumnPlace) throws {
    guard let target = targetName(of: name) else { return }
    let change = TargetChange.moveColumn(target, targetPlace(place))
    guard lake.refusal(of: change, after: changes) == nil, try decide(.moveColumn, name) else { return }
    note(change)
  }

  private mutating func changeKey(_ key: [String]) throws {
    let wanted = key.compactMap(targetName)
    if wanted == table.primaryKey && wanted.count == key.count { return }
    try remake(.primaryKey, "(\(table.primaryKey.joined(separator: ", "))) to (\(key.joined(separator: ", ")))")
  }

  private mutating func remake(_ kind: SchemaPolicy.Kind, _ what: String) throws {
    guard try decide(kind, what) else { return }
    isRemade = true
  }

  // MARK: Names

  private func targetName(of source: String) -> String? {
    table.columns.first { (links[$0.name] ?? $0.name) == source }?.name
  }

  private func targetPlace(_ place: ColumnPlace) -> ColumnPlace {
    guard case .after(let name) = place else { return place }
    return targetName(of: name).map { .after($0) } ?? .last
  }

  private mutating func loosen(_ target: String) {
    guard let place = table.columnIndex(target), !table.columns[place].isNullable else { return }
    let old = table.columns[place]
    note(.alterColumn(.init(name: target, type: old.type, isNullable: true, comment: old.comment)))
  }

  private mutating func note(_ change: TargetChange) {
    changes.append(change)
    table = table.applying([change])
  }

  /// Whether the policy lets the change pass; recorded.
  private mutating func decide(_ kind: SchemaPolicy.Kind, _ what: String, note: String? = nil) throws -> Bool {
    let action = policy.action(on: kind, of: event.table)
    if action == .error { throw SchemaApplier.refused(kind, event, "\(what): the policy is `error`") }
    results.append(.init(kind.rawValue, action, [what, note].compactMap(\.self).joined(separator: ": ")))
    return action == .apply
  }
}

extension LakeTable {
  /// The type in which writers take a column.
  func storageType(of column: String) -> DataType? {
    columns.firstIndex { $0.name == column }.map { storageTypes[$0] }
  }
}
