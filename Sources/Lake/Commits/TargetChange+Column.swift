internal import SluiceCore

extension TargetChange {
  /// The column that it is about.
  var columnName: String? {
    switch self {
    case .addColumn(let column, _, _), .alterColumn(let column): column.name
    case .dropColumn(let name), .renameColumn(let name, _), .moveColumn(let name, _): name
    case .commentTable: nil
    }
  }
}
