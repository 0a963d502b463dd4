import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

@Suite(.serialized) struct StreamFeatureTests {
  private func values(_ follower: LogFollower) -> [String] { follower.rows.map { "\($0.kind) \($0.values.joined(separator: "|"))" } }

  @Test func `MySQL's compressed transactions, partial JSON and tagged GTIDs are read, over TLS`() throws {
    let server = try DatabaseServer(
      .mysql, options: ["--binlog-transaction-compression=ON", "--binlog-row-value-options=PARTIAL_JSON", "--binlog-row-metadata=MINIMAL"])
    let database = try TestDatabase(on: server)
    try server.execute("GRANT TRANSACTION_GTID_TAG ON *.* TO root@localhost")
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY, j JSON, pad VARCHAR(200))")
    let tls = OptionValues(["mode": .string("verify-full"), "ca": .string("\(server.tlsFolder)/ca.pem")])
    let follower = try database.followed(options: ["tls": .object(tls)])
    try database.execute(
      """
      INSERT INTO t VALUES (1, '{"a": 1, "b": [1, 2, 3], "pad": "\(String(repeating: "x", count: 100))"}', REPEAT('y', 200));
      UPDATE t SET j = JSON_SET(j, '$.a', 2), pad = '';
      SET gtid_next = 'AUTOMATIC:mine'; INSERT INTO t VALUES (2, NULL, 'tagged'); SET gtid_next = 'AUTOMATIC';
      UPDATE t SET j = JSON_REMOVE(j, '$.pad') WHERE k = 1;
      """)
    try follower.readToHead()
    let pad = String(repeating: "x", count: 100)
    #expect(
      values(follower) == [
        "insert 1|{\"a\": 1, \"b\": [1, 2, 3], \"pad\": \"\(pad)\"}|\(String(repeating: "y", count: 200))",
        "updateAfter 1|{\"a\": 2, \"b\": [1, 2, 3], \"pad\": \"\(pad)\"}|", "insert 2|NULL|tagged", "updateAfter 1|{\"a\": 2, \"b\": [1, 2, 3]}|",
      ])
    #expect(follower.position.text.contains(":mine:1"))
    // A stream made anew names the tagged ones among those that it has.
    let next = try LogFollower(follower, from: follower.boundaries[follower.boundaries.count - 1])
    try database.execute("SET gtid_next = 'AUTOMATIC:mine'; DELETE FROM t WHERE k = 2")
    try next.readToHead()
    #expect(values(next) == ["delete 2|NULL|tagged"] && next.rows.first?.sequence == 5)
  }

  @Test func `MariaDB's compressed events and several domains are read`() throws {
    let server = try DatabaseServer(
      .mariadb, options: ["--log-bin-compress", "--log-bin-compress-min-len=10", "--binlog-row-metadata=NO_LOG"])
    let database = try TestDatabase(on: server)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY, pad VARCHAR(200))")
    let follower = try database.followed()
    try database.execute(
      """
      INSERT INTO t VALUES (1, REPEAT('y', 200)); SET gtid_domain_id = 7; INSERT INTO t VALUES (2, REPEAT('z', 200)); SET gtid_domain_id = 0;
      ALTER TABLE t ADD COLUMN c VARCHAR(100) DEFAULT 'a long enough default for the statement to be compressed'; UPDATE t SET pad = '';
      """)
    try follower.readToHead()
    #expect(follower.rows.map { $0.values.prefix(2).map { $0.prefix(3) }.joined(separator: "|") } == ["1|yyy", "2|zzz", "1|", "2|"])
    #expect(follower.position.text.contains(",7-"))
    let next = try LogFollower(follower, from: follower.boundaries[follower.boundaries.count - 1])
    try database.execute("SET gtid_domain_id = 7; DELETE FROM t WHERE k = 2")
    try next.readToHead()
    #expect(next.rows.map { "\($0.sequence) \($0.kind)" } == ["5 delete"])
  }

  @Test(arguments: StreamCase.all)
  func `rows of XA transactions come with their commit, wherever the stream began`(_ streamCase: StreamCase) throws {
    let database = try TestDatabase(on: streamCase.product)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY, v INT)")
    let follower = try database.followed(byFile: streamCase.byFile)
    let id = database.name
    func run(_ statements: String) throws { try database.execute(statements) }
    try run("XA START '\(id)-a'; INSERT INTO t VALUES (1, 1), (2, 1); UPDATE t SET v = 2 WHERE k = 1; XA END '\(id)-a'; XA PREPARE '\(id)-a'")
    try run("XA START '\(id)-b', 'branch', 7; INSERT INTO t VALUES (10, 1); XA END '\(id)-b', 'branch', 7; XA PREPARE '\(id)-b', 'branch', 7")
    try run("INSERT INTO t VALUES (3, 3)")
    try follower.readToHead()
    #expect(values(follower) == ["insert 3|3"])
    let between = follower.boundaries[follower.boundaries.count - 1]
    try run("XA ROLLBACK '\(id)-b', 'branch', 7; FLUSH BINARY LOGS; XA COMMIT '\(id)-a'")
    try run("XA START '\(id)-c'; INSERT INTO t VALUES (4, 4); XA END '\(id)-c'; XA COMMIT '\(id)-c' ONE PHASE; INSERT INTO t VALUES (5, 5)")
    try follower.readToHead(bytes: 1)
    let expected = ["insert 3|3", "insert 1|1", "insert 2|1", "updateAfter 1|2", "insert 4|4", "insert 5|5"]
    #expect(values(follower) == expected)
    #expect(follower.rows.map(\.sequence) == [1, 2, 3, 4, 5, 6])
    // This one has not seen the preparation, and has to look for it.
    let end = try #require(try follower.source.currentPosition())
    for boundary in follower.boundaries.dropFirst(follower.boundaries.firstIndex { $0.position == between.position } ?? 0) {
      let other = try LogFollower(follower, from: boundary)
      try other.read(to: end)
      #expect(other.rows == Array(follower.rows[boundary.itemCount...]), "\(boundary.position)")
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a server that is killed in mid-stream loses and doubles nothing`(_ product: DatabaseServer.Product) throws {
    let server = try DatabaseServer(product)
    let database = try TestDatabase(on: server)
    try database.execute("CREATE TABLE t (k INT AUTO_INCREMENT PRIMARY KEY, pad CHAR(100))")
    var follower = try database.followed()
    var rows: [LogFollower.Row] = []
    for _ in 0..<3 {
      try database.execute((0..<50).map { _ in "INSERT INTO t (pad) VALUES ('x'), ('y'), ('z');" }.joined(separator: "\n"))
      try follower.read(bytes: 2_000)
      try server.kill()
      let error = try Deadline.value(of: "the loss of the server", within: .seconds(30)) { failure { try follower.read(bytes: 2_000) } }
      #expect(error.kind == .sourceConnectionLost, "\(error)")
      #expect(failure { _ = try LogFollower(follower, from: follower.boundaries[follower.boundaries.count - 1]) }?.kind == .sourceUnreachable)
      rows += follower.rows
      try server.restart()
      follower = try LogFollower(follower, from: follower.boundaries[follower.boundaries.count - 1])
    }
    try follower.readToHead()
    rows += follower.rows
    let stored = try database.query("SELECT k, pad FROM t ORDER BY k").map { $0.map { $0 ?? "NULL" } }
    #expect(rows.map(\.values).sorted { (Int($0[0]) ?? 0) < (Int($1[0]) ?? 0) } == stored)
    #expect(rows.map(\.sequence) == (1...Int64(stored.count)).map { $0 })
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a log that is purged while nobody reads is told with the file or the transactions`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: DatabaseServer(product))
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY)")
    let follower = try database.followed()
    try database.execute("INSERT INTO t VALUES (1); FLUSH BINARY LOGS; INSERT INTO t VALUES (2); FLUSH BINARY LOGS; INSERT INTO t VALUES (3)")
    try follower.readToHead()
    #expect(follower.rows.count == 3)
    let files = try LogServer(MySQLSession.open(database.mysqlOptions())).files()
    let start = follower.boundaries[0]
    try Deadline.wait(for: "the old files to go", within: .seconds(30)) {
      try database.execute("PURGE BINARY LOGS TO '\(files[files.count - 1].name)'")
      return try LogServer(MySQLSession.open(database.mysqlOptions())).files().count == 1
    }
    let error = failure {
      let late = try LogFollower(follower, from: start)
      try late.read()
    }
    #expect(error?.kind == .sourceLogGone, "\(String(describing: error))")
    let byFile = try LogFollower.Boundary(position: TestDatabase.withoutGTIDs(start.position), tables: start.tables, itemCount: 0)
    let fileError = failure { _ = try LogFollower(follower, from: byFile) }
    #expect(fileError?.kind == .sourceLogGone && fileError?.message.contains(files[0].name) == true, "\(String(describing: fileError))")
    try database.execute("INSERT INTO t VALUES (4)")
    try follower.readToHead()
    #expect(follower.rows.count == 4)
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a stream starts at the oldest, the newest, a time, or a named place`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: DatabaseServer(product))
    let source = try #require(try database.source() as? MySQLSource)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY); INSERT INTO t VALUES (1); FLUSH BINARY LOGS")
    let middle = try #require(try source.currentPosition())
    try database.execute("SET timestamp = 2000000000; INSERT INTO t VALUES (2); FLUSH BINARY LOGS; INSERT INTO t VALUES (3)")
    let table = try source.discover(TableSelection(include: ["\(database.name).t"]))
    func rows(_ start: StreamStart) throws -> [String] {
      let follower = try LogFollower(source, ["\(database.name).t"], from: try source.position(of: start), tables: table)
      try follower.readToHead()
      return follower.rows.map { $0.values[0] }
    }
    #expect(try rows(.earliest) == ["1", "2", "3"])
    #expect(try rows(.latest).isEmpty)
    let place = try MySQLPosition(middle)
    #expect(try rows(.place("\(place.file):\(place.offset)")) == ["2", "3"])
    #expect(try rows(.place(middle.text)) == ["2", "3"])
    #expect(try rows(.place("\(place.gtids ?? .none(isMariaDB: false))")) == ["2", "3"])
    let found = try MySQLPosition(try source.position(of: .place("\(place.file):\(place.offset)")))
    #expect(found.gtids == place.gtids)
    #expect(try rows(.timestamp(4_000_000_000_000_000)).isEmpty)
    let kinds: [(StreamStart, ErrorKind)] = [
      (.place("\(place.file):\(place.offset + 3)"), .specInvalid), (.place("binlog.999999:4"), .sourceLogGone), (.place("nonsense"), .specInvalid),
      (.place("\(place.file):99999999"), .specInvalid),
      (
        .place(product == .mariadb ? "0-99-99999" : "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5"),
        product == .mariadb ? .sourceLogForeign : .sourceLogForeign
      ),
    ]
    for (start, kind) in kinds { #expect(failure { _ = try source.position(of: start) }?.kind == kind, "\(start)") }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a time is found in the file that has it`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: DatabaseServer(product))
    let source = try #require(try database.source() as? MySQLSource)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY)")
    let table = try source.discover(TableSelection(include: ["\(database.name).t"]))
    var times: [Int64] = []
    for file in 0..<4 {
      // Times are told in seconds by MariaDB: wait for the next one.
      let before = try #require(try database.query("SELECT UNIX_TIMESTAMP()")[0][0])
      try Deadline.wait(for: "the next second", within: .seconds(10)) { try database.query("SELECT UNIX_TIMESTAMP()")[0][0] != before }
      times.append((Int64(try #require(try database.query("SELECT UNIX_TIMESTAMP()")[0][0])) ?? 0) * 1_000_000)
      try database.execute("INSERT INTO t VALUES (\(file)); FLUSH BINARY LOGS")
    }
    for (index, time) in times.enumerated() {
      let start = try source.position(of: .timestamp(time))
      let follower = try LogFollower(source, ["\(database.name).t"], from: start, tables: table)
      try follower.readToHead()
      #expect(follower.rows.map { $0.values[0] } == (index..<4).map { "\($0)" }, "\(start)")
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases, [false, true])
  func `a transaction of many rows goes through in pieces`(_ product: DatabaseServer.Product, isCompressed: Bool) throws {
    let count = isCompressed ? 60_000 : 300_000
    let compression = product == .mysql ? ["--binlog-transaction-compression=ON"] : ["--log-bin-compress", "--log-bin-compress-min-len=10"]
    let database = try TestDatabase(on: isCompressed ? DatabaseServer(product, options: compression) : DatabaseServer.shared(product))
    try database.execute(
      """
      CREATE TABLE numbers (n INT PRIMARY KEY); SET @@cte_max_recursion_depth = 10000;
      INSERT INTO numbers WITH RECURSIVE x AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM x WHERE n < 5999) SELECT n FROM x;
      """.replacing("@@cte_max_recursion_depth", with: product == .mysql ? "@@cte_max_recursion_depth" : "@@max_recursive_iterations"))
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY, pad CHAR(100) NOT NULL)")
    let source = try database.source()
    let start = try #require(try source.currentPosition())
    let table = try database.definition("t", source)
    try database.execute("INSERT INTO t SELECT a.n * 100 + b.n, REPEAT('p', 100) FROM numbers a, numbers b WHERE b.n < \(count / 6_000)")
    let head = try #require(try source.currentPosition())
    let streaming = try #require(source as? any StreamingSource)
    let request = StreamRequest(start: start, selection: TableSelection(include: ["\(database.name).t"]), tables: [FollowedTable(table)])
    var stream = try streaming.makeStream(request)
    var position = start
    var rows = 0
    var largest = 0
    var last: Int64 = 0
    var slices = 0
    while try !streaming.isReached(head, by: position) {
      let slice = try stream.next(within: 5, bytes: 1 << 20)
      position = slice.position
      var bytes = 0
      for case .changes(let batch) in slice.items {
        rows += batch.rowCount
        bytes += batch.rowCount * 104
        for row in 0..<batch.rowCount {
          if batch.sequence[row] != last + 1 { Issue.record("\(batch.sequence[row]) after \(last)") }
          last = batch.sequence[row]
        }
      }
      largest = max(largest, bytes)
      slices += 1
      if slices == 4 {
        stream = try streaming.makeStream(StreamRequest(start: position, selection: request.selection, tables: request.tables))
      }
    }
    #expect(rows == count && last == Int64(count))
    #expect(largest < 2 << 20 && slices > 5)
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a table in memory is empty after its server was started anew`(_ product: DatabaseServer.Product) throws {
    let server = try DatabaseServer(product)
    let database = try TestDatabase(on: server)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY) ENGINE = MEMORY")
    let follower = try database.followed()
    try database.execute("INSERT INTO t VALUES (1), (2)")
    try follower.readToHead()
    try server.restart()
    try database.execute("INSERT INTO t VALUES (3)")
    let next = try LogFollower(follower, from: follower.boundaries[follower.boundaries.count - 1])
    try next.readToHead()
    #expect(next.events.map(\.changes) == [[.truncateTable(TableID(database: database.name, name: "t"))]])
    #expect(next.rows.map(\.description) == ["3 t insert 3"])
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `incomplete images of a followed table are refused with table and place, those of another table are not`(
    _ product: DatabaseServer.Product
  ) throws {
    let database = try TestDatabase(on: product)
    try database.execute(
      "CREATE TABLE t (k INT PRIMARY KEY, v INT, w INT); CREATE TABLE x LIKE t; INSERT INTO t VALUES (1, 1, 1); INSERT INTO x VALUES (1, 1, 1)")
    let follower = try database.followed("t")
    try database.execute("SET binlog_row_image = 'MINIMAL'; UPDATE x SET v = 2; UPDATE t SET w = 3")
    let error = failure { try follower.readToHead() }
    #expect(error?.kind == .sourceLogUnusable && error?.place.table?.name == "t" && error?.place.position?.hasPrefix("binlog.") == true)
    #expect(error?.remedy?.contains("binlog_row_image") == true)
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `zero dates are dirty rows that use a number up`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY, d DATE)")
    let follower = try database.followed()
    try database.execute("SET sql_mode = ''; INSERT INTO t VALUES (1, '2024-01-01'), (2, '0000-00-00'), (3, '2024-01-03')")
    try follower.readToHead()
    #expect(follower.rows.map(\.description) == ["1 t insert 1|2024-01-01", "3 t insert 3|2024-01-03"])
    #expect(follower.items.contains(.dirty("t d [\"k\": \"2\"]")))
  }
}
