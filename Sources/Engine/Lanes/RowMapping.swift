internal import SluiceCore

/// Turns source rows into the rows that a target's writer takes: same columns, in the target's storage types.
struct RowMapping {
  private let targets: [DataType]
  private let isIdentity: Bool

  /// Throws `source-type-unsupported` when a column cannot be converted without loss.
  init(_ plan: TablePlan, storageTypes: [DataType]) throws {
    for (column, target) in zip(plan.source.columns, storageTypes) where !Column.canConvert(column.type, to: target) {
      throw SluiceError(
        .sourceTypeUnsupported, "\(column.type) cannot be kept as \(target)", at: .init(table: plan.source.id, column: column.name))
    }
    targets = storageTypes
    isIdentity = plan.source.columns.map(\.type) == storageTypes
  }

  func apply(_ batch: ChangeBatch) -> ChangeBatch {
    if isIdentity { return batch }
    let columns = zip(batch.rows.columns, targets).map { $0.converted(to: $1) }
    return batch.replacingRows(Batch(columns: columns, rowCount: batch.rowCount))
  }
}
