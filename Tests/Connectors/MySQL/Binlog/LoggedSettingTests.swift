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

  @Test(arguments: DatabaseServer.Product.allCases)
  func `damaged rows of every type end in errors, dirty rows or odd values and nothing worse`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    let types = LoggedType.all.filter { ($0.product == nil || $0.product == product) && !$0.values.contains { $0.contains("0000)") } }
    let log = try ServerLog(database.server)
    var statements = "SET time_zone = '+00:00', sql_mode = '';\n"
    for (index, type) in types.enumerated() {
      statements += "CREATE TABLE t\(index) (id INT PRIMARY KEY AUTO_INCREMENT, v \(type.native)) CHARACTER SET utf8mb4;\n"
      for value in type.values { statements += "INSERT INTO t\(index) (v) VALUES (\(value));\n" }
      statements += "UPDATE t\(index) SET id = id + 1000;\n"
    }
    try database.execute(statements)
    let events = Self.withoutChecksums(try log.events())
    let options = try database.options(["zeroDates": .string("null")])
    var random = SeededRandom(seed: SeededRandom.processSeed)
    var outcomes = (errors: 0, dirty: 0, rows: 0)
    for index in types.indices {
      let table = try database.tracked("t\(index)")
      var decoder = BinlogDecoder()
      var sequence: Int64 = 0
      let assembly = BinlogTableAssembly(table, schemaVersion: 1, options: options)
      var map: [UInt8] = []
      for event in events {
        if event[4] == 15 { try decoder.read(event) { _, _ in } }
        if event[4] == 19 { map = event }
        guard (23...25).contains(event[4]) || (30...32).contains(event[4]) else { continue }
        var isOurs = false
        try decoder.read(map) { _, event in if case .tableMap(let map) = event { isOurs = map.table == table.definition.id } }
        guard isOurs else { continue }
        for _ in 0..<20 {
          var damaged = event
          for _ in 0..<Int.random(in: 1...3, using: &random) {
            damaged[Int.random(in: 19..<event.count, using: &random)] = .random(in: 0...255, using: &random)
          }
          try decoder.read(map) { _, _ in }
          let error = failure {
            try decoder.read(damaged) { _, event in
              guard case .rows(let rows) = event else { return }
              try assembly.append(rows, sequence: &sequence, position: nil) { _ in outcomes.dirty += 1 }
            }
          }
          if error != nil { outcomes.errors += 1 }
        }
      }
      guard let batch = assembly.finish() else { continue }
      outcomes.rows += batch.rowCount
      for row in 0..<batch.rowCount { _ = cell(batch.rows.columns[1], row) }
    }
    #expect(outcomes.errors > 100 && outcomes.rows > 1_000 && outcomes.dirty > 50, "\(outcomes), seed \(SeededRandom.processSeed)")
  }

  /// The same events as a server writes them that has checksums switched off.
  private static func withoutChecksums(_ events: [[UInt8]]) -> [[UInt8]] {
    events.map { event in
      var plain = event
      if event[4] == 15 {
        plain[event.count - 5] = 0
      } else {
        plain.removeLast(4)
        for index in 0..<4 { plain[9 + index] = UInt8(truncatingIfNeeded: plain.count >> (index * 8)) }
      }
      return plain
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `the sets of earlier transactions and the times of new ones are the server's own`(_ product: DatabaseServer.Product) throws {
    let server = try DatabaseServer(product)
    let database = try TestDatabase(on: server)
    if product == .mysql {
      try server.execute("SET gtid_next = 'AUTOMATIC:a_tag'; CREATE DATABASE tagged; SET gtid_next = 'AUTOMATIC:b'; CREATE DATABASE other;")
    } else {
      try server.execute("SET gtid_domain_id = 7; CREATE DATABASE other; SET server_id = 99; CREATE DATABASE third;")
    }
    let place = product == .mysql ? "SELECT @@gtid_executed" : "SELECT @@gtid_binlog_state"
    let executed = try #require(try server.query("FLUSH BINARY LOGS; \(place)").first?[0]).filter { !$0.isWhitespace }
    let before = try #require(try server.query("SELECT ROUND(UNIX_TIMESTAMP(NOW(6)) * 1000000)").first?[0].flatMap { Int64($0) })
    try database.execute("CREATE TABLE x (a INT)")
    let after = try #require(try server.query("SELECT ROUND(UNIX_TIMESTAMP(NOW(6)) * 1000000)").first?[0].flatMap { Int64($0) })
    var decoder = BinlogDecoder()
    var sets: [String] = []
    for event in try ServerLog(server).wholeFile() {
      try decoder.read(event.bytes) { header, event in
        if case .previousGTIDs(let set) = event { sets.append(set) }
        if case .mariaGTIDList(let list) = event { sets.append(list.map(\.description).sorted().joined(separator: ",")) }
        if case .gtid(let gtid) = event {
          let time = try #require(gtid.committedAt)
          #expect(before <= time && time <= after && gtid.firstCommittedAt == time && gtid.transactionLength != nil)
        }
        if case .mariaGTID(let gtid) = event { #expect(gtid.isDDL && gtid.isStandalone && Int64(header.timestamp) <= after / 1_000_000) }
      }
    }
    #expect(sets == [product == .mysql ? executed : executed.split(separator: ",").sorted().joined(separator: ",")])
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
