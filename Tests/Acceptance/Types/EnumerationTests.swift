import TestKit
import Testing

@Suite struct EnumerationTests {
  @Test("Enumerations and sets arrive as their members' names", arguments: DatabaseServer.Product.allCases)
  func members(_ product: DatabaseServer.Product) throws {
    let many = (1...300).map { "'m\($0)'" }
    let table = TypeTable(
      "members",
      [
        ("ENUM('a', 'b,c', '', 'ü 中', 'it''s', '😀', '1', ' x')", ["'a'", "'b,c'", "''", "'ü 中'", "'it\\'s'", "'😀'", "'1'", "' x'", "7"]),
        ("ENUM(\(many.joined(separator: ", ")))", ["'m1'", "'m300'", "'m256'"]),
        ("SET('a', 'b', 'ü', '😀', 'two words')", ["''", "'a'", "'a,b'", "'ü,😀'", "31", "'two words'"]),
        ("SET(\(many.prefix(64).joined(separator: ", ")))", ["'m64'", "'m1,m64'", "18446744073709551615", "''"]),
        ("ENUM('é', 'ß') CHARACTER SET latin1", ["'é'", "'ß'"]), ("SET('é', 'ß') CHARACTER SET latin1", ["'é,ß'"]),
      ])
    try CopiedDatabase.expectEqual([table], on: product)
  }

  @Test("The error value of an enumeration is an empty text, as the server says", arguments: DatabaseServer.Product.allCases)
  func errorValue(_ product: DatabaseServer.Product) throws {
    let copied = try CopiedDatabase(
      on: product, "SET sql_mode = ''; CREATE TABLE e (id INT PRIMARY KEY, v ENUM('a', 'b')); INSERT INTO e VALUES (1, 'nothing'), (2, 0), (3, 'b');")
    try copied.expectEqual("e", rows: 3)
  }
}
