import SluiceCore
import SluiceTransforms
import TestKit

/// A table that MariaDB and the dialect evaluate expressions over.
struct MariaDBRows {
  /// Name, MariaDB's type, the dialect's type.
  private static let layout: [(name: String, native: String, type: String)] = [
    ("i", "INT", "INT"), ("j", "INT", "INT"), ("n", "INT", "INT"), ("u", "BIGINT UNSIGNED", "UNSIGNED"), ("d", "DECIMAL(10,2)", "DECIMAL(10,2)"),
    ("e", "DECIMAL(12,4)", "DECIMAL(12,4)"), ("f", "DOUBLE", "DOUBLE"), ("s", "VARCHAR(40)", "STRING"), ("t", "VARCHAR(40)", "STRING"),
    ("dt", "DATE", "DATE"),
    ("ts", "DATETIME(6)", "TIMESTAMP(6)"),
  ]

  private static let rows: [[String?]] = [
    ["1", "2", nil, "0", "12.50", "0.1250", "0.1", "abc", "ABC", "2024-02-29", "2024-02-29 23:59:59.999999"],
    ["5", "-3", nil, "18446744073709551615", "-0.01", "3.3333", "-1234.5", "", "x", "1999-12-31", "1970-01-01 00:00:00.000000"],
    ["-7", "3", nil, "9223372036854775807", "0.00", "-7.0001", "250000", "  a b ", "é", "2000-01-01", "1969-07-20 20:17:40.500000"],
    ["100", "7", nil, "42", "99999999.99", "12345678.1234", "1.5", "caféb", "cafea", "2024-12-30", "2024-12-30 00:00:00.000001"],
    ["0", "1", nil, "7", "2.50", "1.0000", "0", "a%b", "abc", "0001-03-01", "2023-01-31 12:00:00.123456"],
    [nil, "4", nil, nil, nil, nil, nil, nil, nil, nil, nil],
    ["2147483647", "-1", nil, "1", "-12.55", "0.0500", "-0.5", "42", "日本語", "2024-01-31", "2000-02-29 01:02:03.000000"],
    ["7", nil, nil, "5", "13.00", "13.0000", "13", "abcabc", "abcabc", "2023-03-31", "2024-10-27 02:30:00.000000"],
    ["3", "2", nil, "3", "0.05", "-0.0001", "123.456", "[1, 2]", "a\"b", "2024-02-28", "9999-12-30 23:00:00.000000"],
    ["-2147483648", "-2", nil, "2", "5.55", "2.2222", "-7.25", "B", "b", "1970-01-01", "1000-01-01 00:00:00.000000"],
  ]

  let columns: [ColumnDefinition]
  let batch: Batch

  init() throws {
    var columns: [Column] = []
    for (index, column) in Self.layout.enumerated() {
      var builder = ColumnBuilder(type: .string)
      for row in Self.rows { if let text = row[index] { builder.append(text: text) } else { builder.appendNull() } }
      let texts = [ColumnDefinition(name: "text", type: .string, nativeType: "text", isNullable: true)]
      let cast = try Expression(parsing: "CAST(text AS \(column.type))").bound(to: texts).evaluate(
        Batch(columns: [builder.finish()], rowCount: Self.rows.count))
      guard cast.failures.isEmpty else { throw TestFailure("\(column.name): \(cast.failures)") }
      columns.append(cast.column)
    }
    self.columns = zip(Self.layout, columns).map { ColumnDefinition(name: $0.name, type: $1.type, nativeType: $0.native, isNullable: true) }
    batch = Batch(columns: columns, rowCount: Self.rows.count)
  }

  static let session = "SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'; SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin;"

  static func create(in database: TestDatabase) throws {
    let definitions = layout.map { "\($0.name) \($0.native)" }.joined(separator: ", ")
    let values = rows.enumerated().map { number, row in
      "(\(number), " + row.map { $0.map { "'\($0.replacing("'", with: "''"))'" } ?? "NULL" }.joined(separator: ", ") + ")"
    }
    try database.execute(
      "\(session) CREATE TABLE rows_of_all (id INT PRIMARY KEY, \(definitions)) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin; INSERT INTO rows_of_all VALUES "
        + values.joined(separator: ", "))
  }
}
