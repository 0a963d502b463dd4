import SluiceCore
import TestKit
import Testing

/// One kind of schema change: a table of its own, the statement, rows that change afterwards, and what the lake holds when it is not applied.
struct PolicyCase: Sendable {
  let kind: SchemaPolicy.Kind
  let table: String
  let before: String
  let statement: String
  let after: String
  /// Judges a lake whose target stayed as it was.
  let ignored: @Sendable (PolicyCase, FollowingJob) throws -> Void

  private init(
    _ kind: SchemaPolicy.Kind, before: String? = nil, _ statement: String, after: String,
    ignored: @escaping @Sendable (PolicyCase, FollowingJob) throws -> Void
  ) {
    self.kind = kind
    table = "t_" + kind.rawValue.lowercased()
    let create = "CREATE TABLE \(table) (id INT PRIMARY KEY, a INT NOT NULL, big BIGINT, b VARCHAR(20)) COMMENT = 'old';"
    self.before =
      (before ?? create).replacing("$t", with: table) + "INSERT INTO \(table) VALUES (1, 10, 100, 'x'), (2, 20, 200, NULL), (3, 30, 300, 'z');"
    self.statement = statement.replacing("$t", with: table)
    self.after = after.replacing("$t", with: table)
    self.ignored = ignored
  }

  /// A table of every kind; one that is made or goes leaves its name to nobody else.
  static let all: [PolicyCase] = [
    PolicyCase(.createTable, "CREATE TABLE made (id INT PRIMARY KEY, t TEXT)", after: "INSERT INTO made VALUES (1, 'new')") {
      #expect(!$1.lake.table($1.database, "made").exists, "\($0.kind)")
    },
    PolicyCase(
      .addColumn, "ALTER TABLE $t ADD COLUMN added INT DEFAULT 5 AFTER a",
      after: "INSERT INTO $t VALUES (4, 40, 6, 400, 'w'); UPDATE $t SET a = 11, added = 7 WHERE id = 1"
    ) {
      #expect(try $1.lake.table($1.database, $0.table).columnNames() == ["id", "a", "big", "b"])
      try $1.expectEqual($0.table, columns: ["id", "a", "big", "b"])
    },
    PolicyCase(.dropColumn, "ALTER TABLE $t DROP COLUMN a", after: "INSERT INTO $t VALUES (4, 400, 'w'); UPDATE $t SET big = 101 WHERE id = 1") {
      let rows = try $1.lake.table($1.database, $0.table).rows(columns: ["id", "a", "big"], keys: ["id"])
      #expect(rows.rows == [[1, nil, 101], [2, 20, 200], [3, 30, 300], [4, nil, 400]])
    },
    PolicyCase(
      .renameColumn, "ALTER TABLE $t RENAME COLUMN a TO renamed",
      after: "INSERT INTO $t VALUES (4, 40, 400, 'w'); UPDATE $t SET renamed = 11 WHERE id = 1"
    ) {
      #expect(try $1.lake.table($1.database, $0.table).columnNames() == ["id", "a", "big", "b"])
      try $1.expectEqual($0.table, rename: ["renamed": "a"])
    },
    PolicyCase(
      .changeType, "ALTER TABLE $t MODIFY a BIGINT NOT NULL", after: "INSERT INTO $t VALUES (4, 40, 400, 'w'); UPDATE $t SET a = 11 WHERE id = 1"
    ) {
      try $1.expectEqual($0.table)
    },
    PolicyCase(.convertType, "ALTER TABLE $t MODIFY big INT", after: "INSERT INTO $t VALUES (4, 40, 400, 'w'); UPDATE $t SET big = 11 WHERE id = 1") {
      try $1.expectEqual($0.table)
    },
    PolicyCase(
      .moveColumn, "ALTER TABLE $t MODIFY b VARCHAR(20) FIRST", after: "INSERT INTO $t VALUES ('w', 4, 40, 400); UPDATE $t SET b = 'u' WHERE id = 1"
    ) {
      #expect(try $1.lake.table($1.database, $0.table).columnNames() == ["id", "a", "big", "b"])
      try $1.expectEqual($0.table)
    },
    PolicyCase(.comment, "ALTER TABLE $t COMMENT = 'new 订单'", after: "INSERT INTO $t VALUES (4, 40, 400, 'w'); DELETE FROM $t WHERE id = 1") {
      #expect(try $1.lake.table($1.database, $0.table).schema()["comment"]?.text == "old")
      try $1.expectEqual($0.table)
    },
    PolicyCase(
      .primaryKey, "ALTER TABLE $t DROP PRIMARY KEY, ADD PRIMARY KEY (a, id)",
      after: "INSERT INTO $t VALUES (4, 40, 400, 'w'); UPDATE $t SET big = 11 WHERE id = 1; DELETE FROM $t WHERE id = 2"
    ) {
      #expect(try $1.lake.table($1.database, $0.table).schema()["primary_keys"]?.items.compactMap(\.text) == ["id"])
      try $1.expectEqual($0.table)
    },
    PolicyCase(.renameTable, "RENAME TABLE $t TO another", after: "INSERT INTO another VALUES (4, 40, 400, 'w')") {
      #expect(!$1.lake.table($1.database, "another").exists)
      #expect(try $1.lake.table($1.database, $0.table).count() == 3)
    },
    PolicyCase(.truncateTable, "TRUNCATE TABLE $t", after: "INSERT INTO $t VALUES (4, 40, 400, 'w'), (1, 11, 101, 'v')") {
      let rows = try $1.lake.table($1.database, $0.table).rows(columns: ["id", "a"], keys: ["id"])
      #expect(rows.rows == [[1, 11], [2, 20], [3, 30], [4, 40]])
    },
    PolicyCase(.dropTable, "DROP TABLE $t", after: "SELECT 1") {
      #expect(try $1.lake.table($1.database, $0.table).count() == 3)
    },
    PolicyCase(
      .replaceRows,
      before: "CREATE TABLE $t (id INT PRIMARY KEY, a INT NOT NULL, big BIGINT, b VARCHAR(20)) PARTITION BY RANGE (id)"
        + " (PARTITION p0 VALUES LESS THAN (2), PARTITION p1 VALUES LESS THAN MAXVALUE);",
      "ALTER TABLE $t DROP PARTITION p0", after: "INSERT INTO $t VALUES (4, 40, 400, 'w')"
    ) {
      #expect(try $1.lake.table($1.database, $0.table).rows(columns: ["id"], keys: ["id"]).rows == [[1], [2], [3], [4]])
    },
  ]

  /// The lake is as the source is.
  func expectApplied(_ job: FollowingJob) throws {
    switch kind {
    case .createTable: try job.expectEqual("made")
    case .dropTable: #expect(!job.lake.table(job.database, table).exists)
    case .renameTable: try job.expectEqual("another")
    case .comment:
      #expect(try job.lake.table(job.database, table).schema()["comment"]?.text == "new 订单")
      try job.expectEqual(table)
    case .primaryKey:
      #expect(try job.lake.table(job.database, table).schema()["primary_keys"]?.items.compactMap(\.text) == ["a", "id"])
      try job.expectEqual(table)
    case .moveColumn:
      #expect(try job.lake.table(job.database, table).columnNames() == ["b", "id", "a", "big"])
      try job.expectEqual(table)
    default: try job.expectEqual(table)
    }
  }
}
