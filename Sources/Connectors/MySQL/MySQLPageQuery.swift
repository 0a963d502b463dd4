internal import SluiceCore

/// The statements that read one table: a page of a range, all of it, and its shape alone.
struct MySQLPageQuery: Sendable {
  let table: MySQLTable
  let key: MySQLKey?
  private let selectList: String

  init(_ table: MySQLTable, key: MySQLKey?) {
    self.table = table
    self.key = key
    let columns = zip(table.columns, table.mappings).map { column, mapping in
      mapping.selection.expression(MySQLText.quoted(column.name))
    }
    selectList = (columns + (key?.extraExpressions ?? [])).joined(separator: ", ")
  }

  private var name: String { MySQLText.quoted(table.definition.id) }

  /// At most `limit` rows of the range, in key order.
  func page(_ range: SnapshotRange, limit: Int) -> String {
    guard let key else { return whole }
    return select(selectList, from: key, key.condition(after: range.lower, upTo: range.upper)) + " ORDER BY \(key.columnList) LIMIT \(limit)"
  }

  /// Every row, in no order.
  var whole: String { "SELECT \(selectList) FROM \(name)" }

  /// No row: its result describes the columns as they are now.
  var shape: String {
    let invisible = table.columns.filter(\.isInvisible).map { ", \(MySQLText.quoted($0.name))" }.joined()
    return "SELECT t.*\(invisible) FROM \(name) AS t LIMIT 0"
  }

  /// `SELECT list` over the key's index.
  func select(_ list: String, from key: MySQLKey, _ condition: String?) -> String {
    "SELECT \(list) FROM \(name) FORCE INDEX (\(MySQLText.quoted(key.index)))" + (condition.map { " WHERE \($0)" } ?? "")
  }
}
