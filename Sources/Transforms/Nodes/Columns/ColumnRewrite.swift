import SluiceCore

/// Makes a column of another, a value for a value: what nodes do that neither add nor remove columns.
protocol ColumnRewrite: Sendable {
  /// The type of the columns that it makes.
  var type: DataType { get }
  /// Whether values may become NULL.
  var makesNulls: Bool { get }
  /// Whether different values always become different ones.
  var keepsDifferences: Bool { get }
  /// What plans say of the column; `nil` for nothing.
  var note: String? { get }

  /// `name` is the column's, for `failures`. NULL stays NULL unless that is what the rewrite is for; a cell that fails may hold anything.
  func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column
}

extension ColumnRewrite {
  var makesNulls: Bool { false }
  var keepsDifferences: Bool { false }
  var note: String? { nil }
}

/// A node that makes some columns anew, each by itself.
struct RewritingTransform: BoundTransform {
  let output: TableDefinition
  let sensitiveColumns: Set<String>
  private let rewrites: [(index: Int, rewrite: any ColumnRewrite)]

  /// `nil` when there is nothing to rewrite.
  init?(_ table: TableDefinition, _ rewrites: [(index: Int, rewrite: any ColumnRewrite)], hidesValues: Bool = false) {
    guard !rewrites.isEmpty else { return nil }
    var columns = table.columns
    for (index, rewrite) in rewrites {
      let isNullable = columns[index].isNullable || rewrite.makesNulls
      let risk = rewrite.keepsDifferences || !table.primaryKey.contains(columns[index].name) ? nil : Self.keyRisk
      let note = [rewrite.note, risk].compactMap(\.self).joined(separator: "; ")
      columns[index] = columns[index].shaped(type: rewrite.type, isNullable: isNullable, note: note.isEmpty ? nil : note)
    }
    output = table.replacing(columns: columns)
    sensitiveColumns = hidesValues ? Set(rewrites.map { table.columns[$0.index].name }) : []
    self.rewrites = rewrites
  }

  private static let keyRisk = "part of the key, and changed on its way: rows whose values become equal take each other's place"

  func apply(_ batch: ChangeBatch, failures: inout [SluiceCore.RowFailure]) throws -> ChangeBatch {
    var columns = batch.rows.columns
    var cells = CellFailures()
    for (index, rewrite) in rewrites {
      columns[index] = try rewrite.apply(columns[index], name: output.columns[index].name, failures: &cells)
    }
    return cells.settle(batch, columns: columns, as: output, failures: &failures)
  }
}
