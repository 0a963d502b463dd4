import SluiceCore
import TestKit
import Testing

@testable import SluiceConnectors

@Suite(.serialized) struct StreamSchemaTests {
  /// Rows and events of one table, shortened, in order.
  private func story(_ follower: LogFollower, _ table: String) -> [String] {
    follower.items.filter { $0.table == table }.map { item in
      switch item {
      case .row(let row): "\(row.kind) \(row.values.joined(separator: "|"))"
      case .event(let event): event.changes.map(Self.text).joined(separator: ", ")
      case .dirty(let text): text
      }
    }
  }

  private static func text(_ change: SchemaChange) -> String {
    switch change {
    case .createTable(let definition): "create \(definition.id.name)"
    case .addColumn(_, let column, _): "add \(column.name) \(column.nativeType)"
    case .dropColumn(_, let name): "drop \(name)"
    case .renameColumn(_, let old, let new): "rename \(old) \(new)"
    case .alterColumn(_, let column): "alter \(column.name) \(column.nativeType)"
    case .moveColumn(_, let name, _): "move \(name)"
    case .changePrimaryKey(_, let columns): "key \(columns.joined(separator: " "))"
    case .commentTable(_, let text): "comment \(text)"
    case .renameTable(let old, let new): "rename table \(old.name) \(new.name)"
    case .truncateTable: "truncate"
    case .dropTable: "drop table"
    case .replaceRows: "replace rows"
    }
  }

