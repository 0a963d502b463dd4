/// A change of a lake table's definition, in the target's terms.
public enum TargetChange: Hashable, Sendable, Codable {
  /// `fill` is the value that rows from before the change read, as text of the column's type; `nil` for NULL.
  case addColumn(TargetTable.Column, ColumnPlace, fill: String?)
  case dropColumn(String)
  case renameColumn(from: String, to: String)
  /// A new type, nullability or comment of the column of that name.
  case alterColumn(TargetTable.Column)
  case moveColumn(String, ColumnPlace)
  case commentTable(String)
}
