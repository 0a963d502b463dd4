import TestKit
import Testing

@Suite struct CompositeKeyTests {
  private static func members(_ count: Int) -> String {
    (0..<count).map { "'m\($0 * 7 % count)'" }.joined(separator: ", ")
  }

  private static let shapes = [
    KeyShape("three columns, few values first", ("a", "TINYINT", "n MOD 3"), ("b", "VARCHAR(10)", "CONCAT('G', n MOD 50)"), ("c", "BIGINT", "n")),
    KeyShape("a first column of one value", ("a", "INT", "7"), ("b", "INT", "n")),
    KeyShape("many values first", ("a", "INT", "n"), ("b", "CHAR(2)", "'x'")),
    KeyShape("an enumeration whose order is not the alphabet's", ("a", "ENUM('zebra', 'mole', 'ant', '')", "1 + n MOD 3"), ("b", "INT", "n")),
    KeyShape(
      "an enumeration of odd members", ("a", "ENUM('z', '😀', 'it''s', '10', '2', 'b\\\\c', 'ü,;')", "1 + n MOD 7"), ("b", "INT", "n")),
    KeyShape("an enumeration in another character set", ("a", "ENUM('中', '誠', 'a') CHARACTER SET gbk", "1 + n MOD 3"), ("b", "INT", "n")),
    KeyShape("a set of 64 members", ("a", "SET(\(members(64)))", "18446744073709551615 - CAST(n AS UNSIGNED) * 3689348814741"), ("b", "INT", "n")),
    KeyShape("an enumeration of 2,000 members", ("a", "ENUM(\(members(2_000)))", "2000 - n MOD 2000"), ("b", "INT", "n")),
    KeyShape("a set", ("a", "SET('z', 'm', 'a')", "n MOD 8"), ("b", "INT", "n")),
    KeyShape(
      "text, bytes and a moment", ("a", "VARCHAR(9)", "ELT(1 + n MOD 4, 'B', 'a', 'Ä', 'c ')"),
      ("b", "BINARY(2)", "UNHEX(LPAD(HEX(n MOD 9), 4, '0'))"),
      ("c", "DATETIME(3)", "'2024-01-01' + INTERVAL n SECOND")),
    KeyShape("five columns", ("a", "INT", "n MOD 2"), ("b", "INT", "n MOD 4"), ("c", "INT", "n MOD 8"), ("d", "INT", "n MOD 16"), ("e", "INT", "n")),
    KeyShape("columns in another order than the table's", ("a", "INT", "n"), ("b", "INT", "n MOD 5")).with(
      constraint: "PRIMARY KEY (b, a)", keys: ["b", "a"]),
  ]

  @Test("A table with a key of several columns is copied exactly", arguments: KeyCase.all(shapes))
  func composite(_ keyCase: KeyCase) throws {
    try keyCase.expectExactCopy()
  }
}
