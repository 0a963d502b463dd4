import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// The error that `body` ends with.
func failure(_ body: () throws -> Void) -> SluiceError? {
  do {
    try body()
    return nil
  } catch {
    return error as? SluiceError
  }
}

/// What a whole read of a table gave.
struct PlainRead {
  var rows = 0
  var dirty: [DirtyRow] = []
  var batches: [Batch] = []

  init(_ source: any Source, _ table: TableDefinition, afterBatch: () throws -> Void = {}) throws {
    let reader = try source.makeSnapshotReader(table)
    let range = SnapshotRange(id: 0, lower: nil, upper: nil, rowsLeft: table.estimatedRows)
    let isDone = try reader.read(range, dirty: { dirty.append($0) }) { batch, _ in
      rows += batch.rowCount
      batches.append(batch.rows)
      try afterBatch()
      return .more
    }
    #expect(isDone)
  }
}

@Suite(.serialized) struct FailureTests {
  @Test(arguments: DatabaseServer.Product.allCases)
  func `a wrong password is an authentication error that does not show it`(_ product: DatabaseServer.Product) throws {
    let server = try DatabaseServer.shared(product)
    let database = try TestDatabase(on: server)
    let source = try database.source(["password": .secret(Secret("not-the-password"))])
    let error = try #require(failure { _ = try source.discover(TableSelection(include: ["a.b"])) })
    #expect(error.kind == .sourceAuthentication)
    #expect(!"\(error) \(error.remedy ?? "") \(String(describing: error.cause))".contains("not-the-password"))
    #expect(source.preflight(TableSelection(include: ["a.b"])).map(\.level) == [.failure])
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `logging in works with and without encryption, and verifies when asked`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY)")
    func connect(_ mode: String, ca: String? = nil, host: String = "127.0.0.1") -> SluiceError? {
      var tls = OptionValues(["mode": .string(mode)])
      if let ca { tls["ca"] = .string("\(database.server.tlsFolder)/\(ca)") }
      return failure {
        _ = try database.source(["tls": .object(tls)]).discover(TableSelection(include: ["\(database.name).t"]))
      }
    }
    for mode in ["disabled", "preferred", "required"] { #expect(connect(mode) == nil, "\(mode)") }
    #expect(connect("verify-full", ca: "ca.pem") == nil)
    #expect(connect("verify-full", ca: "other-ca.pem")?.kind == .sourceUnreachable)
    #expect(connect("verify-full")?.kind == .sourceUnreachable)
  }