  @Test(arguments: StreamCase.all)
  func `changes of tables come in order with the rows`(_ streamCase: StreamCase) throws {
    let database = try TestDatabase(on: streamCase.product)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY, v VARCHAR(10)); CREATE TABLE u (k INT PRIMARY KEY)")
    let follower = try database.followed(byFile: streamCase.byFile)
    try database.execute(
      """
      INSERT INTO t VALUES (1, 'a');
      ALTER TABLE t ADD COLUMN c INT DEFAULT 5 FIRST, MODIFY v VARCHAR(20), COMMENT 'new';
      INSERT INTO t VALUES (7, 2, 'b');
      ALTER TABLE t RENAME COLUMN c TO d; ALTER TABLE t DROP COLUMN v; ALTER TABLE t ADD INDEX (d);
      INSERT INTO t VALUES (8, 3); TRUNCATE TABLE t; INSERT INTO t VALUES (9, 4);
      CREATE TABLE made (k BIGINT PRIMARY KEY, at DATETIME(3)) CHARACTER SET latin1;
      INSERT INTO made VALUES (1, '2024-01-01'); CREATE TABLE twin LIKE made; INSERT INTO twin VALUES (2, NULL);
      CREATE TABLE picked (PRIMARY KEY (k)) SELECT k, d AS e FROM t; INSERT INTO picked VALUES (5, 6);
      DROP TABLE made, u; RENAME TABLE twin TO other; INSERT INTO other VALUES (3, NULL);
      """)
    try follower.readToHead()
    #expect(
      story(follower, "t") == [
        "insert 1|a", "add c int\(streamCase.product == .mariadb ? "(11)" : ""), alter v varchar(20), comment new", "insert 7|2|b", "rename c d",
        "drop v", "", "insert 8|3", "truncate", "insert 9|4",
      ])
    #expect(story(follower, "made") == ["create made", "insert 1|2024-01-01T00:00:00.000", "drop table"])
    #expect(story(follower, "twin") == ["create twin", "insert 2|NULL", "rename table twin other"])
    #expect(story(follower, "other") == ["insert 3|NULL"])
    #expect(story(follower, "picked") == ["create picked", "insert 4|9", "insert 5|6"])
    #expect(story(follower, "u") == ["drop table"])
    let actual = try database.source().discover(TableSelection(include: ["\(database.name).*"]))
    #expect(Set(actual.map(\.id)) == Set(follower.tables.keys))
    for table in actual {
      let tracked = try #require(follower.tables[table.id])
      #expect(tracked.columns == table.columns && tracked.primaryKey == table.primaryKey && tracked.comment == table.comment, "\(table.id)")
    }
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `what happens to tables that the job does not take is of no concern`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY); CREATE TABLE x (k INT PRIMARY KEY); CREATE TABLE away (k INT PRIMARY KEY)")
    let source = try database.source()
    let follower = try LogFollower(source, ["\(database.name).t*"], from: try #require(try source.currentPosition()))
    try database.execute(
      """
      ALTER TABLE x ADD COLUMN v GEOMETRY; DROP TABLE x; CREATE TABLE y (k INT, v VARCHAR(9)) COMMENT 'it''s'; INSERT INTO y VALUES (1, 'x');
      CREATE VIEW t_view AS SELECT * FROM y; CREATE TEMPORARY TABLE t_temporary (k INT); INSERT INTO t_temporary VALUES (1);
      CREATE PROCEDURE p() BEGIN SELECT 1; END; ANALYZE TABLE t; CREATE INDEX i ON y (k); DROP INDEX i ON y; DROP VIEW t_view;
      CREATE TABLE t_new_one (k INT PRIMARY KEY); RENAME TABLE t_new_one TO gone; INSERT INTO gone VALUES (1);
      INSERT INTO away VALUES (1); RENAME TABLE away TO t_came; INSERT INTO t_came VALUES (2); INSERT INTO t VALUES (1);
      """.replacing("BEGIN SELECT 1; END", with: "SELECT 1"))
    try follower.readToHead()
    #expect(follower.rows.map(\.description) == ["1 t insert 1"])
    #expect(
      follower.events.map { $0.changes.map(Self.text).joined(separator: ", ") } == ["create t_new_one", "drop table", "rename table away t_came"])
    let arrived = try #require(follower.events.last)
    #expect(arrived.table.name == "away" && arrived.definition?.id.name == "t_came")
    // The engine copies it, and has it followed from a place of its own on.
    let from = try #require(try source.currentPosition())
    follower.follow(FollowedTable(try #require(arrived.definition), from: from))
    try database.execute("INSERT INTO t_came VALUES (3)")
    try follower.readToHead()
    #expect(follower.rows.map(\.description) == ["1 t insert 1", "2 t_came insert 3"])
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a table is followed from its own place on, and left when asked`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY); CREATE TABLE u (k INT PRIMARY KEY)")
    let source = try database.source()
    let start = try #require(try source.currentPosition())
    let all = try source.discover(TableSelection(include: ["\(database.name).*"]))
    let follower = try LogFollower(source, ["\(database.name).*"], from: start, tables: all.filter { $0.id.name == "t" })
    try database.execute("INSERT INTO t VALUES (1); INSERT INTO u VALUES (1); ALTER TABLE u ADD COLUMN v INT; INSERT INTO u VALUES (2, 2)")
    let from = try #require(try source.currentPosition())
    let later = try source.discover(TableSelection(include: ["\(database.name).u"]))
    try database.execute("INSERT INTO u VALUES (3, 3); INSERT INTO t VALUES (2)")
    follower.follow(FollowedTable(later[0], from: from))
    try follower.readToHead()
    #expect(follower.rows.map(\.description) == ["1 t insert 1", "2 u insert 3|3", "3 t insert 2"] || story(follower, "u") == ["insert 3|3"])
    #expect(follower.events.isEmpty)
    follower.leave(TableID(database: database.name, name: "t"))
    try database.execute("INSERT INTO t VALUES (3); INSERT INTO u VALUES (4, 4); DROP TABLE t")
    try follower.readToHead()
    #expect(story(follower, "t") == ["insert 1", "insert 2"])
    #expect(story(follower, "u") == ["insert 3|3", "insert 4|4"])
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `online schema change tools change one table`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY, v INT); CREATE TABLE p (k INT PRIMARY KEY); INSERT INTO t VALUES (1, 1)")
    let follower = try database.followed()
    try database.execute(
      """
      CREATE TABLE _t_ghc (id BIGINT PRIMARY KEY, hint VARCHAR(64)); CREATE TABLE _t_gho LIKE t; ALTER TABLE _t_gho ADD COLUMN c VARCHAR(5) DEFAULT 'x';
      INSERT INTO _t_ghc VALUES (1, 'x'); INSERT INTO _t_gho (k, v) SELECT k, v FROM t; INSERT INTO t VALUES (2, 2); INSERT INTO _t_gho (k, v) VALUES (2, 2);
      RENAME TABLE t TO _t_del, _t_gho TO t; INSERT INTO t VALUES (3, 3, 'y'); DROP TABLE _t_del, _t_ghc;
      CREATE TABLE _p_new (k INT PRIMARY KEY, w DATE); INSERT INTO p VALUES (1); RENAME TABLE p TO _p_old, _p_new TO p; DROP TABLE _p_old;
      INSERT INTO p VALUES (2, '2024-01-01');
      """)
    try follower.readToHead()
    #expect(story(follower, "t") == ["insert 2|2", "add c varchar(5)", "insert 3|3|y"])
    #expect(story(follower, "p") == ["insert 1", "add w date", "insert 2|2024-01-01"])
    #expect(Set(follower.items.map(\.table)) == ["t", "p"])
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a database that is dropped takes its tables along, and renames may swap them`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE a (k INT PRIMARY KEY); CREATE TABLE b (k INT PRIMARY KEY, v INT)")
    let follower = try database.followed()
    try database.execute("RENAME TABLE a TO x, b TO a, x TO b; INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (3); DROP DATABASE \(database.name)")
    try follower.readToHead()
    #expect(story(follower, "a") == ["rename table a b", "insert 1|2", "drop table"])
    #expect(story(follower, "b") == ["rename table b a", "insert 3", "drop table"])
    #expect(follower.tables.isEmpty)
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a change that the log does not tell is found out by the rows after it`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY)")
    let follower = try database.followed()
    try database.execute(
      "INSERT INTO t VALUES (1); SET sql_log_bin = 0; ALTER TABLE t ADD COLUMN v INT; SET sql_log_bin = 1; INSERT INTO t VALUES (2, 3)")
    try follower.readToHead()
    #expect(story(follower, "t").map { $0.replacing("(11)", with: "") } == ["insert 1", "add v int", "insert 2|3"])
    #expect(follower.events.first?.note?.contains("catalog") == true)
    try database.execute(
      "SET sql_log_bin = 0; ALTER TABLE t DROP COLUMN v; SET sql_log_bin = 1; INSERT INTO t VALUES (3); ALTER TABLE t ADD COLUMN w INT")
    let error = failure { try follower.readToHead() }
    #expect(error?.kind == .sourceSchemaChanged && error?.place.table?.name == "t" && error?.place.position != nil, "\(String(describing: error))")
  }

  @Test(arguments: DatabaseServer.Product.allCases)
  func `a statement that writes rows of a followed table is refused, of another not`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY); CREATE TABLE x (k INT PRIMARY KEY)")
    let source = try database.source()
    let follower = try LogFollower(source, ["\(database.name).t"], from: try #require(try source.currentPosition()))
    try database.execute("INSERT INTO t VALUES (1); SET binlog_format = 'STATEMENT'; INSERT INTO x VALUES (1)")
    try follower.readToHead()
    #expect(follower.rows.count == 1)
    try database.execute("SET binlog_format = 'STATEMENT'; INSERT INTO t VALUES (2)")
    let error = failure { try follower.readToHead() }
    #expect(error?.kind == .sourceLogUnusable && error?.place.table?.name == "t" && error?.place.position?.contains("binlog.") == true)
    #expect(error?.remedy?.contains("ROW") == true)
  }

  @Test func `an ALTER that MariaDB logs in two phases takes effect with the second`() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (k INT PRIMARY KEY, v INT); INSERT INTO t VALUES (1, 1), (2, 1)")
    let follower = try database.followed()
    try database.execute("SET binlog_alter_two_phase = 1; ALTER TABLE t ADD COLUMN c INT, ALGORITHM = COPY; INSERT INTO t VALUES (3, 3, 3)")
    #expect((try? database.execute("SET binlog_alter_two_phase = 1; ALTER TABLE t ADD UNIQUE (v), ADD COLUMN d INT, ALGORITHM = COPY")) == nil)
    try database.execute("INSERT INTO t VALUES (4, 1, 4)")
    try follower.readToHead()
    #expect(story(follower, "t") == ["add c int(11)", "insert 3|3|3", "insert 4|1|4"])
  }
}
