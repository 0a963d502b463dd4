import TestKit
import Testing

@Suite struct CharacterSetTests {
  /// A text of each character set, written with characters that it has beyond ASCII.
  private static let samples: [String: String] = {
    let cyrillic = "Съешь ещё этих булок"
    let european = "äöüß éèê ñ £"
    let central = "Příliš žluťoučký kůň"
    let chinese = "中文订单数据"
    let traditional = "功許蓋中文訂單"
    let japanese = "表ソ能日本語カタカナひらがな"
    let korean = "한국어 가나다 각"
    let unicode = "é 中 Я 한 ‰ €"
    return [
      "ascii": "plain ~!@#", "latin1": european + " €™Ž", "dec8": european, "hp8": "äöü ñ", "swe7": "åäö", "cp850": european,
      "macroman": european + " ∞≈",
      "latin2": "Łódź žšč ő", "cp1250": "Łódź žšč ő €", "cp852": "Łódź žšč ő", "macce": "Łódź žšč", "keybcs2": central, "latin5": "İstanbul ğış",
      "latin7": "Žemaitė ąčęėį", "cp1257": "Žemaitė ąčęėį", "koi8r": cyrillic, "koi8u": cyrillic + " їєґ", "cp1251": cyrillic + " їєґ",
      "cp866": cyrillic,
      "greek": "Ελληνικά ΑΩ ώ", "hebrew": "עברית שלום", "cp1256": "العربية", "tis620": "ภาษาไทย", "armscii8": "Հայերեն", "geostd8": "ქართული",
      "gbk": chinese + "誠", "gb2312": chinese, "gb18030": chinese + "誠😀", "big5": traditional, "sjis": japanese + "ｱｲｳ", "cp932": japanese + "①㈱",
      "ujis": japanese, "eucjpms": japanese + "①㈱", "euckr": korean, "ucs2": unicode, "utf16": unicode + "😀", "utf16le": unicode + "😀",
      "utf32": unicode + "😀", "utf8mb3": unicode, "utf8mb4": unicode + "😀",
    ]
  }()

  @Test("Texts of every character set of the server arrive as the same characters", arguments: DatabaseServer.Product.allCases)
  func everySet(_ product: DatabaseServer.Product) throws {
    let names = try DatabaseServer.shared(product).query("SELECT character_set_name FROM information_schema.character_sets ORDER BY 1")
      .compactMap { $0[0] }.map { $0 == "utf8" ? "utf8mb3" : $0 }.filter { $0 != "binary" }
    let columns = try names.flatMap { name -> [(type: String, values: [String])] in
      let sample = try #require(Self.samples[name], "no text for the character set \(name)")
      let values = ["'\(sample)'", "''", "' x '", "'\\'\"'", "REPEAT('\(sample)', 3)"]
      return [("VARCHAR(100) CHARACTER SET \(name)", values), ("TEXT CHARACTER SET \(name)", values)]
    }
    let table = TypeTable("sets", columns)
    let copied = try CopiedDatabase.expectEqual([table], on: product)
    let first = try copied.job.lake.table(copied.database, table.twin).rows(by: .rust, keys: ["id"]).rows.first ?? []
    let expected = names.flatMap { [Self.samples[$0], Self.samples[$0]] }
    #expect(first.dropFirst().map(\.text) == expected)
  }

  @Test("All 256 bytes of single-byte character sets arrive as the server reads them", arguments: DatabaseServer.Product.allCases)
  func singleBytes(_ product: DatabaseServer.Product) throws {
    let names = try DatabaseServer.shared(product).query("SELECT character_set_name FROM information_schema.character_sets WHERE maxlen = 1")
      .compactMap { $0[0] }.filter { $0 != "binary" }
    let columns = names.map { name in
      let last = name == "ascii" ? 127 : 255
      let all = (0...last).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
      return (type: "VARCHAR(256) CHARACTER SET \(name)", values: ["_\(name) X'\(all)'"])
    }
    try CopiedDatabase.expectEqual([TypeTable("bytes", columns)], on: product)
  }

  @Test("A database, table and column of another character set keep their characters", arguments: DatabaseServer.Product.allCases)
  func defaults(_ product: DatabaseServer.Product) throws {
    let copied = try CopiedDatabase(
      on: product,
      """
      CREATE TABLE g (id INT PRIMARY KEY, a VARCHAR(20), b TEXT, e ENUM('中', '文'), s SET('订', '单'), c CHAR(4) CHARACTER SET latin1)
        DEFAULT CHARSET gbk COMMENT '订单';
      INSERT INTO g VALUES (1, '中文', '订单数据', '文', '订,单', 'é£'), (2, '', NULL, NULL, '', '');
      """)
    try copied.expectEqual("g", rows: 2)
  }
}
