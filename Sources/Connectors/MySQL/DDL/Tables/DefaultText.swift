/// The one spelling of constant defaults: what the column holds where a row says nothing, as the server would show the value.
enum DefaultText {
  /// `nil` for a constant whose value is the server's to tell.
  static func of(_ literal: MySQLLiteral, _ column: MySQLCatalogColumn) -> String? {
    switch column.dataType {
    case "tinyint", "smallint", "mediumint", "int", "integer", "bigint": number(literal)?.rounded(toScale: 0)
    case "bit": bits(literal)
    case "year": year(literal)
    case "decimal", "numeric": number(literal)?.rounded(toScale: column.scale)
    case "float": float(literal, column).map { "\(Float($0))" }
    case "double", "real": float(literal, column).map { "\($0)" }
    case "date": MomentText.date(text(literal))
    case "datetime": MomentText.dateTime(text(literal), fraction: column.fraction)
    case "timestamp":
      // Any other moment is told in the time zone of the session.
      MomentText.dateTime(text(literal), fraction: column.fraction).flatMap { $0.hasPrefix("0000-00-00") ? $0 : nil }
    case "time": MomentText.time(text(literal), fraction: column.fraction)
    case "enum": member(literal, column)
    case "set": members(literal, column)
    case "char": characters(literal, column).map(withoutTrailingBlanks)
    case "varchar", "tinytext", "text", "mediumtext", "longtext", "json": characters(literal, column)
    case "binary": padded(bytes(literal), to: column.length ?? 1)
    case "varbinary", "tinyblob", "blob", "mediumblob", "longblob": hexadecimal(bytes(literal))
    case "uuid", "inet4", "inet6": text(literal).lowercased()
    default: nil
    }
  }

  private static func text(_ literal: MySQLLiteral) -> String {
    switch literal {
    case .text(let text), .number(let text): text
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    }
  }

  private static func bytes(_ literal: MySQLLiteral) -> [UInt8] {
    if case .bytes(let bytes) = literal { return bytes }
    return Array(text(literal).utf8)
  }

  private static func number(_ literal: MySQLLiteral) -> DecimalText? {
    guard case .bytes(let bytes) = literal else { return DecimalText(text(literal)) }
    guard bytes.count <= 8 else { return nil }
    return DecimalText("\(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })")
  }

  private static func bits(_ literal: MySQLLiteral) -> String? {
    if case .number = literal { return number(literal)?.rounded(toScale: 0) }
    return number(.bytes(bytes(literal)))?.rounded(toScale: 0)
  }

  /// FLOAT(7,3) rounds what stands after the point, in binary.
  private static func float(_ literal: MySQLLiteral, _ column: MySQLCatalogColumn) -> Double? {
    guard let value = number(literal).flatMap({ Double($0.text) }), value.isFinite else { return nil }
    guard let comma = column.columnType.firstIndex(of: ",") else { return value }
    guard let scale = Int(column.columnType[comma...].dropFirst().prefix { $0.isNumber }), scale <= 30 else { return nil }
    let unit = (0..<scale).reduce(1.0) { unit, _ in unit * 10 }
    let whole = value.rounded(.down)
    return whole + ((value - whole) * unit).rounded(.toNearestOrEven) / unit
  }

  /// Two digits stand for a year between 1970 and 2069; the number 0 for the year zero.
  private static func year(_ literal: MySQLLiteral) -> String? {
    guard let text = number(literal)?.rounded(toScale: 0), let year = Int(text) else { return nil }
    if year == 0, case .number = literal { return "0" }
    if year == 0, self.text(literal).count > 2 { return "0" }
    return year > 99 ? "\(year)" : "\(year < 70 ? 2000 + year : 1900 + year)"
  }

  private static func characters(_ literal: MySQLLiteral, _ column: MySQLCatalogColumn) -> String? {
    guard case .bytes(let bytes) = literal else { return text(literal) }
    guard column.charset?.hasPrefix("utf8") == true || bytes.allSatisfy({ $0 < 128 }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func withoutTrailingBlanks(_ text: String) -> String {
    String(decoding: text.utf8.reversed().drop { $0 == 32 }.reversed(), as: UTF8.self)
  }

  private static func padded(_ bytes: [UInt8], to length: Int) -> String? {
    guard bytes.count <= length, length <= 255 else { return nil }
    return hexadecimal(bytes + [UInt8](repeating: 0, count: length - bytes.count))
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    "0x" + MySQLText.hex(bytes).dropFirst(2).dropLast()
  }

  private static func member(_ literal: MySQLLiteral, _ column: MySQLCatalogColumn) -> String? {
    let wanted = withoutTrailingBlanks(text(literal))
    let members = TypeMembers.of(column.columnType)
    return members.first { $0 == wanted } ?? members.first { $0.lowercased() == wanted.lowercased() }
  }

  private static func members(_ literal: MySQLLiteral, _ column: MySQLCatalogColumn) -> String? {
    let wanted = Set(text(literal).split(separator: ",").map { withoutTrailingBlanks(String($0)).lowercased() })
    let found = TypeMembers.of(column.columnType).filter { wanted.contains($0.lowercased()) }
    return found.count == wanted.count ? found.joined(separator: ",") : nil
  }
}

/// The members of an enumeration or a set.
enum TypeMembers {
  /// As the catalog spells them in the type; a character that it cannot show is `?`.
  static func of(_ columnType: String) -> [String] {
    let dialect = MySQLDialect(server: MySQLServer(version: ""))
    var reader = StatementReader(columnType, MySQLStatementContext(database: "", dialect: dialect))
    return (try? reader.type().members) ?? []
  }
}
