import SluiceCore

/// `filter`: only rows for which a condition is true are in the lake.
struct FilterNode: TransformPlugin, Transform {
  static let id = "filter"
  static let title = "Filter rows"
  static let options: [OptionDefinition] = [
    .init(
      "where", .string, required: true,
      help: "The condition, an [expression](expressions.md): `status <> 'deleted' AND amount > 0`. A row for which it is false or NULL is not in the "
        + "lake; an update that moves a row out of it deletes the row there, one that moves a row in inserts it.")
  ]

  let namedColumns: [String]
  private let condition: RowExpression

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    let condition = try RowExpression(options.string("where") ?? "", at: path, key: "where")
    return FilterNode(namedColumns: condition.columns, condition: condition)
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    Bound(
      output: table, condition: try condition.bound(to: table, asCondition: true), decidingColumns: Set(condition.columns))
  }

  private struct Bound: BoundTransform {
    let output: TableDefinition
    let condition: RowExpression.Bound
    let decidingColumns: Set<String>

    func apply(_ batch: ChangeBatch, failures: inout [SluiceCore.RowFailure]) throws -> ChangeBatch {
      let selection = condition.select(batch)
      guard case .each(let kinds) = batch.kinds, !output.primaryKey.isEmpty else {
        // Rows of a table without a key stand for themselves, also those that a change takes back.
        failures += selection.failures.map { $0.asRowFailure() }
        return selection.rows.count == batch.rowCount ? batch : batch.taking(selection.rows)
      }
      if selection.rows.count == batch.rowCount { return batch }
      var changes = FilteredChanges(batch, kinds, selection)
      return changes.settle(&failures)
    }
  }
}
