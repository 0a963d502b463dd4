import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// Every character of every character set becomes what the server makes of it.
@Suite(.serialized) struct LoggedCharacterSetTests {
  @Test(arguments: DatabaseServer.Product.allCases)
  func `the whole repertoire of each character set is the same in the log and in the snapshot`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute(
      """
      CREATE TABLE h (d INT PRIMARY KEY); INSERT INTO h VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9),(10),(11),(12),(13),(14),(15);
      CREATE TABLE codes (n INT PRIMARY KEY);
      INSERT INTO codes SELECT a.d + 16 * b.d + 256 * c.d + 4096 * e.d FROM h a, h b, h c, h e;
      """)
    let sets = try database.query("SELECT character_set_name, maxlen FROM information_schema.character_sets ORDER BY 1")
      .compactMap { row in row[0].flatMap { name in row[1].flatMap { Int($0) }.map { (name: name == "utf8" ? "utf8mb3" : name, width: $0) } } }
      .filter { $0.name != "binary" }
    #expect(sets.count >= 38)
    let log = try ServerLog(database.server)
    var statements = "SET sql_mode = '', group_concat_max_len = 1000000;\n"
    for (name, width) in sets {
      statements += "CREATE TABLE \(name)_ (id INT PRIMARY KEY, v LONGTEXT CHARACTER SET \(name), c CHAR(20) CHARACTER SET \(name));\n"
      for (first, source) in Self.sources(name, width) {
        statements += """
          INSERT INTO \(name)_ SELECT n DIV 256 + \(first), GROUP_CONCAT(\(source) ORDER BY n SEPARATOR ''),
            SUBSTRING(GROUP_CONCAT(\(source) ORDER BY n SEPARATOR ''), 100, 20) FROM codes GROUP BY 1;

          """
      }
    }
    try database.execute(statements)
    let events = try log.events()
    var characters = 0
    for (name, _) in sets {
      let logged = try LoggedRows(events, try database.tracked("\(name)_"), try database.options())
      let read = try snapshotRows(database, "\(name)_")
      #expect(logged.dirty.isEmpty && read.dirty.isEmpty)
      #expect(differences(logged.rows, read.rows, ["id", name, "char of \(name)"]) == [])
      for row in 0..<read.rows.rowCount { characters += String(decoding: read.rows.columns[1].bytes(at: row), as: UTF8.self).unicodeScalars.count }
    }
    print("\(characters) characters of \(sets.count) character sets of \(product)")
    #expect(characters > 500_000)
  }

  /// What makes a character of a number, for each form of code, and the first row's key.
  private static func sources(_ name: String, _ width: Int) -> [(first: Int, source: String)] {
    func codes(_ hex: String) -> String { "CONVERT(UNHEX(\(hex)) USING \(name))" }
    let pair = codes("LPAD(HEX(n), 4, '0')")
    switch name {
    case "utf8mb3", "ucs2", "utf8mb4", "utf16", "utf16le", "utf32":
      let plane = "IF(n BETWEEN 55296 AND 57343, NULL, CONVERT(CHAR(n USING utf32) USING \(name)))"
      let beyond = "CONVERT(CHAR(n * 16 + 65536 USING utf32) USING \(name))"
      return name == "utf8mb3" || name == "ucs2" ? [(0, plane)] : [(0, plane), (1_000, beyond)]
    case "ujis", "eucjpms": return [(0, pair), (1_000, codes("CONCAT('8F', LPAD(HEX(n), 4, '0'))"))]
    case "gb18030":
      func four(_ linear: String) -> String {
        codes(
          """
          CONCAT(HEX(0x81 + (\(linear)) DIV 12600), HEX(0x30 + (\(linear)) DIV 1260 % 10), HEX(0x81 + (\(linear)) DIV 10 % 126), \
          HEX(0x30 + (\(linear)) % 10))
          """)
      }
      return [(0, pair), (1_000, "IF(n < 39420, \(four("n")), NULL)"), (2_000, four("n * 16 + 189000"))]
    case "ascii": return [(0, codes("IF(n < 128, LPAD(HEX(n), 2, '0'), NULL)"))]
    default: return width == 1 ? [(0, codes("IF(n < 256, LPAD(HEX(n), 2, '0'), NULL)"))] : [(0, pair)]
    }
  }

  @Test func `texts that are no texts become question marks and nothing worse`() throws {
    var random = SeededRandom(seed: 5)
    for (name, set) in CharacterSets.byName where !set.isUTF8 {
      // Each byte before digits and letters, as in the longest codes.
      let tails: [[UInt8]] = [[0x30, 0x81, 0x30], [0x40, 0x40], [0xa1, 0xa1], [0xff]]
      let systematic: [[UInt8]] = (0...255).flatMap { first in tails.map { tail -> [UInt8] in [UInt8(first)] + tail } }
      for bytes in systematic { #expect(String(validating: bytes.withUnsafeBytes { set.utf8($0) }, as: UTF8.self) != nil, "\(name) \(bytes)") }
      for count in [0, 1, 2, 3, 5, 64] {
        for _ in 0..<50 {
          let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
          let converted = bytes.withUnsafeBytes { set.utf8($0) }
          #expect(String(validating: converted, as: UTF8.self) != nil, "\(name) \(bytes)")
        }
      }
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `the character set of each collation is known`(_ product: DatabaseServer.Product) throws {
    let server = try DatabaseServer.shared(product)
    let rows = try server.query(
      product == .mysql
        ? "SELECT id, character_set_name FROM information_schema.collations"
        : "SELECT id, character_set_name FROM information_schema.collation_character_set_applicability")
    #expect(rows.count > 200)
    for row in rows {
      let number = try #require(row[0].flatMap { Int($0) })
      #expect(Collations.charset(number) == (row[1] == "utf8" ? "utf8mb3" : row[1]))
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `statements are read by the character set of their client`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let log = try ServerLog(database.server)
    // The client sends UTF-8 all the same, which reads as other characters.
    try database.execute("SET NAMES latin1; CREATE TABLE `é` (a INT COMMENT 'ü'); SET NAMES utf8mb4; CREATE TABLE `中` (a INT COMMENT '😀');")
    var decoder = BinlogDecoder()
    var statements: [String] = []
    for event in try log.events() {
      try decoder.read(event) { _, event in
        if case .query(let query) = event, query.database == database.name { statements.append(query.statement) }
      }
    }
    #expect(statements.contains { $0.contains("CREATE TABLE `Ã©` (a INT COMMENT 'Ã¼')") })
    #expect(statements.contains { $0.contains("CREATE TABLE `中` (a INT COMMENT '😀')") })
  }
}
