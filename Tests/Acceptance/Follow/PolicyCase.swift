import SluiceCore
import TestKit
import Testing

/// One kind of schema change: a table of its own, the statement, rows that change afterwards, and what the lake holds then.
struct PolicyCase: Sendable {
  let kind: SchemaPolicy.Kind
  let table: String
  let before: String
  let statement: String
  let after: String

  /// `$t` stands for the table, which has three rows of `id`, `a`, `big` and `b`.
  private init(_ kind: SchemaPolicy.Kind, before: String = Self.create, _ statement: String, after: String) {
    let name = "t_" + kind.rawValue.lowercased()
    self.kind = kind
    table = name
    let rows = "INSERT INTO $t VALUES (1, 10, 100, 'x'), (2, 20, 200, NULL), (3, 30, 300, 'z');"
    (self.before, self.statement, self.after) = (
      (before + rows).replacing("$t", with: name), statement.replacing("$t", with: name), after.replacing("$t", with: name)
    )
  }

  private static let columns = "(id INT PRIMARY KEY, a INT NOT NULL, big BIGINT, b VARCHAR(20))"
  private static let create = "CREATE TABLE $t \(columns) COMMENT = 'old';"
  private static let insert = "INSERT INTO $t VALUES (4, 40, 400, 'w');"

  static let all: [PolicyCase] = [
    PolicyCase(.createTable, "CREATE TABLE made (id INT PRIMARY KEY, t TEXT)", after: "INSERT INTO made VALUES (1, 'new')"),
    PolicyCase(
      .addColumn, "ALTER TABLE $t ADD COLUMN added INT DEFAULT 5 AFTER a",
      after: "INSERT INTO $t VALUES (4, 40, 6, 400, 'w'); UPDATE $t SET a = 11, added = 7 WHERE id = 1"),
    PolicyCase(.dropColumn, "ALTER TABLE $t DROP COLUMN a", after: "INSERT INTO $t VALUES (4, 400, 'w'); UPDATE $t SET big = 101 WHERE id = 1"),
    PolicyCase(.renameColumn, "ALTER TABLE $t RENAME COLUMN a TO renamed", after: insert + "UPDATE $t SET renamed = 11 WHERE id = 1"),
    PolicyCase(.changeType, "ALTER TABLE $t MODIFY a BIGINT NOT NULL", after: insert + "UPDATE $t SET a = 11 WHERE id = 1"),
    PolicyCase(.convertType, "ALTER TABLE $t MODIFY big INT", after: insert + "UPDATE $t SET big = 11 WHERE id = 1"),
    PolicyCase(
      .moveColumn, "ALTER TABLE $t MODIFY b VARCHAR(20) FIRST", after: "INSERT INTO $t VALUES ('w', 4, 40, 400); UPDATE $t SET b = 'u' WHERE id = 1"),
    PolicyCase(.comment, "ALTER TABLE $t COMMENT = 'new 订单'", after: insert + "DELETE FROM $t WHERE id = 1"),
    PolicyCase(
      .primaryKey, "ALTER TABLE $t DROP PRIMARY KEY, ADD PRIMARY KEY (a, id)",
      after: insert + "UPDATE $t SET big = 11 WHERE id = 1; DELETE FROM $t WHERE id = 2"),
    PolicyCase(.renameTable, "RENAME TABLE $t TO another", after: "INSERT INTO another VALUES (4, 40, 400, 'w')"),
    PolicyCase(.truncateTable, "TRUNCATE TABLE $t", after: insert + "INSERT INTO $t VALUES (1, 11, 101, 'v')"),
    PolicyCase(.dropTable, "DROP TABLE $t", after: "SELECT 1"),
    PolicyCase(
      .replaceRows,
      before: "CREATE TABLE $t \(columns) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (2), PARTITION p1 VALUES LESS THAN MAXVALUE);",
      "ALTER TABLE $t DROP PARTITION p0", after: insert),
  ]

  /// The lake is as the source is.
  func expectApplied(_ job: FollowingJob) throws {
    let copy = job.lake.table(job.database, table)
    switch kind {
    case .createTable: try job.expectEqual("made")
    case .renameTable: try job.expectEqual("another")
    case .dropTable: #expect(!copy.exists)
    default: try job.expectEqual(table)
    }
    switch kind {
    case .comment: #expect(try copy.schema()["comment"]?.text == "new 订单")
    case .moveColumn: #expect(try copy.columnNames() == ["b", "id", "a", "big"])
    case .primaryKey: #expect(try copy.primaryKey() == ["a", "id"])
    default: return
    }
  }

  /// The target is as it was, and rows go on as far as they fit.
  func expectIgnored(_ job: FollowingJob) throws {
    let copy = job.lake.table(job.database, table)
    switch kind {
    case .createTable: #expect(!job.lake.table(job.database, "made").exists)
    case .addColumn: try job.expectEqual(table, columns: ["id", "a", "big", "b"])
    case .dropColumn:
      let rows = try copy.rows(columns: ["id", "a", "big"], keys: ["id"]).rows
      #expect(rows == [[1, nil, 101], [2, 20, 200], [3, 30, 300], [4, nil, 400]])
    case .renameColumn: try job.expectEqual(table, rename: ["renamed": "a"])
    case .changeType, .convertType, .moveColumn: try job.expectEqual(table)
    case .comment:
      #expect(try copy.schema()["comment"]?.text == "old")
      try job.expectEqual(table)
    case .primaryKey:
      #expect(try copy.primaryKey() == ["id"])
      try job.expectEqual(table)
    case .renameTable:
      #expect(!job.lake.table(job.database, "another").exists)
      #expect(try copy.count() == 3)
    case .truncateTable: #expect(try copy.rows(columns: ["id", "a"], keys: ["id"]).rows == [[1, 11], [2, 20], [3, 30], [4, 40]])
    case .dropTable: #expect(try copy.count() == 3)
    case .replaceRows: #expect(try copy.rows(columns: ["id"], keys: ["id"]).rows == [[1], [2], [3], [4]])
    }
    #expect(try copy.columnNames() == ["id", "a", "big", "b"], "\(kind)")
  }
}
