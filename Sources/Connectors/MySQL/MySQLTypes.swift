internal import SluiceCore

/// How a column of MySQL is selected, decoded and called in the lake. The table of all types is `docs/reference/mysql-types.md`.
struct MySQLMapping: Sendable {
  let type: DataType
  let decoding: ValueDecoder.Kind
  /// Digits after the point, or fractional digits of a second.
  var scale = 0
  /// What is selected instead of the column: the text protocol rounds floats, and fills decimals up with zeros.
  var selection = Selection.column
  var note: String?

  enum Selection: Sendable {
    case column
    case double
    case decimal(precision: Int, scale: Int)

    /// The expression for a quoted column.
    func expression(_ name: String) -> String {
      switch self {
      case .column: name
      case .double: "\(name) * 1e0"
      case .decimal(let precision, let scale): "CAST(\(name) AS DECIMAL(\(precision), \(scale)))"
      }
    }
  }

  static func of(_ column: MySQLCatalogColumn, table: TableID, options: MySQLOptions) throws -> MySQLMapping {
    guard let mapping = find(column, options: options) else {
      throw SluiceError(
        .sourceTypeUnsupported, "the type \(column.columnType) cannot be copied", at: .init(table: table, column: column.name),
        remedy: "Exclude the table, or change the column to a supported type.")
    }
    return mapping
  }

  private static func find(_ column: MySQLCatalogColumn, options: MySQLOptions) -> MySQLMapping? {
    switch column.dataType {
    case "tinyint" where column.length == 1 && !column.isUnsigned && options.tinyint1IsBoolean:
      .init(type: .boolean, decoding: .boolean, note: "tinyint(1) read as boolean; values other than 0 and 1 are dirty rows")
    case "tinyint": integer(column, .int8, .int8, .uint8, .uint8)
    case "smallint": integer(column, .int16, .int16, .uint16, .uint16)
    case "mediumint", "int", "integer": integer(column, .int32, .int32, .uint32, .uint32)
    case "bigint": integer(column, .int64, .int64, .uint64, .uint64)
    case "year": .init(type: .int16, decoding: .int16)
    case "bit": bit(column)
    case "float": .init(type: .float32, decoding: .float32, selection: .double)
    case "double", "real": .init(type: .float64, decoding: .float64, selection: column.columnType.contains("(") ? .double : .column)
    case "decimal", "numeric": decimal(column)
    case "date": .init(type: .date, decoding: .date)
    case "datetime": timestamp(.timestamp(precision: column.fraction), column.fraction)
    case "timestamp": timestamp(.instant(precision: column.fraction), column.fraction)
    case "time":
      .init(type: .string, decoding: .ascii, note: "TIME as text: it may be negative or longer than a day")
    case "char", "varchar", "tinytext", "text", "mediumtext", "longtext": text(column)
    case "enum": .init(type: .string, decoding: .text)
    case "set": .init(type: .string, decoding: .text, note: "members of the set, separated by commas")
    case "json": .init(type: .json, decoding: .text)
    case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob": .init(type: .binary, decoding: .binary)
    case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "geomcollection":
      .init(type: .binary, decoding: .binary, note: "four bytes of SRID (little endian), then WKB, as the server keeps it")
    case "vector": .init(type: .binary, decoding: .binary, note: "32-bit floats, little endian")
    case "uuid", "inet4", "inet6": .init(type: .string, decoding: .ascii)
    default: nil
    }
  }

  private static func integer(
    _ column: MySQLCatalogColumn, _ signed: DataType, _ signedKind: ValueDecoder.Kind, _ unsigned: DataType, _ unsignedKind: ValueDecoder.Kind
  ) -> MySQLMapping {
    column.isUnsigned ? .init(type: unsigned, decoding: unsignedKind) : .init(type: signed, decoding: signedKind)
  }

  private static func bit(_ column: MySQLCatalogColumn) -> MySQLMapping {
    switch column.length ?? 1 {
    case 1: .init(type: .boolean, decoding: .bitBoolean)
    case 64: .init(type: .uint64, decoding: .bitUnsigned, note: "the bits as a number")
    default: .init(type: .int64, decoding: .bitSigned, note: "the bits as a number")
    }
  }

  private static func decimal(_ column: MySQLCatalogColumn) -> MySQLMapping {
    if column.precision > 38 {
      let plain = MySQLMapping.Selection.decimal(precision: column.precision, scale: column.scale)
      return .init(
        type: .string, decoding: .ascii, selection: column.columnType.contains(" zerofill") ? plain : .column,
        note: "\(column.columnType) as text: lake decimals end at 38 digits")
    }
    return .init(
      type: .decimal(precision: column.precision, scale: column.scale), decoding: column.precision <= 18 ? .decimal64 : .decimal128,
      scale: column.scale)
  }

  private static func timestamp(_ type: DataType, _ fraction: Int) -> MySQLMapping {
    .init(type: type, decoding: fraction <= 3 ? .milliseconds : .microseconds, scale: fraction)
  }

  private static func text(_ column: MySQLCatalogColumn) -> MySQLMapping {
    if column.isCheckedJSON { return .init(type: .json, decoding: .text) }
    if column.charset == "binary" { return .init(type: .binary, decoding: .binary) }
    return .init(type: .string, decoding: .text)
  }
}
