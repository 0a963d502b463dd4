internal import SluiceCore

/// What a user must know about a column's mapping.
enum ColumnNotes {
  static func of(_ column: String, _ item: TablePlan, _ lake: any LakeFormat) -> [String] {
    let source = item.sourceColumn(of: column).flatMap { name in item.rows.columns.first { $0.name == name } }
    let target = item.target.columns.first { $0.name == column }
    return [source?.note, target.flatMap { lake.storage(of: $0.type).note }].compactMap(\.self)
  }
}