  @Test func `nobody listening is unreachable`() throws {
    let source = try MySQLPlugin.make(OptionValues(["port": .integer(1), "user": .string("x")]))
    #expect(failure { _ = try source.currentPosition() }?.kind == .sourceUnreachable)
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a missing right names the grant that helps`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute(
      """
      CREATE TABLE seen (k INT PRIMARY KEY); CREATE TABLE hidden (k INT PRIMARY KEY);
      CREATE USER '\(database.name)'@'%' IDENTIFIED BY 'secret'; GRANT SELECT ON \(database.name).seen TO '\(database.name)'@'%';
      """)
    let all = try database.definition("hidden", database.source())
    let source = try database.source(["user": .string(database.name), "password": .secret(Secret("secret"))])
    let selection = TableSelection(include: ["\(database.name).*"])
    #expect(try source.discover(selection).map(\.id.name) == ["seen"])
    let error = failure { _ = try source.makeSnapshotReader(all) }
    #expect(error?.remedy?.contains("GRANT SELECT") == true)
    let findings = source.preflight(selection)
    #expect(findings.contains { $0.subject == "binary log" && $0.level == .warning && $0.fix?.contains("GRANT") == true })
    #expect(!findings.contains { $0.level == .failure })
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `values that cannot be carried are dirty rows and the others arrive`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute(
      """
      SET sql_mode = '';
      CREATE TABLE t (k INT PRIMARY KEY, d DATE, at DATETIME(3) NOT NULL, note VARCHAR(10));
      INSERT INTO t VALUES (1, '2024-01-01', '2024-01-01', 'a'), (2, '0000-00-00', '2024-01-01', 'b'), (3, '2024-00-10', '2024-01-01', 'c'),
        (4, NULL, '0000-00-00', NULL), (5, '2024-12-31', '2024-12-31 23:59:59.999', 'e');
      """)
    let source = try database.source()
    let table = try database.definition("t", source)
    let read = try PlainRead(source, table)
    #expect(read.rows == 2)
    #expect(read.dirty.map(\.key) == [["k": "2"], ["k": "3"], ["k": "4"]])
    #expect(read.dirty.map(\.column) == ["d", "d", "at"])
    #expect(read.dirty.allSatisfy { $0.reason.contains("zeroDates") })
    let lenient = try database.source(["zeroDates": .string("null")])
    let nullable = try database.definition("t", lenient)
    #expect(nullable.columns.map(\.isNullable) == [false, true, true, true])
    #expect(try PlainRead(lenient, nullable).rows == 5)
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a change of the table is noticed before and during a read`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase.withNumbers(product)
    let source = try database.source(["pageBytes": .integer(1 << 16)])
    let changes = [
      ("ADD COLUMN extra INT", "extra"), ("ADD COLUMN hid INT INVISIBLE", "hid"), ("DROP COLUMN v", "v"), ("MODIFY v BIGINT", "v"),
      ("MODIFY f DOUBLE", "f"),
    ]
    for (index, (change, column)) in changes.enumerated() {
      for isDuring in [false, true] where !(isDuring && column == "hid") {
        let name = "t\(index)_\(isDuring)"
        try database.execute(
          """
          CREATE TABLE \(name) (k INT PRIMARY KEY, v INT, f FLOAT, pad CHAR(200));
          INSERT INTO \(name) SELECT n, n, n, REPEAT('x', 200) FROM numbers;
          ANALYZE TABLE \(name);
          """)
        let table = try database.definition(name, source)
        if !isDuring { try database.execute("ALTER TABLE \(name) \(change)") }
        var batches = 0
        let error = failure {
          _ = try PlainRead(source, table) {
            batches += 1
            if batches == 2 { try database.execute("ALTER TABLE \(name) \(change)") }
          }
        }
        #expect(error?.kind == .sourceSchemaChanged, "\(change), during: \(isDuring)")
        #expect(error?.place.column == column, "\(change), during: \(isDuring): \(String(describing: error))")
      }
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a server that dies is a lost connection, and the cursor goes on`(_ product: DatabaseServer.Product) throws {
    let server = try DatabaseServer(product)
    let database = try TestDatabase(on: server)
    try database.execute(
      """
      CREATE TABLE d (d INT PRIMARY KEY); INSERT INTO d VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);
      CREATE TABLE t (k INT PRIMARY KEY, n INT, pad CHAR(200));
      INSERT INTO t SELECT x, x, REPEAT('x', 200) FROM (SELECT a.d + 10*b.d + 100*c.d + 1000*e.d AS x FROM d a, d b, d c, d e) q;
      ANALYZE TABLE t;
      """)
    let source = try database.source(["pageBytes": .integer(1 << 16)])
    let table = try database.definition("t", source)
    var rows = 0
    var cursor = SnapshotRange(id: 0, lower: nil, upper: nil, rowsLeft: 1)
    let reader = try source.makeSnapshotReader(table)
    let error = failure {
      _ = try reader.read(cursor, dirty: { _ in }) { batch, range in
        rows += batch.rowCount
        cursor = range
        if rows > 2_000 { try server.kill() }
        return .more
      }
    }
    #expect(error?.kind == .sourceConnectionLost, "\(String(describing: error))")
    #expect(failure { _ = try source.makeSnapshotReader(table) }?.kind == .sourceUnreachable)
    try server.restart()
    _ = try source.makeSnapshotReader(table).read(cursor, dirty: { _ in }) { batch, _ in
      rows += batch.rowCount
      return .more
    }
    #expect(rows == 10_000)
  }
}
