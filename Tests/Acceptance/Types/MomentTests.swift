import TestKit
import Testing

@Suite struct MomentTests {
  @Test("Dates and datetimes arrive from year 1000 to 9999 with all their digits", arguments: DatabaseServer.Product.allCases)
  func dates(_ product: DatabaseServer.Product) throws {
    let days = ["1000-01-01", "9999-12-31", "1969-12-31", "1970-01-01", "2000-02-29", "2024-02-29", "1900-02-28", "1582-10-10", "0001-01-01"]
    let times = (0...6).map { digits -> (type: String, values: [String]) in
      let last = digits == 0 ? "" : "." + String(repeating: "9", count: digits)
      let first = digits == 0 ? "" : "." + String(repeating: "0", count: digits - 1) + "1"
      let edges = ["1000-01-01 00:00:00\(first)", "9999-12-31 23:59:59\(last)", "1969-12-31 23:59:59\(last)", "1970-01-01 00:00:00"]
      return ("DATETIME(\(digits))", (edges + ["2024-02-29 12:30:45\(last)", "0001-01-01 00:00:00"]).map { "'\($0)'" })
    }
    try CopiedDatabase.expectEqual(
      [TypeTable("dates", [("DATE", days.map { "'\($0)'" }), ("DATETIME", ["'2020-02-02 02:02:02'"])] + times)], on: product)
  }

  @Test("Timestamps are instants, from the first to the last second that the server knows", arguments: DatabaseServer.Product.allCases)
  func timestamps(_ product: DatabaseServer.Product) throws {
    let columns = (0...6).map { digits -> (type: String, values: [String]) in
      let last = digits == 0 ? "" : "." + String(repeating: "9", count: digits)
      let moments = ["1970-01-01 00:00:01", "2038-01-19 03:14:07\(last)", "2024-02-29 23:59:59\(last)", "2001-09-09 01:46:40"]
      return ("TIMESTAMP(\(digits))", moments.map { "'\($0)'" })
    }
    try CopiedDatabase.expectEqual([TypeTable("moments", columns)], on: product)
  }

  @Test("A timestamp is the same instant whatever the server's time zone", arguments: DatabaseServer.Product.allCases)
  func zones(_ product: DatabaseServer.Product) throws {
    let copied = try CopiedDatabase(
      on: product,
      """
      CREATE TABLE z (id INT PRIMARY KEY, i TIMESTAMP(3) NULL, d DATETIME(3));
      SET time_zone = '+05:30';
      INSERT INTO z VALUES (1, '2024-06-01 05:30:00.250', '2024-06-01 05:30:00.250');
      """)
    let rows = try copied.job.lake.table(copied.database, "z").rows(keys: ["id"])
    #expect(rows.rows == [[1, "2024-06-01T00:00:00.250000Z", "2024-06-01T05:30:00.250000"]])
    try copied.expectEqual("z", rows: 1)
  }

  @Test("Times may be negative and longer than a day", arguments: DatabaseServer.Product.allCases)
  func times(_ product: DatabaseServer.Product) throws {
    let columns = (0...6).map { digits -> (type: String, values: [String]) in
      let part = digits == 0 ? "" : "." + String(repeating: "9", count: digits)
      let values = ["838:59:59", "-838:59:59", "00:00:00", "-00:00:01", "23:59:59\(part)", "24:00:00", "-12:34:56\(part)", "100:00:00\(part)"]
      return ("TIME(\(digits))", values.map { "'\($0)'" })
    }
    try CopiedDatabase.expectEqual([TypeTable("times", [("TIME", ["'-00:00:01'", "'838:59:59'"])] + columns)], on: product)
  }
}
