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
    Bound(output: table, condition: try condition.bound(to: table, asCondition: true))
  }

  private struct Bound: BoundTransform {
    let output: TableDefinition
    let condition: RowExpression.Bound

    func apply(_ batch: ChangeBatch, failures: inout [SluiceCore.RowFailure]) throws -> ChangeBatch {
      let selection = condition.select(batch)
      guard case .each(let kinds) = batch.kinds, !output.primaryKey.isEmpty else {
        // Rows of a table without a key stand for themselves, also those that a change takes back.
        failures += selection.failures.map { $0.asRowFailure() }
        return selection.rows.count == batch.rowCount ? batch : batch.taking(selection.rows)
      }
      if selection.rows.count == batch.rowCount { return batch }
      return keyed(batch, kinds, selection, &failures)
    }

    private func keyed(
      _ batch: ChangeBatch, _ kinds: [UInt8], _ selection: Selection, _ failures: inout [SluiceCore.RowFailure]
    ) -> ChangeBatch {
      var kinds = kinds
      var kept: [Int32] = []
      kept.reserveCapacity(batch.rowCount)
      var (passing, failing) = (0, 0)
      var changesKinds = false
      for row in 0..<batch.rowCount {
        let passes = passing < selection.rows.count && Int(selection.rows[passing]) == row
        if passes { passing += 1 }
        var failed: RowFailure?
        if failing < selection.failures.count, selection.failures[failing].row == row {
          failed = selection.failures[failing]
          failing += 1
        }
        switch kinds[row] {
        case RowKind.delete.rawValue: break
        case _ where failed != nil:
          if let failed { failures.append(failed.asRowFailure()) }
          continue
        case _ where passes: break
        case RowKind.updateAfter.rawValue:
          kinds[row] = RowKind.delete.rawValue
          changesKinds = true
        default: continue
        }
        kept.append(Int32(truncatingIfNeeded: row))
      }
      let changed = changesKinds ? batch.replacingKinds(.each(kinds)) : batch
      return kept.count == batch.rowCount ? changed : changed.taking(kept)
    }
  }
}
