/// How far an index covers its columns.
enum PrefixLength {
  /// Whether so many characters (bytes, of binary columns) are only the beginning of the column.
  static func isPrefix(_ length: Int, of column: MySQLCatalogColumn) -> Bool {
    switch column.dataType {
    case "char", "varchar", "binary", "varbinary": length < column.length ?? 1
    case "tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob": true
    default: false
    }
  }

  /// The length of an index part that covers the whole column, as the server counts it; `nil` when it counts none.
  static func whole(_ column: MySQLCatalogColumn) -> Int? {
    switch column.dataType {
    case "char", "varchar", "binary", "varbinary": column.length
    case "tinyint", "year": 1
    case "smallint": 2
    case "mediumint", "date": 3
    case "int", "float": 4
    case "bigint", "double": 8
    default: nil
    }
  }
}
