import SluiceCore
import Testing

@testable import SluiceConnectors

private let t = TableID(database: "d", name: "t")

/// Each change in a few words.
private func words(_ changes: [SchemaChange]) -> [String] {
  func place(_ place: ColumnPlace) -> String {
    switch place {
    case .first: "first"
    case .last: "last"
    case .after(let name): "after \(name)"
    }
  }
  return changes.map { change in
    switch change {
    case .createTable(let table): "create \(table.id)"
    case .addColumn(_, let column, let at): "add \(column.name) \(place(at))"
    case .dropColumn(_, let name): "drop \(name)"
    case .renameColumn(_, let from, let to): "rename \(from) \(to)"
    case .alterColumn(_, let column): "alter \(column.name) \(column.nativeType)\(column.isNullable ? "" : " not null")"
    case .moveColumn(_, let name, let at): "move \(name) \(place(at))"
    case .changePrimaryKey(_, let names): "key \(names.joined(separator: ","))"
    case .commentTable(_, let text): "comment \(text)"
    case .renameTable(_, let to): "to \(to)"
    case .truncateTable: "truncate"
    case .dropTable: "gone"
    case .replaceRows(_, let reason): "rows \(reason)"
    }
  }
}

/// A statement about `TrackedTables.plain()`, and the changes that it makes.
private struct Change: Sendable, CustomStringConvertible {
  let description: String
  let words: [String]

  init(_ sql: String, _ words: [String]) {
    (description, self.words) = (sql, words)
  }

  static let all = [
    Change("ALTER TABLE t ADD x INT", ["add x last"]),
    Change("ALTER TABLE t ADD x INT FIRST, ADD y INT AFTER a, ADD z INT", ["add x first", "add y after a", "add z last"]),
    Change("ALTER TABLE t DROP c, DROP d", ["drop c", "drop d"]),
    Change("ALTER TABLE t MODIFY e ENUM('p','q') FIRST", ["move e first"]),
    Change("ALTER TABLE t MODIFY id INT AFTER e", ["move id last"]),
    Change("ALTER TABLE t CHANGE a z BIGINT NOT NULL", ["rename a z", "alter z bigint not null"]),
    Change("ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN b TO a", ["rename a _a", "rename b a", "rename _a b"]),
    Change("ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN b TO x", ["rename b x", "rename a b"]),
    Change("ALTER TABLE t RENAME COLUMN id TO pk", ["rename id pk"]),
    Change("ALTER TABLE t DROP a, ADD a VARCHAR(9)", ["drop a", "add a last"]),
    Change("ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (d, id)", ["key d,id"]),
    Change("ALTER TABLE t DROP PRIMARY KEY", ["key "]),
    Change("ALTER TABLE t COMMENT 'x'", ["comment x"]),
    Change("ALTER TABLE t RENAME TO u, ADD x INT", ["add x last", "to d.u"]),
    Change("ALTER TABLE t TRUNCATE PARTITION p", ["rows TRUNCATE PARTITION"]),
    Change("RENAME TABLE t TO e.u", ["to e.u"]),
    Change("TRUNCATE t", ["truncate"]),
    Change("DROP TABLE t", ["gone"]),
    // Nothing that a copy shows.
    Change("ALTER TABLE t ENGINE=InnoDB, ADD INDEX (d)", []),
    Change("ALTER TABLE t MODIFY a INT NULL DEFAULT NULL", []),
    Change("ALTER TABLE t MODIFY b VARCHAR(20) CHARACTER SET latin1 DEFAULT 'x'", []),
    // Done already.
    Change("ALTER TABLE t ADD a INT, DROP nothing, CHANGE old a INT, RENAME COLUMN older TO b", []),
    Change("CREATE TABLE t (other INT)", []),
  ]
}

@Suite struct TrackedTableTests {
  @Test(arguments: Change.all)
  private func `a statement makes the changes that a copy needs, in order`(_ change: Change) throws {
    #expect(words(try TrackedTables.plain().after(change.description).changes) == change.words)
  }

