import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// Rows of the log and rows that the snapshot reads are the same bytes.
@Suite(.serialized) struct LoggedTypeTests {
  /// Makes a table of each type and changes its rows; whatever differs is a line.
  static func compare(_ types: [LoggedType], on server: DatabaseServer) throws -> [String] {
    let database = try TestDatabase(on: server)
    let log = try ServerLog(server)
    var statements = "SET time_zone = '+00:00', sql_mode = '';\n"
    for (index, type) in types.enumerated() {
      statements +=
        "CREATE TABLE t\(index) (id INT PRIMARY KEY AUTO_INCREMENT, touched INT NOT NULL DEFAULT 0, v \(type.native)) CHARACTER SET utf8mb4;\n"
      for value in type.values { statements += "INSERT INTO t\(index) (v) VALUES (\(value));\n" }
      statements += "INSERT INTO t\(index) (v) VALUES (NULL);\nUPDATE t\(index) SET touched = 1;\n"
    }
    try database.execute(statements)
    let events = try log.events()
    var found: [String] = []
    for (index, type) in types.enumerated() {
      let table = try database.tracked("t\(index)")
      let logged = try LoggedRows(events, table, try database.options())
      let read = try snapshotRows(database, "t\(index)")
      let count = type.values.count + 1
      guard logged.dirty.isEmpty, read.dirty.isEmpty, logged.rows.rowCount == 2 * count else {
        found.append("\(type.native): \(logged.rows.rowCount) rows of \(2 * count), dirty \(logged.dirty) \(read.dirty)")
        continue
      }
      let inserted = logged.rows.selecting([0, 2]).slice(from: 0, count: count)
      let updated = logged.rows.slice(from: count, count: count)
      found += differences(inserted, read.rows.selecting([0, 2]), ["id", "insert \(type.native)"])
      found += differences(updated, read.rows, ["id", "touched", "update \(type.native)"])
      #expect(logged.kinds == Array(repeating: .insert, count: count) + Array(repeating: .updateAfter, count: count))
    }
    return found
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `every type is the same in the log and in the snapshot`(_ product: DatabaseServer.Product) throws {
    let types = LoggedType.all.filter { $0.product == nil || $0.product == product }
    let found = try Self.compare(types, on: try DatabaseServer.shared(product))
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `zero and partial dates are dirty in the log as in the snapshot, or null on request`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let log = try ServerLog(database.server)
    try database.execute(
      """
      SET time_zone = '+00:00', sql_mode = 'ALLOW_INVALID_DATES';
      CREATE TABLE z (id INT PRIMARY KEY, d DATE, t DATETIME(3), s TIMESTAMP(6) NULL);
      INSERT INTO z VALUES (1, '2024-01-01', '2024-01-01', '2024-01-01'), (2, '0000-00-00', NULL, NULL), (3, '2024-00-10', NULL, NULL),
        (4, NULL, '0000-00-00 00:00:00', NULL), (5, NULL, '2024-01-00 10:11:12.5', NULL), (6, NULL, NULL, '0000-00-00 00:00:00'),
        (7, '2023-02-31', NULL, NULL);
      """)
    for options in [[:], ["zeroDates": OptionValue.string("null")]] {
      let logged = try LoggedRows(log, database, "z", options)
      let read = try snapshotRows(database, "z", options)
      #expect(differences(logged.rows, read.rows, ["id", "d", "t", "s"]) == [])
      func summary(_ rows: [DirtyRow]) -> [String] { rows.map { "\($0.key) \($0.column) \($0.value) \($0.reason)" } }
      #expect(summary(logged.dirty) == summary(read.dirty))
      #expect(logged.dirty.allSatisfy { $0.position == "here" })
      #expect(logged.dirty.count == (options.isEmpty ? 6 : 1))
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `booleans on request are the same, and what is none is dirty in both`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let log = try ServerLog(database.server)
    try database.execute("CREATE TABLE b (id INT PRIMARY KEY, f TINYINT(1)); INSERT INTO b VALUES (1, 1), (2, 0), (3, NULL), (4, 5), (5, -1)")
    let options = ["tinyint1": OptionValue.string("boolean")]
    let logged = try LoggedRows(log, database, "b", options)
    let read = try snapshotRows(database, "b", options)
    #expect(read.rows.rowCount == 3 && differences(logged.rows, read.rows, ["id", "f"]) == [])
    #expect(logged.dirty.map(\.value) == ["5", "-1"] && logged.dirty.map(\.reason) == read.dirty.map(\.reason))
  }
}
