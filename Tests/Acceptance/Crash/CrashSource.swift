import TestKit

/// A database with a table of each kind that a load treats in its own way. Tests only read it, so they share it.
struct CrashSource {
  struct Table {
    let name: String
    let rows: Int
    let keys: [String]
    /// What the lake must hold: the table, or a view of its rows that can be carried over.
    let content: String
    let statements: String
  }

  let database: TestDatabase
  let tables: [Table]
  /// The ids of the rows of `days` that cannot be carried over, in order.
  let dirty: [Int]

  /// A load of some seconds.
  static func large() throws -> CrashSource { try shared.large.get() }

  /// A load of a moment.
  static func small() throws -> CrashSource { try shared.small.get() }

  private static let shared = (
    large: Result { try CrashSource(on: .shared(.mariadb), scale: 100, smallTables: 16) },
    small: Result { try CrashSource(on: .shared(.mariadb), scale: 2, smallTables: 2) }
  )

  init(on server: DatabaseServer, scale: Int, smallTables: Int = 0) throws {
    database = try TestDatabase(on: server, prefix: "crash")
    dirty = Array(stride(from: 99, to: 150 * scale, by: 100))
    tables = Self.largerTables(scale) + (0..<smallTables).map(Self.smallTable)
    try database.execute("SET sql_mode = '';\n" + tables.map(\.statements).joined(separator: "\n"))
  }

  private static func largerTables(_ scale: Int) -> [Table] {
    [
      // Rows in the lake's order go straight to the top level, from several ranges.
      table(
        "orders", rows: 2_000 * scale, keys: ["id"], "id INT PRIMARY KEY, note VARCHAR(30)",
        "n, IF(n MOD 9 = 0, NULL, CONCAT('note ', n))"),
      // Rows in another order become runs, which are merged at the end.
      table(
        "labels", rows: 200 * scale, keys: ["name"], "name VARCHAR(40) PRIMARY KEY, n INT",
        "CONCAT(ELT(1 + n MOD 4, 'Key', 'é', 'z', '中'), n * 31), n"),
      table(
        "pairs", rows: 200 * scale, keys: ["a", "b", "c"], "a TINYINT, b VARCHAR(10), c INT, PRIMARY KEY (a, b, c)",
        "n MOD 3, CONCAT('G', n MOD 50), n"),
      // Read whole or not at all.
      table("logs", rows: 200 * scale, keys: [], "a INT, b VARCHAR(30)", "n MOD 500, IF(n MOD 3 = 0, NULL, CONCAT('line ', n))"),
      dirtyTable(rows: 150 * scale),
    ]
  }

  private static func smallTable(_ number: Int) -> Table {
    table("small_\(number)", rows: 10, keys: ["id"], "id INT PRIMARY KEY, t VARCHAR(20)", "n, CONCAT('\(number)-', n)")
  }

  /// Every hundredth row has a date that no lake holds.
  private static func dirtyTable(rows: Int) -> Table {
    let days = table(
      "days", rows: rows, keys: ["id"], "id INT PRIMARY KEY, day DATE", "n, IF(n MOD 100 = 99, '0000-00-00', '2024-01-01' + INTERVAL n MINUTE)")
    return Table(
      name: "days", rows: rows - rows / 100, keys: ["id"], content: "whole_days",
      statements: days.statements + "CREATE VIEW whole_days AS SELECT * FROM days WHERE id MOD 100 <> 99;")
  }

  private static func table(_ name: String, rows: Int, keys: [String], _ definition: String, _ values: String) -> Table {
    Table(
      name: name, rows: rows, keys: keys, content: name,
      statements: """
        CREATE TABLE \(name) (\(definition));
        INSERT INTO \(name) SELECT \(values) FROM \(TestDatabase.numbers(below: rows));
        ANALYZE TABLE \(name);
        """)
  }
}
