import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

/// A key's SQL: the column definitions, the key and, for row number `n`, its values.
struct KeyShape: Sendable, CustomStringConvertible {
  let description: String
  let columns: String
  let key: String
  let values: String
  var rows = 5_000
  var isOrdered = true
  /// Nil for types that every server has.
  var product: DatabaseServer.Product?

  static let all: [KeyShape] = [
    .init(description: "int", columns: "k INT", key: "k", values: "n * 7"),
    .init(description: "negative bigint", columns: "k BIGINT", key: "k", values: "(n - 2500) * 3689348814741910"),
    .init(description: "unsigned bigint up to its maximum", columns: "k BIGINT UNSIGNED", key: "k", values: "18446744073709551615 - n * 3"),
    .init(description: "skewed gaps", columns: "k BIGINT", key: "k", values: "IF(n < 4990, n, n * 1000000000000)"),
    .init(description: "decimal", columns: "k DECIMAL(30,4)", key: "k", values: "(n - 2000) * 1000000000000.0625"),
    .init(
      description: "varchar, case-insensitive, trailing blanks", columns: "k VARCHAR(40) COLLATE utf8mb4_general_ci", key: "k",
      values: "CONCAT(IF(n % 2, 'Key ', 'kEY '), HEX(CRC32(n)), 'é', n, IF(n % 3, '  ', ''))", isOrdered: false),
    .init(
      description: "varchar, binary collation", columns: "k VARCHAR(40) COLLATE utf8mb4_bin", key: "k",
      values: "CONCAT('\\\\''', LEFT(SHA2(n,256),32))", isOrdered: false),
    .init(description: "gbk", columns: "k VARCHAR(40) CHARACTER SET gbk", key: "k", values: "CONCAT('中文', n, '字')", isOrdered: false),
    .init(description: "latin1", columns: "k CHAR(12) CHARACTER SET latin1", key: "k", values: "CONCAT('ü', n)", isOrdered: false),
    .init(description: "utf8mb3", columns: "k VARCHAR(12) CHARACTER SET utf8mb3", key: "k", values: "CONCAT('中', n)", isOrdered: false),
    .init(description: "binary(16)", columns: "k BINARY(16)", key: "k", values: "UNHEX(LEFT(SHA2(n,256),32))"),
    .init(description: "varbinary", columns: "k VARBINARY(20)", key: "k", values: "CONCAT(UNHEX(LEFT(SHA2(n,256),32)), CHAR(n % 256))"),
    .init(
      description: "three columns, few values first", columns: "a TINYINT, b CHAR(3), c INT UNSIGNED", key: "a, b, c",
      values: "n % 2, CONCAT('b', n % 3), n", isOrdered: false),
    .init(description: "constant first column", columns: "a INT, b DATE", key: "a, b", values: "1, '2000-01-01' + INTERVAL n DAY"),
    .init(description: "date", columns: "k DATE", key: "k", values: "'1900-01-01' + INTERVAL n * 11 DAY"),
    .init(description: "datetime(6)", columns: "k DATETIME(6)", key: "k", values: "'1999-12-31 23:59:59.000001' + INTERVAL n * 977 MICROSECOND"),
    .init(description: "timestamp", columns: "k TIMESTAMP(3)", key: "k", values: "FROM_UNIXTIME(1000000000 + n * 1800.125)"),
    .init(description: "year", columns: "y YEAR, k INT", key: "y, k", values: "1901 + n % 250, n"),
    .init(description: "time", columns: "k TIME(2)", key: "k", values: "SEC_TO_TIME((n - 2500) * 7.25)", isOrdered: false),
    .init(description: "float", columns: "k FLOAT", key: "k", values: "n / 3 - 700", isOrdered: false),
    .init(description: "bit", columns: "k BIT(40)", key: "k", values: "n * 1234567"),
    .init(description: "enumeration", columns: "a ENUM('z','ä','m'), k INT", key: "a, k", values: "1 + n % 3, n", isOrdered: false),
    .init(
      description: "uuid", columns: "k UUID", key: "k",
      values: "CONCAT(LEFT(LEFT(SHA2(n,256),32),8),'-0000-4000-8000-',RIGHT(LEFT(SHA2(n,256),32),12))", isOrdered: false, product: .mariadb),
    .init(
      description: "inet6", columns: "k INET6", key: "k", values: "CONCAT('2001:db8::', HEX(n))", isOrdered: false, product: .mariadb),
    .init(description: "one row", columns: "k INT", key: "k", values: "n", rows: 1),
    .init(description: "no row", columns: "k INT", key: "k", values: "n", rows: 0),
  ]

  /// A table with the key and a column `n` that numbers the rows.
  func sql(_ table: String) -> String {
    """
    CREATE TABLE \(table) (\(columns.split(separator: ", ").map { $0 + " NOT NULL" }.joined(separator: ", ")), n INT NOT NULL, pad VARCHAR(300), \
    PRIMARY KEY (\(key)));
    INSERT INTO \(table) SELECT \(values), n, REPEAT('x', 100) FROM numbers WHERE n < \(rows);
    ANALYZE TABLE \(table);
    """
  }
}

