/// How the server shows a type that a statement gave it, with the character set that it has then.
struct TypeSpelling: Hashable, Sendable {
  let columnType: String
  let charset: MySQLCharset?

  /// `nil` when the character set counts and is not known, and for sizes that no server takes.
  init?(_ type: TypeClause, tableCharset: MySQLCharset?, isCompressed: Bool = false, dialect: MySQLDialect) {
    guard (type.length ?? 0) <= Int(UInt32.max), (type.scale ?? 0) <= 255 else { return nil }
    if ["time", "datetime", "timestamp"].contains(type.name), (type.length ?? 0) > 6 { return nil }
    var charset: MySQLCharset?
    var name = Self.plainName(type, dialect)
    if Self.isText(name) {
      guard var chosen = Self.charset(type, tableCharset, dialect) else { return nil }
      if type.hasBinaryCollation { chosen = chosen.byCodePoint }
      charset = chosen
      name = Self.sized(name, type.length, chosen, dialect)
      // Text in the character set "binary" is a type of its own; enumerations stay what they are.
      if chosen.charset == "binary", let bytes = Self.binaryTypes[name] {
        name = bytes
        charset = nil
      } else if chosen.charset == "binary", !dialect.server.isMariaDB {
        charset = nil
      }
    } else {
      name = Self.sized(name, type.length, .binary, dialect)
    }
    if name == "json", dialect.server.isMariaDB {
      // JSON is text there.
      name = "longtext"
      charset = MySQLCharset(charset: "utf8mb4", collation: "utf8mb4_bin")
    }
    self.charset = charset
    let suffix = isCompressed && dialect.server.isMariaDB ? " /*M!100301 COMPRESSED*/" : ""
    columnType = Self.text(name, type, dialect) + suffix
  }

  private static func charset(_ type: TypeClause, _ tableCharset: MySQLCharset?, _ dialect: MySQLDialect) -> MySQLCharset? {
    type.isNational && type.charset.isEmpty
      ? .national(dialect) : MySQLCharset.resolve(type.charset, fallback: tableCharset, dialect: dialect)
  }

  static func isText(_ name: String) -> Bool { binaryTypes[name] != nil || name == "enum" || name == "set" }

  private static let binaryTypes = [
    "char": "binary", "varchar": "varbinary", "tinytext": "tinyblob", "text": "blob", "mediumtext": "mediumblob", "longtext": "longblob",
  ]

  private static func plainName(_ type: TypeClause, _ dialect: MySQLDialect) -> String {
    switch type.name {
    case "float": type.scale == nil && (type.length ?? 0) > 24 ? "double" : "float"
    case "number": type.length == nil ? "double" : "decimal"
    case "geometrycollection": !dialect.server.isMariaDB && dialect.isAtLeast(8) ? "geomcollection" : type.name
    default: type.name
    }
  }

  /// A length makes TEXT and BLOB the smallest type that holds so much; VARCHAR beyond the size of a row becomes one of them.
  private static func sized(_ name: String, _ length: Int?, _ charset: MySQLCharset, _ dialect: MySQLDialect) -> String {
    guard let length, length > 0 || !dialect.server.isMariaDB else { return name }
    let bytes = length * charset.maximumBytes
    switch name {
    case "text": return textTypes[size(bytes)]
    case "blob": return blobTypes[size(bytes)]
    case "varchar": return bytes > 65_535 ? textTypes[size(bytes)] : name
    case "varbinary": return bytes > 65_535 ? blobTypes[size(bytes)] : name
    default: return name
    }
  }

  static let textTypes = ["tinytext", "text", "mediumtext", "longtext"]
  private static let blobTypes = ["tinyblob", "blob", "mediumblob", "longblob"]

  /// The index of the smallest type for that many bytes.
  static func size(_ bytes: Int) -> Int {
    bytes < 1 << 8 ? 0 : bytes < 1 << 16 ? 1 : bytes < 1 << 24 ? 2 : 3
  }

  private static func text(_ name: String, _ type: TypeClause, _ dialect: MySQLDialect) -> String {
    switch name {
    case "tinyint", "smallint", "mediumint", "int", "bigint": return integer(name, type, dialect)
    case "float", "double":
      guard let length = type.length, let scale = type.scale else { return name + sign(type) }
      return "\(name)(\(length),\(scale))" + sign(type)
    case "decimal": return "decimal(\(decimalLength(type)),\(type.scale ?? 0))" + sign(type)
    case "bit", "char", "binary": return "\(name)(\(type.length ?? 1))"
    case "varchar", "varbinary": return "\(name)(\(type.length ?? 1))"
    case "vector": return "vector(\(type.length ?? 2048))"
    case "time", "datetime", "timestamp": return name + ((type.length ?? 0) > 0 ? "(\(type.length ?? 0))" : "")
    case "year": return hasWidths(dialect) ? "year(\(type.length == 2 ? 2 : 4))" : "year"
    case "enum", "set": return "\(name)(\(type.members.map(member).joined(separator: ",")))"
    default: return name
    }
  }

  private static func decimalLength(_ type: TypeClause) -> Int {
    let length = type.length ?? 10
    return length == 0 ? 10 : length
  }

  /// MySQL dropped the display widths of integers, but for `tinyint(1)` and ZEROFILL.
  private static func integer(_ name: String, _ type: TypeClause, _ dialect: MySQLDialect) -> String {
    let isBoolean = name == "tinyint" && type.length == 1 && !type.isUnsigned
    guard hasWidths(dialect) || type.isZerofill || isBoolean else { return name + sign(type) }
    return "\(name)(\(width(name, type)))" + sign(type)
  }

  private static func width(_ name: String, _ type: TypeClause) -> Int {
    if let length = type.length, length > 0 { return length }
    let digits = ["tinyint": 4, "smallint": 6, "mediumint": 9, "int": 11, "bigint": 20][name] ?? 11
    // Twenty digits and no sign: the largest unsigned number has as many as the smallest one with its sign.
    return type.isUnsigned && name != "bigint" ? digits - 1 : digits
  }

  private static func sign(_ type: TypeClause) -> String {
    (type.isUnsigned ? " unsigned" : "") + (type.isZerofill ? " zerofill" : "")
  }

  private static func hasWidths(_ dialect: MySQLDialect) -> Bool {
    dialect.server.isMariaDB || !dialect.isAtLeast(8, 0, 19)
  }

  /// Members lose trailing blanks. The servers escape what a client could not read back.
  private static func member(_ text: String) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "'")]
    let blanks = text.utf8.reversed().prefix { $0 == 32 }.count
    for scalar in text.unicodeScalars.prefix(text.unicodeScalars.count - blanks) {
      switch scalar {
      case "\0": bytes += Array("\\0".utf8)
      case "\n": bytes += Array("\\n".utf8)
      case "\r": bytes += Array("\\r".utf8)
      case "\\": bytes += Array("\\\\".utf8)
      case "'": bytes += Array("''".utf8)
      // The catalogs have three bytes for a character.
      case _ where scalar.value > 0xffff: bytes.append(UInt8(ascii: "?"))
      default: bytes += Array(String(scalar).utf8)
      }
    }
    bytes.append(UInt8(ascii: "'"))
    return String(decoding: bytes, as: UTF8.self)
  }
}
