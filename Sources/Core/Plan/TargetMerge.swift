/// Widens a target so that the rows of one more source fit beside those of the others. Columns whose names differ only in case are one, as they are to
/// the source: it keeps the name that it has.
public struct TargetMerge: Sendable {
  /// What becomes of the target, in order.
  public private(set) var changes: [TargetChange] = []
  /// Why the source cannot go there; empty when it can.
  public private(set) var conflicts: [String] = []

  /// `own` is the target that the source would have alone, and `source` its name.
  public init(_ target: TargetTable, taking own: TargetTable, of source: TableID) {
    compare("key", target.primaryKey, own.primaryKey, source)
    compare("partition columns", target.partitionKeys, own.partitionKeys, source)
    if let buckets = target.buckets, let others = own.buckets, buckets != others {
      conflicts.append("\(source) would have \(others) buckets, the others \(buckets)")
    }
    for (index, column) in own.columns.enumerated() {
      guard let place = target.indexInAnyCase(of: column.name) else {
        let neighbour = index == 0 ? nil : own.columns[index - 1].name
        let beside = neighbour.flatMap(target.indexInAnyCase(of:))
        let before = beside.map { target.columns[$0].name } ?? neighbour
        let isLast = beside == target.columns.count - 1
        changes.append(
          .addColumn(
            .init(name: column.name, type: column.type, isNullable: true, comment: column.comment),
            isLast ? .last : before.map { .after($0) } ?? .first, fill: nil))
        continue
      }
      widen(target.columns[place], by: column, in: target, source)
    }
    for column in target.columns
    where column.isNullable == false && own.indexInAnyCase(of: column.name) == nil && !target.primaryKey.contains(column.name) {
      changes.append(.alterColumn(.init(name: column.name, type: column.type, isNullable: true, comment: column.comment)))
    }
  }

  private mutating func widen(_ old: TargetTable.Column, by column: TargetTable.Column, in target: TargetTable, _ source: TableID) {
    guard let type = DataType.widest(old.type, column.type) else {
      conflicts.append("\(column.name) is \(column.type) in \(source) and \(old.type) in the others, and no type holds both")
      return
    }
    let isNullable = old.isNullable || column.isNullable && !target.primaryKey.contains(column.name)
    guard type != old.type || isNullable != old.isNullable else { return }
    changes.append(.alterColumn(.init(name: old.name, type: type, isNullable: isNullable, comment: old.comment)))
  }

  private mutating func compare(_ what: String, _ others: [String], _ own: [String], _ source: TableID) {
    guard others.map({ $0.lowercased() }) != own.map({ $0.lowercased() }) else { return }
    func list(_ names: [String]) -> String { names.isEmpty ? "none" : "(" + names.joined(separator: ", ") + ")" }
    conflicts.append("the \(what) of \(source): \(list(own)), of the others: \(list(others))")
  }
}
