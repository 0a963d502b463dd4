import SluiceCore
import TestKit
import Testing

@Suite struct ZeroDateTests {
  private static let statements = """
    SET sql_mode = 'ALLOW_INVALID_DATES';
    CREATE TABLE z (id INT PRIMARY KEY, d DATE NULL, t DATETIME(3) NULL, s TIMESTAMP NULL, n DATE NOT NULL);
    INSERT INTO z VALUES (1, '2024-02-29', '2024-02-29 01:02:03.004', '2024-02-29 01:02:03', '2024-02-29'),
      (2, '0000-00-00', NULL, NULL, '2024-02-29'), (3, NULL, '0000-00-00 00:00:00', NULL, '2024-02-29'),
      (4, NULL, NULL, '0000-00-00 00:00:00', '2024-02-29'), (5, '2024-00-10', NULL, NULL, '2024-02-29'),
      (6, '2024-02-31', NULL, NULL, '2024-02-29'), (7, NULL, NULL, NULL, NULL), (8, NULL, '2024-05-00 01:02:03', NULL, '2024-02-29');
    """
    .replacing("(7, NULL, NULL, NULL, NULL)", with: "(7, NULL, NULL, NULL, '0000-00-00')")

  @Test("Zero and partial dates are dirty rows, and past the limit the run ends", arguments: DatabaseServer.Product.allCases)
  func limit(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute(Self.statements)
    let outcome = try CopyJob(from: database).run()
    #expect(outcome.exitCode == 5, "\(outcome)")
    #expect(outcome.errorKind == "dirty-limit")
  }

  @Test("Dirty rows name table, key, column, value and reason, and all other rows arrive", arguments: DatabaseServer.Product.allCases)
  func dirtyRows(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute(Self.statements)
    let job = try CopyJob(from: database, ["settings": ["errorLimit": ["rows": 7]]])
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    let dirty = try job.dirtyRows()
    #expect(dirty.count == 7)
    let first = try #require(dirty.first)
    #expect(first["column"] == "d")
    #expect(first["value"] == "0000-00-00")
    #expect(first["reason"]?.text?.contains("zero") == true)
    #expect(try job.lake.table(database, "z").rows(columns: ["id"]).rows == [[1]])
  }

  @Test("Zero dates become null with the option, and nothing else does", arguments: DatabaseServer.Product.allCases)
  func nulls(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute(Self.statements)
    let job = try CopyJob(from: database, ["source": ["zeroDates": "null"], "settings": ["errorLimit": ["rows": 10]]])
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    let rows = try job.lake.table(database, "z").rows(columns: ["id", "d", "t", "s", "n"], keys: ["id"]).rows
    #expect(rows.first == [1, "2024-02-29", "2024-02-29T01:02:03.004000", "2024-02-29T01:02:03.000000Z", "2024-02-29"])
    // Row 6 holds the 31st of February, which is no zero date.
    #expect(rows.map { $0[0] } == [1, 2, 3, 4, 5, 7, 8])
    for row in rows.dropFirst() { #expect(row[1...3] == [nil, nil, nil], "row \(row)") }
    // A column that is not null at the source may hold a zero date as well.
    #expect(rows.first { $0[0] == 7 }?.last == .null)
    #expect(try job.dirtyRows().count == 1)
  }

  @Test("Zero dates in a key are dirty rows, whole pages of them, and the rows after them arrive", arguments: DatabaseServer.Product.allCases)
  func keys(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute(
      """
      SET sql_mode = '';
      CREATE TABLE k (d DATE NOT NULL, n INT NOT NULL, PRIMARY KEY (d, n));
      INSERT INTO k SELECT IF(n < 2500, '0000-00-00', '2024-01-01' + INTERVAL n DAY), n FROM \(TestDatabase.numbers(below: 4000));
      """)
    let job = try CopyJob(
      from: database,
      ["source": ["pageBytes": "4KiB", "zeroDates": "null"], "settings": ["readers": 3, "errorLimit": ["rows": 2500]]])
    let outcome = try job.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try job.dirtyRows().count == 2_500)
    #expect(try job.lake.table(database, "k").count(by: .rust) == 1_500)
  }
}
