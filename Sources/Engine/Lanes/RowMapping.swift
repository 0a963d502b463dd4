internal import SluiceCore

/// Turns rows as they leave routes and T-nodes into the rows that a target's writer takes: its columns, in its storage types.
struct RowMapping {
  private struct Column {
    /// Its place among the columns of the rows; `nil` for one that reads NULL.
    let source: Int?
    let type: DataType
    /// What it reads instead; one row.
    var constant: SluiceCore.Column?
  }

  private let columns: [Column]
  private let isIdentity: Bool

  /// Throws `source-type-unsupported` when a column cannot be converted without loss.
  init(_ plan: TablePlan, storageTypes: [DataType]) throws {
    columns = try zip(plan.target.columns, storageTypes).map { column, type in
      guard let name = plan.sourceColumn(of: column.name), let place = plan.rows.columnIndex(name) else {
        if let fill = plan.fills?[column.name], let constant = Self.constant(fill, type) {
          return Column(source: nil, type: type, constant: constant)
        }
        guard column.isNullable else {
          throw SluiceError(
            .sourceTypeUnsupported, "no column of the source fills it, and it cannot be NULL", at: .init(table: plan.source.id, column: column.name))
        }
        return Column(source: nil, type: type)
      }
      let found = plan.rows.columns[place].type
      guard found.canWiden(to: type) else {
        throw SluiceError(.sourceTypeUnsupported, "\(found) cannot be kept as \(type)", at: .init(table: plan.source.id, column: name))
      }
      return Column(source: place, type: type)
    }
    isIdentity =
      columns.map(\.source) == plan.rows.columns.indices.map { Optional($0) } && columns.map(\.type) == plan.rows.columns.map(\.type)
  }

  private static func constant(_ text: String, _ type: DataType) -> SluiceCore.Column? {
    var builder = ColumnBuilder(type: type, capacity: 1)
    return TypedText.append(.text(text), to: &builder) == nil ? builder.finish() : nil
  }

  func apply(_ batch: ChangeBatch) -> ChangeBatch {
    if isIdentity { return batch }
    let rows = columns.map { column in
      guard let place = column.source else {
        guard let constant = column.constant else { return SluiceCore.Column.nulls(of: column.type, count: batch.rowCount) }
        return constant.taking([Int32](repeating: 0, count: batch.rowCount))
      }
      return batch.rows.columns[place].widen(to: column.type)
    }
    return batch.replacingRows(Batch(columns: rows, rowCount: batch.rowCount))
  }
}
