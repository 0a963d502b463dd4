import SluiceCore

/// `dml`: what becomes of changes by their kind.
struct DMLNode: TransformPlugin, Transform {
  static let id = "dml"
  static let title = "Treat changes by their kind"
  static let options: [OptionDefinition] = [
    kind("insert", ["apply", "ignore", "filter"], "What becomes of new rows, and of rows of the copy."),
    kind("update", ["apply", "ignore", "filter"], "What becomes of changed rows. A change of the key counts as a delete and an insert."),
    kind("delete", ["apply", "ignore", "filter", "logicalDelete"], "What becomes of deleted rows.", LogicalDeletion.options),
  ]

  private static func kind(_ name: String, _ actions: [String], _ help: String, _ more: [OptionDefinition] = []) -> OptionDefinition {
    let logical = more.isEmpty ? "" : " `logicalDelete`: as the node of that name does."
    return .init(
      name,
      .object(
        [
          .init(
            "action", .choice(actions), default: .string("apply"),
            help: "`ignore`: as if they had not been. `filter`: those for which `where` is not true are ignored.\(logical)"),
          .init("where", .string, help: "`filter`: the condition. Required there."),
        ] + more),
      help: help)
  }

  private enum Action: Sendable {
    case ignore
    case filter(RowExpression)
  }

  let namedColumns: [String]
  var madeColumns: [String] { deletion?.columns ?? [] }
  /// What is not applied as it is, by the kind of change.
  private let actions: [ChangeKind: Action]
  private let deletion: LogicalDeletion?

  private enum ChangeKind: String, CaseIterable, Sendable {
    case insert, update, delete

    func has(_ kind: UInt8) -> Bool {
      switch self {
      case .insert: kind == RowKind.insert.rawValue
      case .update: kind == RowKind.updateBefore.rawValue || kind == RowKind.updateAfter.rawValue
      case .delete: kind == RowKind.delete.rawValue
      }
    }
  }

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    var actions: [ChangeKind: Action] = [:]
    var deletion: LogicalDeletion?
    for kind in ChangeKind.allCases {
      guard let option = options.object(kind.rawValue) else { continue }
      let place = OptionIssue.path(path, key: kind.rawValue)
      let action = option.string("action")
      if option.string("where") != nil, action != "filter" { throw OptionIssues(place, key: "where", "only the action \"filter\" has a condition") }
      switch action {
      case "ignore": actions[kind] = .ignore
      case "filter":
        guard let text = option.string("where") else { throw OptionIssues(place, key: "where", "missing; the action \"filter\" needs it") }
        actions[kind] = .filter(try RowExpression(text, at: place, key: "where"))
      case "logicalDelete": deletion = try LogicalDeletion(option, at: place)
      default: break
      }
    }
    let conditions = ChangeKind.allCases.compactMap { kind in if case .filter(let condition)? = actions[kind] { condition } else { nil } }
    return DMLNode(namedColumns: conditions.flatMap(\.columns), actions: actions, deletion: deletion)
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    if actions.isEmpty, deletion == nil { return nil }
    var rules: [Bound.Rule] = []
    for kind in ChangeKind.allCases {
      switch actions[kind] {
      case .ignore: rules.append(.init(has: kind.has, condition: nil))
      case .filter(let condition): rules.append(.init(has: kind.has, condition: try condition.bound(to: table, asCondition: true)))
      case nil: break
      }
    }
    return Bound(
      output: try deletion?.output(of: table) ?? table, rules: rules, deletion: deletion, decidingColumns: Set(namedColumns),
      keepsDeletedRows: deletion != nil || actions[.delete] != nil)
  }

  private struct Bound: BoundTransform {
    struct Rule: Sendable {
      let has: @Sendable (UInt8) -> Bool
      let condition: RowExpression.Bound?
    }

    let output: TableDefinition
    let rules: [Rule]
    let deletion: LogicalDeletion?
    let decidingColumns: Set<String>
    let keepsDeletedRows: Bool

    func apply(_ batch: ChangeBatch, failures: inout [SluiceCore.RowFailure]) throws -> ChangeBatch {
      let kept = try filtered(batch, &failures)
      return deletion?.apply(kept) ?? kept
    }

    private func filtered(_ batch: ChangeBatch, _ failures: inout [SluiceCore.RowFailure]) throws -> ChangeBatch {
      var keeps = [Bool](repeating: true, count: batch.rowCount)
      for rule in rules {
        let rows = (0..<batch.rowCount).filter { rule.has(batch.kinds[$0]) }
        if rows.isEmpty { continue }
        for row in rows { keeps[row] = false }
        guard let selection = rule.condition?.select(batch) else { continue }
        for row in selection.rows where rule.has(batch.kinds[Int(row)]) { keeps[Int(row)] = true }
        let failed = selection.failures.lazy.filter { rule.has(batch.kinds[$0.row]) && batch.kinds[$0.row] != RowKind.updateBefore.rawValue }
        failures += failed.map { $0.asRowFailure() }
      }
      // An update is kept or ignored whole, by what the row is afterwards.
      for row in keeps.indices where batch.isUpdatePair(at: row) { keeps[row] = keeps[row + 1] }
      let kept = keeps.indices.filter { keeps[$0] }.map { Int32(truncatingIfNeeded: $0) }
      return kept.count == batch.rowCount ? batch : batch.taking(kept)
    }
  }
}