  @Test(arguments: [
    "ALTER TABLE t MODIFY nothing INT", "ALTER TABLE t CHANGE nothing nobody INT", "ALTER TABLE t ADD x INT AFTER nothing",
    "ALTER TABLE t RENAME COLUMN a TO b", "ALTER TABLE t ALTER nothing SET DEFAULT 1", "ALTER TABLE t RENAME COLUMN nothing TO nobody",
  ])
  func `a statement that does not fit leaves the table to the catalog`(_ sql: String) throws {
    let table = try TrackedTables.plain()
    #expect(failure { _ = try table.after(sql) }?.kind == .sourceSchemaChanged)
  }

  @Test func `a table comes back from its definition`() throws {
    let table = try TrackedTables.made(
      """
      (id INT AUTO_INCREMENT, a VARCHAR(9) CHARACTER SET latin1 NOT NULL DEFAULT 'it''s', b ENUM('x','y''z') INVISIBLE, c INT AS (id) STORED, \
      d DATETIME(3) NOT NULL DEFAULT NOW(3), e DECIMAL(50,2) UNSIGNED ZEROFILL, f TINYINT(1), PRIMARY KEY (id DESC), \
      UNIQUE `odd ``name)` (a(3), `b`), UNIQUE ((id + 1)), KEY (d)) COMMENT 'note'
      """, options: ["zeroDates": .string("null"), "tinyint1": .string("boolean")])
    #expect(try MySQLTable(restoring: table.definition, options: table.options) == table)
    #expect(table.definition.columns[4].isNullable && !table.columns[4].isNullable)
    var attributes = try #require(table.definition.attributes)
    attributes["index PRIMARY"] = "(`id"
    let damaged = TableDefinition(id: t, columns: table.definition.columns, primaryKey: [], attributes: attributes)
    #expect(failure { _ = try MySQLTable(restoring: damaged, options: table.options) }?.kind == .stateDamaged)
  }

  @Test func `a table like another is that one under its own name`() throws {
    let other = try TrackedTables.plain()
    let context = MySQLStatementContext(database: "d", dialect: TrackedTables.mysql)
    guard case .tables(let statements) = MySQLStatement.read("CREATE TABLE u LIKE t", context), case .create(let creation)? = statements.first
    else { throw SluiceError(.defect, "not understood") }
    func made(like other: MySQLTable?) throws -> MySQLTable? {
      try MySQLTable.created(
        by: creation, charset: nil, like: other, dialect: TrackedTables.mysql, options: other?.options ?? TrackedTables.options())
    }
    let table = try #require(try made(like: other))
    #expect(table.definition.id == TableID(database: "d", name: "u"))
    #expect(table.columns == other.columns && table.indexes == other.indexes)
    #expect(try made(like: nil) == nil)
  }

  @Test func `the difference of two tables knows columns by name, and a lone rename by place and type`() throws {
    func difference(_ old: String, _ new: String) throws -> [String] {
      words(MySQLTable.difference(from: try TrackedTables.made(old), to: try TrackedTables.made(new)))
    }
    #expect(try difference("(a INT, b INT)", "(a INT, b INT)") == [])
    #expect(try difference("(a INT, b INT)", "(a INT, c INT)") == ["rename b c"])
    #expect(try difference("(a INT, b INT)", "(a INT, c BIGINT)") == ["drop b", "add c last"])
    #expect(try difference("(a INT, b INT)", "(x INT, a INT)") == ["drop b", "add x first"])
    #expect(try difference("(a INT, b INT)", "(a INT, b INT, c INT)") == ["add c last"])
    #expect(try difference("(a INT, b INT, c INT)", "(c INT, a INT, b TEXT)") == ["move c first", "alter b text"])
    #expect(try difference("(a INT PRIMARY KEY)", "(a INT NOT NULL)") == ["key "])
    #expect(try difference("(a INT)", "(a INT) COMMENT 'x'") == ["comment x"])
  }

  @Test func `renames of one statement come to what is left of them`() {
    func id(_ name: String) -> TableID { TableID(database: "d", name: name) }
    func net(_ pairs: [(String, String)]) -> [String] {
      RenameChain.net(pairs.map { (id($0.0), id($0.1)) }).map { "\($0.from.name)>\($0.to.name)" }
    }
    #expect(net([("a", "x"), ("b", "a"), ("x", "b")]) == ["a>b", "b>a"])
    #expect(net([("a", "b"), ("b", "c")]) == ["a>c"])
    #expect(net([("a", "b"), ("b", "a")]) == [])
  }
}
