internal import SluiceCore

/// What would be made of a target, in the manner of Flink's SQL, for people to read.
struct CreateStatement {
  let target: TargetTable
  /// The types by the format's names, in the order of the columns.
  let types: [String]
  let isNullable: (Int) -> Bool
  let options: [String: String]

  var text: String {
    var lines = target.columns.enumerated().map { index, column in
      "  \(quoted(column.name)) \(types[index])\(isNullable(index) ? "" : " NOT NULL")"
        + (column.comment.isEmpty ? "" : " COMMENT \(literal(column.comment))")
    }
    if !target.primaryKey.isEmpty { lines.append("  PRIMARY KEY (\(target.primaryKey.map(quoted).joined(separator: ", "))) NOT ENFORCED") }
    var statement = "CREATE TABLE \(quoted(target.id.database)).\(quoted(target.id.name)) (\n\(lines.joined(separator: ",\n"))\n)"
    if !target.comment.isEmpty { statement += " COMMENT \(literal(target.comment))" }
    if !target.partitionKeys.isEmpty {
      // A function of a column stands as it is.
      let parts = target.partitionKeys.map { target.columnIndex($0) == nil ? $0 : quoted($0) }
      statement += " PARTITIONED BY (\(parts.joined(separator: ", ")))"
    }
    let settings = options.sorted { $0.key < $1.key }.map { "  \(literal($0.key)) = \(literal($0.value))" }
    return statement + " WITH (\n\(settings.joined(separator: ",\n"))\n)"
  }

  private func quoted(_ name: String) -> String { "`" + name.replacing("`", with: "``") + "`" }
  private func literal(_ value: String) -> String { "'" + value.replacing("'", with: "''") + "'" }
}
