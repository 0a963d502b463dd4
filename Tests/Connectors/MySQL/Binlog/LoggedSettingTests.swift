import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// Settings that change how the log is written change nothing about what it says.
@Suite(.serialized) struct LoggedSettingTests {
  private static let settings: [(product: DatabaseServer.Product, options: [String], types: Set<UInt8>)] = [
    (
      .mysql, ["--binlog-transaction-compression=ON", "--binlog-row-value-options=PARTIAL_JSON", "--binlog-row-metadata=MINIMAL"],
      [40, 30, 39]
    ),
    (.mariadb, ["--log-bin-compress", "--log-bin-compress-min-len=10", "--binlog-row-metadata=NO_LOG"], [165, 166, 167, 168]),
  ]

  @Test(arguments: settings.indices)
  func `every type is the same under compression and without metadata`(_ index: Int) throws {
    let setting = Self.settings[index]
    let server = try DatabaseServer(setting.product, options: setting.options)
    let types = LoggedType.all.filter { $0.product == nil || $0.product == setting.product }
    let found = try LoggedTypeTests.compare(types, on: server)
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    let database = try TestDatabase(on: server)
    let log = try ServerLog(server)
    try database.execute(
      """
      CREATE TABLE t (id INT PRIMARY KEY, v TEXT, j JSON);
      INSERT INTO t VALUES (1, REPEAT('a', 5000), '{"a": "a text that is long enough to be worth it"}');
      UPDATE t SET j = JSON_SET(j, '$.a', 1); DELETE FROM t;
      """)
    let logged = try LoggedRows(log, database, "t")
    #expect(setting.types.isSubset(of: logged.types), "\(Set(logged.types))")
    #expect(logged.kinds == [.insert, .updateAfter, .delete])
  }

  @Test func `a large compressed transaction comes row by row`() throws {
    let server = try DatabaseServer(.mysql, options: ["--binlog-transaction-compression=ON"])
    let database = try TestDatabase(on: server)
    try database.execute(
      """
      CREATE TABLE d (d INT PRIMARY KEY); INSERT INTO d VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);
      CREATE TABLE big (id INT PRIMARY KEY, v VARCHAR(2000));
      """)
    let log = try ServerLog(server)
    try database.execute(
      """
      INSERT INTO big SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d, REPEAT(CHAR(65 + a.d USING latin1), 1000) FROM d a, d b, d c, d e WHERE e.d < 3;
      """)
    var decoder = BinlogDecoder()
    let assembly = BinlogTableAssembly(try database.tracked("big"), schemaVersion: 1, options: try database.options())
    var sequence: Int64 = 0
    var largest = 0
    for event in try log.events() {
      try decoder.read(event) { header, event in
        if header.isInPayload { largest = max(largest, header.size) }
        if case .rows(let rows) = event { try assembly.append(rows, sequence: &sequence, position: nil, dirty: { _ in }) }
      }
    }
    let batch = try #require(assembly.finish())
    #expect(batch.rowCount == 3_000 && sequence == 3_000 && largest < 100_000)
    let read = try snapshotRows(database, "big")
    #expect(read.rows.rowCount == 3_000)
    let order = KeyOrder(keys: [0]).sortedIndexes(of: batch.rows)
    #expect(differences(batch.rows.taking(order), read.rows, ["id", "v"]) == [])
  }
}
