import SluiceCore
import SluiceTransforms
import TestKit

/// Rows for expressions: cells are given as literals of the dialect and cast to their column's type.
struct ExpressionRow {
  let columns: [ColumnDefinition]
  let batch: Batch

  init(_ cells: [ExpressionCase.Cell]) throws {
    let values = try cells.map { cell in
      let bound = try Expression(parsing: "CAST(\(cell.value) AS \(cell.type))").bound(to: [])
      let evaluation = bound.evaluate(Batch(columns: [], rowCount: 1))
      guard evaluation.failures.isEmpty else { throw TestFailure("\(cell.name): \(evaluation.failures)") }
      return evaluation.column
    }
    columns = zip(cells, values).map { ColumnDefinition(name: $0.name, type: $1.type, nativeType: $0.type, isNullable: true) }
    batch = Batch(columns: values, rowCount: 1)
  }

  /// The row among rows of NULLs, in a slice that begins in the middle of a byte of the bitmaps: row `position` of the result.
  func amongNulls(position: Int) -> Batch {
    let nulls = Batch(columns: columns.map { Column.nulls(of: $0.type, count: 1) }, rowCount: 1)
    let rows = Batch.concatenating([nulls, batch])
    let indexes = (0..<24).map { Int32($0 == position + 3 ? 1 : 0) }
    return rows.taking(indexes).slice(from: 3, count: 19)
  }
}

extension Expression {
  /// The value of each row as `CAST(… AS STRING)` shows it, binary in hexadecimal digits.
  static func texts(of text: String, over columns: [ColumnDefinition], _ batch: Batch) throws -> (texts: [String?], evaluation: Evaluation) {
    let type = try Expression(parsing: text).bound(to: columns).type
    let shown = type == .binary ? "hex(\(text))" : "CAST((\(text)) AS STRING)"
    let evaluation = try Expression(parsing: shown).bound(to: columns).evaluate(batch)
    let column = evaluation.column
    let texts = (0..<batch.rowCount).map { row in column.isNull(row) ? nil : String(decoding: column.bytes(at: row), as: UTF8.self) }
    return (texts, evaluation)
  }
}
