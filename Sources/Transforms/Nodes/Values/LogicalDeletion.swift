import SluiceCore

/// Deletes that stay as rows with a flag and a time.
struct LogicalDeletion: Sendable {
  /// The options of whatever deletes logically.
  static let options: [OptionDefinition] = [
    .init("flag", .string, default: .string("is_deleted"), help: "The column that says whether the row is deleted at the source."),
    .init("flagType", .choice(["boolean", "int32"]), default: .string("boolean"), help: "Its type: false and true, or 0 and 1."),
    .init(
      "time", .string, default: .string("deleted_at"), help: "The column with the commit time of the delete, NULL for other rows; empty for none."),
  ]

  let flag: String
  let isNumber: Bool
  let time: String?

  init(_ options: OptionValues, at path: String) throws {
    flag = options.string("flag") ?? ""
    if flag.isEmpty { throw OptionIssues(path, key: "flag", "found an empty text, allowed is a name") }
    isNumber = options.string("flagType") == "int32"
    time = options.string("time").flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The names of the columns for it.
  var columns: [String] { [flag] + (time.map { [$0] } ?? []) }

  /// The table with the columns for it. Throws `spec-invalid` for a table without a key: nothing tells which row a delete means.
  func output(of table: TableDefinition) throws -> TableDefinition {
    guard !table.primaryKey.isEmpty else {
      throw SluiceError(
        .specInvalid, "the table has no key, so that a delete cannot be kept as a row", at: .init(table: table.id),
        remedy: "Leave the table out of the rule, or name a key for it.")
    }
    var columns = table.columns + [.added(flag, isNumber ? .int32 : .boolean, isNullable: false, comment: "deleted at the source")]
    if let time { columns.append(.added(time, .instant(precision: 6), isNullable: true, comment: "when it was deleted at the source")) }
    return table.replacing(columns: columns)
  }

  /// The rows with those columns; deletes are updates then, and so is a row as it was before an update: under its key nothing may be left, unless
  /// the update follows under the same one.
  func apply(_ batch: ChangeBatch) -> ChangeBatch {
    guard case .each(let kinds) = batch.kinds else { return batch.replacingRows(rows(of: batch, deleted: nil)) }
    let deleted = kinds.indices.map { kinds[$0] == RowKind.delete.rawValue || batch.isUpdatePair(at: $0) }
    if !deleted.contains(true) { return batch.replacingRows(rows(of: batch, deleted: nil)) }
    let flagged = batch.replacingRows(rows(of: batch, deleted: deleted))
    return flagged.replacingKinds(.each(zip(kinds, deleted).map { $1 ? RowKind.updateAfter.rawValue : $0 }))
  }

  private func rows(of batch: ChangeBatch, deleted: [Bool]?) -> Batch {
    var flags = ColumnBuilder(type: isNumber ? .int32 : .boolean, capacity: max(batch.rowCount, 8))
    for row in 0..<batch.rowCount {
      let isDeleted = deleted?[row] ?? false
      if isNumber { flags.append(Int32(isDeleted ? 1 : 0)) } else { flags.append(boolean: isDeleted) }
    }
    var columns = batch.rows.columns + [flags.finish()]
    if time != nil {
      if let deleted {
        let times = batch.column(of: .commitTime)
        columns.append(times.blanking(deleted.indices.filter { !deleted[$0] }))
      } else {
        columns.append(.nulls(of: .instant(precision: 6), count: batch.rowCount))
      }
    }
    return Batch(columns: columns, rowCount: batch.rowCount)
  }
}
