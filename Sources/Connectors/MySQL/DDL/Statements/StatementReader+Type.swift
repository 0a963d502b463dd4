extension StatementReader {
  /// A column's type with what may stand right behind it.
  mutating func type() throws(StatementProblem) -> TypeClause {
    guard token.kind == .word else { throw StatementProblem() }
    let word = token.text.uppercased()
    advance()
    var type = TypeClause(name: "")
    switch word {
    case "NATIONAL":
      type.isNational = true
      if takeAny("VARCHAR", "VARCHARACTER") {
        type.name = "varchar"
      } else {
        guard takeAny("CHAR", "CHARACTER") else { throw StatementProblem() }
        type.name = take("VARYING") ? "varchar" : "char"
      }
    case "NCHAR":
      type.isNational = true
      type.name = takeAny("VARCHAR", "VARCHARACTER", "VARYING") ? "varchar" : "char"
    case "NVARCHAR": (type.name, type.isNational) = ("varchar", true)
    case "CHAR", "CHARACTER": type.name = take("VARYING") ? "varchar" : "char"
    case "LONG": type.name = long()
    case "DOUBLE":
      _ = take("PRECISION")
      type.name = "double"
    case "REAL": type.name = context.dialect.hasRealAsFloat ? "float" : "double"
    case "BOOL", "BOOLEAN": (type.name, type.length) = ("tinyint", 1)
    default:
      guard let name = Self.plainTypes[word] ?? (context.dialect.isOracle ? Self.oracleTypes[word] : nil) else { throw StatementProblem() }
      type.name = name
      if context.dialect.isOracle, let meant = Self.oracleMeanings[word] { type.name = meant }
    }
    try size(&type)
    return type
  }

  private mutating func long() -> String {
    if take("VARBINARY") { return "mediumblob" }
    if takeAny("CHAR", "CHARACTER") {
      _ = take("VARYING")
    } else {
      _ = takeAny("VARCHAR", "VARCHARACTER")
    }
    return "mediumtext"
  }

  /// What stands in brackets behind the type's name.
  private mutating func size(_ type: inout TypeClause) throws(StatementProblem) {
    guard take(symbol: "(") else { return }
    if type.name == "enum" || type.name == "set" {
      repeat {
        guard let member = try literal() else { throw StatementProblem() }
        switch member {
        case .text(let text): type.members.append(text)
        case .number(let text): type.members.append(text)
        case .bytes(let bytes):
          guard let text = String(validating: bytes, as: UTF8.self) else { throw StatementProblem() }
          type.members.append(text)
        }
      } while take(symbol: ",")
      return try require(symbol: ")")
    }
    type.length = try integer()
    // ORACLE mode: VARCHAR2(10 BYTE).
    _ = takeAny("BYTE", "CHAR")
    if take(symbol: ",") { type.scale = try integer() }
    try require(symbol: ")")
  }

  private static let plainTypes: [String: String] = [
    "TINYINT": "tinyint", "INT1": "tinyint", "SMALLINT": "smallint", "INT2": "smallint", "MEDIUMINT": "mediumint", "INT3": "mediumint",
    "MIDDLEINT": "mediumint", "INT": "int", "INTEGER": "int", "INT4": "int", "BIGINT": "bigint", "INT8": "bigint", "SERIAL": "serial",
    "FLOAT": "float", "FLOAT4": "float", "FLOAT8": "double", "DECIMAL": "decimal", "DEC": "decimal", "NUMERIC": "decimal", "FIXED": "decimal",
    "BIT": "bit", "DATE": "date", "TIME": "time", "DATETIME": "datetime", "TIMESTAMP": "timestamp", "YEAR": "year", "VARCHAR": "varchar",
    "VARCHARACTER": "varchar", "BINARY": "binary", "VARBINARY": "varbinary", "TINYTEXT": "tinytext", "TEXT": "text", "MEDIUMTEXT": "mediumtext",
    "LONGTEXT": "longtext", "TINYBLOB": "tinyblob", "BLOB": "blob", "MEDIUMBLOB": "mediumblob", "LONGBLOB": "longblob", "ENUM": "enum",
    "SET": "set", "JSON": "json", "UUID": "uuid", "INET4": "inet4", "INET6": "inet6", "VECTOR": "vector", "GEOMETRY": "geometry",
    "POINT": "point", "LINESTRING": "linestring", "POLYGON": "polygon", "MULTIPOINT": "multipoint", "MULTILINESTRING": "multilinestring",
    "MULTIPOLYGON": "multipolygon", "GEOMETRYCOLLECTION": "geometrycollection", "GEOMCOLLECTION": "geometrycollection",
  ]

  private static let oracleMeanings = ["DATE": "datetime", "BLOB": "longblob"]
  private static let oracleTypes = ["VARCHAR2": "varchar", "NUMBER": "number", "RAW": "varbinary", "CLOB": "longtext"]
}