extension TestDatabase {
  static func withNumbers(_ product: DatabaseServer.Product) throws -> TestDatabase {
    let database = try TestDatabase(on: product, prefix: "snapshot")
    try database.execute(
      """
      CREATE TABLE digits (d INT PRIMARY KEY); INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);
      CREATE TABLE numbers (n INT PRIMARY KEY);
      INSERT INTO numbers SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d FROM digits a, digits b, digits c, digits e WHERE e.d < 6;
      """)
    return database
  }

  func source(_ extra: [String: OptionValue] = [:]) throws -> any Source {
    var options = OptionValues(extra)
    options["host"] = .string("127.0.0.1")
    options["port"] = .integer(server.port)
    options["user"] = options["user"] ?? .string(DatabaseServer.user)
    options["password"] = options["password"] ?? .secret(Secret(DatabaseServer.password))
    return try MySQLPlugin.make(options)
  }

  func definition(_ table: String, _ source: any Source) throws -> TableDefinition {
    try #require(try source.discover(TableSelection(include: ["\(name).\(table)"])).first)
  }
}

/// Reads a table the way an engine with several readers does: with pauses, with new readers, and with splits at random moments.
struct RestlessRead {
  var numbers: [Int32] = []
  var splits = 0
  var cursorsWentBack = false

  init(_ source: any Source, _ table: TableDefinition, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let place = try #require(table.columnIndex("n"))
    var ranges = [SnapshotRange(id: 0, lower: nil, upper: nil, rowsLeft: max(table.estimatedRows, 1))]
    var reader = try source.makeSnapshotReader(table)
    var nextID = 1
    while !ranges.isEmpty {
      var range = ranges.remove(at: Int.random(in: ranges.indices, using: &random))
      if Bool.random(using: &random), let middle = try reader.middle(of: range) {
        splits += 1
        var upper = range
        upper.lower = middle
        upper.id = nextID
        nextID += 1
        range.upper = middle
        upper.rowsLeft = max(range.rowsLeft / 2, 1)
        range.rowsLeft = max(range.rowsLeft / 2, 1)
        ranges.append(upper)
      }
      if Int.random(in: 0..<4, using: &random) == 0 { reader = try source.makeSnapshotReader(table) }
      var last = range
      let isDone = try reader.read(range, dirty: { row in Issue.record("dirty: \(row)") }) { batch, now in
        let column = batch.rows.columns[place]
        numbers += (0..<batch.rowCount).map { column.fixed(as: Int32.self)[$0] }
        last = now
        return Bool.random(using: &random) ? .pause : .more
      }
      if !isDone { ranges.append(last) }
    }
  }
}

@Suite(.serialized) struct SnapshotTests {
  @Test(arguments: DatabaseServer.Product.allCases)
  func `every key shape is read once and whole, with pauses and splits`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase.withNumbers(product)
    let shapes = KeyShape.all.filter { $0.product == nil || $0.product == product }
    let source = try database.source(["pageBytes": .integer(1 << 16)])
    for (index, shape) in shapes.enumerated() {
      try database.execute(shape.sql("t\(index)"))
      let table = try database.definition("t\(index)", source)
      let mode = try source.makeSnapshotReader(table).mode
      #expect(mode == .ranges(isOrdered: shape.isOrdered), "\(shape)")
      var splits = 0
      for seed in 1...3 {
        let read = try RestlessRead(source, table, seed: UInt64(seed))
        splits += read.splits
        #expect(read.numbers.sorted() == (0..<Int32(shape.rows)).map { $0 }, "\(shape), seed \(seed): \(read.numbers.count) rows")
      }
      #expect(shape.rows < 5_000 || splits > 0, "\(shape) was never split")
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `pages and look-ups run on the key's index without a sort`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase.withNumbers(product)
    let connection = try MySQLSession.open((try #require(try database.source() as? MySQLSource)).options)
    for (index, shape) in KeyShape.all.enumerated() where shape.rows == 5_000 && (shape.product == nil || shape.product == product) {
      try database.execute(shape.sql("t\(index)"))
      let table = try #require(try MySQLCatalog(connection: connection).tables([TableID(database: database.name, name: "t\(index)")]).first)
      let key = try #require(MySQLKey(table))
      let query = MySQLPageQuery(table, key: key)
      let bounds = try connection.query(query.select(key.selectList, from: key, nil) + " ORDER BY \(key.columnList) LIMIT 2000, 1")
      #expect(bounds.count == 1)
      let reader = try MySQLSnapshotReader(table.definition, options: connection.options)
      guard let middle = try reader.middle(of: SnapshotRange(id: 0, lower: nil, upper: nil, rowsLeft: 5_000_000)) else {
        Issue.record("\(shape) has no middle")
        continue
      }
      for range in [
        SnapshotRange(id: 0, lower: middle, upper: nil, rowsLeft: 1), SnapshotRange(id: 0, lower: nil, upper: middle, rowsLeft: 1),
      ] {
        let result = try connection.stream("EXPLAIN FORMAT=TRADITIONAL " + query.page(range, limit: 100))
        let type = try #require(result.fields.firstIndex { $0.name == "type" })
        let extra = try #require(result.fields.firstIndex { $0.name == "Extra" })
        let row = try #require(try result.next())
        #expect(row.text(type) == "range", "\(shape): \(query.page(range, limit: 100))")
        #expect(row.text(extra)?.contains("filesort") != true, "\(shape)")
        while try result.next() != nil {}
      }
    }
  }
}
