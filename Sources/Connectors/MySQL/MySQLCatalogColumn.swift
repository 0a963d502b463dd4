/// A column as `information_schema` describes it.
struct MySQLCatalogColumn: Hashable, Sendable {
  let name: String
  /// Lower case, without length: `varchar`.
  let dataType: String
  /// As `SHOW CREATE TABLE` spells it: `decimal(10,2) unsigned`.
  let columnType: String
  let isNullable: Bool
  let precision: Int
  let scale: Int
  let fraction: Int
  let charset: String?
  let collation: String?
  let defaultValue: String?
  let comment: String
  let isInvisible: Bool
  /// Part of the key that the server itself tells rows apart by.
  let isPrimary: Bool
  /// MariaDB's JSON: text under a check of its validity.
  var isCheckedJSON = false

  /// What `init(_:)` expects, in order.
  static let selection = """
    COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, CHARACTER_SET_NAME, \
    COLLATION_NAME, COLUMN_DEFAULT, COLUMN_COMMENT, EXTRA, COLUMN_KEY
    """

  init(_ row: ArraySlice<String?>) {
    let values = Array(row)
    func text(_ index: Int) -> String { values[index] ?? "" }
    name = text(0)
    dataType = text(1).lowercased()
    columnType = text(2)
    isNullable = text(3) == "YES"
    precision = Int(text(4)) ?? 0
    scale = Int(text(5)) ?? 0
    fraction = Int(text(6)) ?? 0
    charset = values[7]
    collation = values[8]
    defaultValue = values[9] == "NULL" ? nil : values[9]
    comment = text(10)
    isInvisible = text(11).contains("INVISIBLE")
    isPrimary = text(12) == "PRI"
  }

  var isUnsigned: Bool { columnType.contains(" unsigned") || columnType.contains(" zerofill") }

  /// The number in the type's brackets: 1 of `bit(1)`.
  var length: Int? {
    guard let open = columnType.firstIndex(of: "(") else { return nil }
    return Int(columnType[columnType.index(after: open)...].prefix { $0.isNumber })
  }
}
