import SluiceCore

/// A node that hands on some columns as they are, in an order and under names of its own. Moves no values.
struct ChosenColumns: BoundTransform {
  let output: TableDefinition
  let renamedColumns: [String: String]
  private let places: [Int]

  /// The columns of `table` at `places`; `names` says what those are called that get another name. `nil` when nothing would change.
  init?(_ table: TableDefinition, places: [Int], names: [Int: String] = [:]) {
    if places == Array(table.columns.indices), names.isEmpty { return nil }
    self.places = places
    output = table.replacing(
      columns: places.map { place in names[place].map { table.columns[place].renamed($0) } ?? table.columns[place] },
      primaryKey: table.primaryKey.map { name in table.columnIndex(name).flatMap { names[$0] } ?? name })
    renamedColumns = names.reduce(into: [:]) { $0[$1.value] = table.columns[$1.key].name }
  }

  func apply(_ batch: ChangeBatch, failures: inout [SluiceCore.RowFailure]) throws -> ChangeBatch {
    batch.replacingRows(batch.rows.selecting(places))
  }
}
