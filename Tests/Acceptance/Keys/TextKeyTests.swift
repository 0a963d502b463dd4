import TestKit
import Testing

@Suite struct TextKeyTests {
  /// Texts of mixed case, with blanks at the end and characters that sort differently by alphabet and by bytes.
  private static func mixed(_ words: String...) -> String {
    let list = words.map { "'\($0)'" }.joined(separator: ", ")
    return "CONCAT(ELT(1 + n MOD \(words.count), \(list)), n * 7 MOD 5000, IF(n MOD 3 = 0, '  ', ''))"
  }

  private static func text(_ type: String, _ value: String) -> KeyShape {
    KeyShape(type, ("id", type, value))
  }

  private static let latin = mixed("Key", "kEY", "é", "E", "ß", "Ä", "z_", "_", "%", "\\\\")

  private static let shapes = [
    text("VARCHAR(40) COLLATE utf8mb4_general_ci", mixed("Key", "kEY", "é", "中", "😀", "ß", "\\'", "z")),
    text("VARCHAR(40) COLLATE utf8mb4_unicode_ci", mixed("Key", "kEY", "é", "中", "Я", "ß", "-", "z")),
    text("VARCHAR(40) COLLATE utf8mb4_bin", mixed("Key", "kEY", "é", "中", "😀", "ß", " ", "z")),
    text("VARCHAR(40) COLLATE utf8mb4_0900_ai_ci", mixed("Key", "kEY", "é", "中", "😀", "ß", "\\\"", "z")).only(.mysql),
    text("VARCHAR(40) COLLATE utf8mb4_0900_as_cs", mixed("Key", "kEY", "é", "中", "😀", "ß", "z")).only(.mysql),
    text("VARCHAR(40) COLLATE utf8mb4_0900_bin", mixed("Key", "kEY", "é", "中", "😀", "ß", "z")).only(.mysql),
    text("VARCHAR(40) COLLATE utf8mb4_uca1400_ai_ci", mixed("Key", "kEY", "é", "中", "😀", "ß", "z")).only(.mariadb),
    text("VARCHAR(40) COLLATE utf8mb4_nopad_bin", mixed("Key", "kEY", "é", "中", "😀", "ß", "z")).only(.mariadb),
    text("CHAR(40) COLLATE utf8mb4_general_ci", latin),
    text("VARCHAR(40) CHARACTER SET utf8mb3", mixed("Key", "kEY", "é", "中", "ß")),
    text("VARCHAR(40) CHARACTER SET latin1", latin),
    text("VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_german2_ci", mixed("Key", "kEY", "é", "ss", "z")),
    text("VARCHAR(40) CHARACTER SET gbk", mixed("Key", "kEY", "中文", "誠", "订单")),
    text("VARCHAR(40) CHARACTER SET big5", mixed("Key", "kEY", "功", "許", "蓋")),
    text("VARCHAR(40) CHARACTER SET sjis", mixed("Key", "kEY", "表", "ソ", "能", "ｱ")),
    text("VARCHAR(40) CHARACTER SET ucs2", mixed("Key", "kEY", "é", "中", "Я")),
    text("VARCHAR(40) CHARACTER SET utf16", mixed("Key", "kEY", "é", "中", "😀")),
    text("VARCHAR(40) CHARACTER SET cp1251", mixed("Key", "kEY", "ё", "Я")),
    text("VARCHAR(40) CHARACTER SET ascii", mixed("Key", "kEY", "~", "!")),
    text("VARCHAR(600)", "CONCAT(REPEAT('p', 500), n)"),
    text("BINARY(16)", "UNHEX(LEFT(SHA2(n, 256), 32))"),
    text("VARBINARY(300)", "REPEAT(X'00', n)").with(rows: 257),
    text("VARCHAR(40) COLLATE utf8mb4_bin", "CONCAT(ELT(1 + n MOD 5, '', 'a', 'a\\t', 'a\\n', 'a\\0'), IF(n < 5, '', n))"),
    text("VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_bin", latin),
    text("VARCHAR(40) CHARACTER SET latin2 COLLATE latin2_czech_cs", mixed("Key", "kEY", "ch", "č", "š", "ů")),
    text("VARCHAR(40) CHARACTER SET tis620", mixed("เก", "แก", "ก", "Key")),
    text("VARCHAR(40) CHARACTER SET euckr", mixed("Key", "한", "가")),
    text("VARCHAR(40) CHARACTER SET utf32", mixed("Key", "kEY", "é", "中", "😀")),
    text("VARCHAR(40) CHARACTER SET utf16le", mixed("Key", "kEY", "é", "中", "😀")),
    text("VARCHAR(40) CHARACTER SET gb18030", mixed("Key", "中", "誠", "😀")).only(.mysql),
    text("VARCHAR(40) COLLATE utf8mb4_zh_0900_as_cs", mixed("Key", "中", "文", "订", "z")).only(.mysql),
    text("VARCHAR(40) COLLATE utf8mb4_ja_0900_as_cs_ks", mixed("Key", "カ", "か", "語", "z")).only(.mysql),
    text("VARCHAR(40) COLLATE utf8mb4_german2_ci", mixed("Key", "ä", "az", "ß", "z")),
    text("VARBINARY(20)", "CONCAT(UNHEX(LPAD(HEX(n * 13), 6, '0')), X'00')"),
    text("CHAR(36) CHARACTER SET ascii", "INSERT(INSERT(INSERT(INSERT(LEFT(SHA2(n, 256), 32), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-')"),
    text("UUID", "INSERT(INSERT(LEFT(SHA2(n, 256), 32), 13, 1, ELT(1 + n MOD 4, '1', '4', '6', '7')), 17, 1, 'a')").only(.mariadb),
    text("INET6", "CONCAT('2001:db8::', HEX(n))").only(.mariadb),
  ]

  @Test("A table keyed by text or bytes is copied exactly, under any collation", arguments: KeyCase.all(shapes))
  func texts(_ keyCase: KeyCase) throws {
    try keyCase.expectExactCopy()
  }
}
