internal import SluiceCore

/// What the rows that were there before a column came read in it.
enum ColumnFill: Hashable, Sendable {
  /// The value as text of the column's `DataType`, as `ValueText` spells it; `nil` for NULL.
  case value(String?)
  /// Only the server knows: an expression, a counter, a moment in a session's time zone, a date that the lake cannot hold.
  case unknown
}

extension MySQLTable {
  /// What old rows read in a column that was added as `name` is now: its default, else NULL, else the implicit default of its type (zero,
  /// empty, the first member).
  func fill(of name: String) -> ColumnFill {
    guard let place = columns.firstIndex(where: { $0.name == name }) else { return .unknown }
    let column = columns[place]
    let type = mappings[place].type
    if column.generated != nil || column.isAutoIncrement || column.hasComputedDefault { return .unknown }
    if let value = column.defaultValue { return spelled(value, type) }
    if column.isNullable { return .value(nil) }
    return implicit(column).map { spelled($0, type) } ?? .unknown
  }

  private func spelled(_ value: String, _ type: DataType) -> ColumnFill {
    switch type {
    case .boolean: return value == "0" ? .value("false") : value == "1" ? .value("true") : .unknown
    case .date, .timestamp, .instant:
      // No year zero, no month or day zero in the lake.
      if value.hasPrefix("0000-") || value.contains("-00") { return options.zeroDatesAreNull ? .value(nil) : .unknown }
      return .value(value.replacing(" ", with: "T"))
    default: return .value(value)
    }
  }

  private func implicit(_ column: MySQLCatalogColumn) -> String? {
    switch column.dataType {
    case "json": "null"
    case "longtext" where column.isCheckedJSON: nil
    case "enum": TypeMembers.of(column.columnType).first
    case "set", "char", "varchar", "tinytext", "text", "mediumtext", "longtext": ""
    case "uuid": "00000000-0000-0000-0000-000000000000"
    case "inet4": "0.0.0.0"
    case "inet6": "::"
    case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob": DefaultText.of(.text(""), column)
    default: DefaultText.of(.number("0"), column)
    }
  }
}
