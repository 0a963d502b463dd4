/// A character set with a collation of it.
struct MySQLCharset: Hashable, Sendable {
  let charset: String
  let collation: String

  init(charset: String, collation: String) {
    self.charset = charset
    self.collation = collation
  }

  /// A collation's name begins with that of its character set.
  init(collation: String) {
    self.init(charset: String(collation.prefix { $0 != "_" }), collation: collation)
  }

  static let binary = MySQLCharset(charset: "binary", collation: "binary")

  /// What a statement's choice means, where it says nothing, `fallback`; `nil` when nothing tells.
  static func resolve(_ choice: MySQLCharsetChoice, fallback: MySQLCharset?, dialect: MySQLDialect) -> MySQLCharset? {
    let named = choice.charset.flatMap { $0 == "default" ? nil : canonical($0, dialect) }
    guard let collation = choice.collation, collation != "default" else {
      if let named { return MySQLCharset(charset: named, collation: defaultCollation(of: named, dialect)) }
      guard choice.collation == "default", let fallback else { return fallback }
      return MySQLCharset(charset: fallback.charset, collation: defaultCollation(of: fallback.charset, dialect))
    }
    if collation == "binary" { return .binary }
    if collation.hasPrefix("uca1400_") {
      // MariaDB's short names go with any character set of Unicode.
      guard let charset = named ?? fallback?.charset else { return nil }
      return MySQLCharset(charset: charset, collation: "\(charset)_\(collation)")
    }
    let charset = canonical(String(collation.prefix { $0 != "_" }), dialect)
    return MySQLCharset(charset: charset, collation: charset + collation.drop { $0 != "_" })
  }

  /// The collation by code points of the same character set.
  var byCodePoint: MySQLCharset {
    charset == "binary" ? self : MySQLCharset(charset: charset, collation: "\(charset)_bin")
  }

  /// The name that the server shows: `utf8` is `utf8mb3` nowadays.
  private static func canonical(_ name: String, _ dialect: MySQLDialect) -> String {
    guard name == "utf8" || name == "utf8mb3" else { return name }
    let isNew = dialect.server.isMariaDB ? dialect.isAtLeast(10, 6) : dialect.isAtLeast(8, 0, 29)
    return isNew ? "utf8mb3" : "utf8"
  }

  static func national(_ dialect: MySQLDialect) -> MySQLCharset {
    let charset = canonical("utf8", dialect)
    return MySQLCharset(charset: charset, collation: defaultCollation(of: charset, dialect))
  }

  private static func defaultCollation(of charset: String, _ dialect: MySQLDialect) -> String {
    if let collation = dialect.defaultCollations[charset] { return collation }
    if charset == "binary" { return charset }
    if charset == "utf8mb4", !dialect.server.isMariaDB, dialect.isAtLeast(8, 0, 1) { return "utf8mb4_0900_ai_ci" }
    if dialect.server.isMariaDB, dialect.isAtLeast(11, 5), unicode.contains(charset) { return "\(charset)_uca1400_ai_ci" }
    return "\(charset)_\(collations[charset] ?? "general_ci")"
  }

  /// The most bytes that a character takes.
  var maximumBytes: Int { Self.widths[charset] ?? 1 }

  private static let unicode: Set<String> = ["utf8mb3", "utf8mb4", "ucs2", "utf16", "utf32"]

  private static let widths = [
    "utf8": 3, "utf8mb3": 3, "utf8mb4": 4, "ucs2": 2, "utf16": 4, "utf16le": 4, "utf32": 4, "gbk": 2, "gb2312": 2, "gb18030": 4, "big5": 2,
    "sjis": 2, "cp932": 2, "ujis": 3, "eucjpms": 3, "euckr": 2,
  ]

  /// Default collations that are not `general_ci`.
  private static let collations = [
    "big5": "chinese_ci", "cp932": "japanese_ci", "dec8": "swedish_ci", "eucjpms": "japanese_ci", "euckr": "korean_ci", "gb18030": "chinese_ci",
    "gb2312": "chinese_ci", "gbk": "chinese_ci", "hp8": "english_ci", "latin1": "swedish_ci", "latin5": "turkish_ci", "sjis": "japanese_ci",
    "swe7": "swedish_ci", "tis620": "thai_ci", "ujis": "japanese_ci",
  ]
}
