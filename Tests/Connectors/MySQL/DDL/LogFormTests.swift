import TestKit
import Testing

@testable import SluiceConnectors

/// Statements as the servers write them into their logs, which is not always as they were given.
@Suite(.serialized) struct LogFormTests {
  @Test(arguments: DatabaseServer.Product.allCases)
  func `what a server logs is read`(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product, prefix: "log")
    let file = try #require(try database.query("SHOW BINARY LOGS").last?.first ?? nil)
    try database.execute(
      """
      CREATE TABLE src (id INT PRIMARY KEY, a VARCHAR(5) CHARACTER SET latin1, b DECIMAL(4,1) DEFAULT 1.5) COMMENT 'c';
      CREATE TABLE sel AS SELECT * FROM src;
      CREATE TEMPORARY TABLE tmp (a INT);
      CREATE TABLE liketmp LIKE tmp;
      DROP TEMPORARY TABLE tmp;
      CREATE TABLE copy LIKE src;
      TRUNCATE src;
      DROP TABLE IF EXISTS nothing, copy;
      ALTER TABLE src ADD UNIQUE (a), RENAME TO src2;
      CREATE VIEW v AS SELECT * FROM src2;
      DROP VIEW v;
      ALTER DATABASE `\(database.name)` CHARACTER SET latin1;
      CREATE TRIGGER tr BEFORE INSERT ON sel FOR EACH ROW SET NEW.b = 1;
      ANALYZE TABLE sel;
      SET SESSION binlog_format = 'STATEMENT';
      INSERT INTO sel VALUES (9, 'a', 1);
      SET SESSION binlog_format = 'ROW';
      \(product == .mysql ? Self.mysql : Self.mariadb)
      """)
    var outcomes: [String] = []
    for row in try database.query("SHOW BINLOG EVENTS IN '\(file)'") where row[2] == "Query" {
      let text = row[5] ?? ""
      guard text.contains("`\(database.name)`") else { continue }
      let context = MySQLStatementContext(
        database: database.name, dialect: MySQLDialect(server: MySQLServer(version: product == .mysql ? "9.7.4" : "10.11.19-MariaDB")))
      let sql = text.hasPrefix("use ") ? String(text.drop { $0 != ";" }.dropFirst(2)) : text
      outcomes.append(StatementOutcome.text(MySQLStatement.read(sql, context)).replacing(database.name, with: "d"))
    }
    #expect(outcomes == Self.common(product) + (product == .mysql ? Self.mysqlOutcomes : Self.mariadbOutcomes))
  }

  private static func common(_ product: DatabaseServer.Product) -> [String] {
    let isMySQL = product == .mysql
    return [
      "create database d charset utf8mb4",
      "create d.src (id int primary, a varchar(5) charset latin1, b decimal(4,1) = 1.5) comment \"c\"",
      isMySQL
        ? "create d.sel (id int not null, a varchar(5) charset latin1 collate latin1_swedish_ci = null, b decimal(4,1) = \"1.5\")"
        : "create d.sel (id int(11) not null, a varchar(5) charset latin1 collate latin1_swedish_ci = null, b decimal(4,1) = 1.5)",
      "create d.liketmp (a \(isMySQL ? "int" : "int(11)") = null)",
      "create d.copy like d.src",
      "truncate d.src",
      isMySQL ? "drop d.copy if there; drop d.nothing if there" : "drop d.nothing if there; drop d.copy if there",
      "alter d.src: add unique [a], rename to d.src2",
      "nothing", "nothing",
      "alter database d charset latin1",
      "nothing", "nothing",
      "rows of d.sel",
    ]
  }

  private static let mysql = """
    SET SESSION sql_generate_invisible_primary_key = ON;
    CREATE TABLE keyed (a INT);
    SET SESSION sql_generate_invisible_primary_key = OFF;
    CREATE TABLE IF NOT EXISTS sel (z INT);
    """

  private static let mysqlOutcomes = [
    "create d.keyed (my_row_id bigint unsigned not null counting invisible, a int = null, primary [my_row_id])",
    "create d.sel if missing (z int)",
  ]

  private static let mariadb = """
    SET STATEMENT max_statement_time = 100 FOR ALTER TABLE sel ADD c INT;
    CREATE SEQUENCE s;
    CREATE OR REPLACE TABLE sel (a INT);
    CREATE OR REPLACE TABLE sel SELECT 1 AS one;
    """

  private static let mariadbOutcomes = [
    "alter d.sel: add c int", "nothing", "replace d.sel (a int)", "replace d.sel (one int(1) not null)",
  ]
}
