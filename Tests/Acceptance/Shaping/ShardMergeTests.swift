import Foundation
import SluiceCore
import TestKit
import Testing

/// Shards that share a target: the lake is the union of them, whatever they go through.
@Suite struct ShardMergeTests {
  @Test(
    "Shards that change their definitions one after the other under load end as their union in the lake", arguments: DatabaseServer.Product.allCases)
  func definitions(_ product: DatabaseServer.Product) throws {
    let sharded = try ShardedDatabase(on: product)
    let process = try sharded.job.start()
    let busy = Self.load(sharded, seed: SeededRandom.processSeed, rounds: Self.statements.count)
    try busy.wait()
    try sharded.job.waitUntilCaughtUp(process)
    try sharded.job.stop(process)
    try sharded.job.expectAligned()
    let comparison = try sharded.compare(["id", "title", "quantity", "price", "paid", "note"])
    #expect(comparison.isEqual, "seed \(SeededRandom.processSeed): \(comparison)")
    #expect(try sharded.job.lake.table("ods", "orders").primaryKey() == ["shard_database", "shard_table", "id"])
  }

  private static let points = [
    "after-evolve", "after-evolve:4", "after-schema-change:3", "after-checkpoint:3", "after-commit:5", "after-consolidation",
  ]

  @Test("A job that merges shards and is killed while they change ends as their union", arguments: points)
  func crash(_ point: String) throws {
    let sharded = try ShardedDatabase()
    if point != "after-consolidation" { try sharded.job.expectAligned() }
    let busy = Self.load(sharded, seed: SeededRandom.processSeed, rounds: Self.statements.count)
    for place in [point, "before-checkpoint"] {
      let process = try sharded.job.start(environment: ["SLUICE_CRASH_AT": place])
      let outcome = try process.wait(within: .seconds(120))
      try #require(outcome.end == .signal(SIGKILL), "\(place): \(outcome)")
    }
    try busy.wait()
    try sharded.job.expectAligned()
    let comparison = try sharded.compare(["id", "title", "quantity", "price", "paid", "note"])
    #expect(comparison.isEqual, "\(point), seed \(SeededRandom.processSeed): \(comparison)")
    let references = try sharded.job.lake.table("ods", "orders").references()
    #expect(references.isExact, "\(references)")
  }

  @Test("Shards that join, are emptied, copied anew and dropped leave the others' rows alone")
  func tableSet() throws {
    let sharded = try ShardedDatabase()
    let columns = ["id", "name", "quantity"]
    let process = try sharded.job.start()
    try sharded.job.waitUntilCaughtUp(process)
    #expect(try sharded.compare(columns).isEqual)
    try sharded.first.execute(
      """
      CREATE TABLE orders_9 (id INT PRIMARY KEY, name VARCHAR(40), quantity BIGINT); INSERT INTO orders_9 VALUES (1, 'nine', 9);
      TRUNCATE orders_1; INSERT INTO orders_1 VALUES (7, 'after', 7); UPDATE orders_2 SET name = 'changed' WHERE id < 9;
      """)
    try sharded.job.waitUntilCaughtUp(process)
    let second = try sharded.compare(columns)
    #expect(second.isEqual, "\(second)")
    _ = try sharded.job.job.command("resnapshot", ["\(sharded.first.name).orders_2"])
    try sharded.first.execute("INSERT INTO orders_9 VALUES (2, 'ten', 10); RENAME TABLE orders_9 TO orders_10")
    try sharded.job.waitUntilCaughtUp(process)
    try sharded.job.stop(process)
    try sharded.job.expectAligned()
    let third = try sharded.compare(columns)
    #expect(third.isEqual, "\(third)")
    let rows = try sharded.job.lake.table("ods", "orders").count()
    try sharded.first.execute("DROP TABLE orders_10")
    try sharded.job.expectAligned()
    // Rows of a shard that is gone stay: nothing that is in the lake gets lost.
    #expect(try sharded.job.lake.table("ods", "orders").count() == rows)
  }

  @Test("A shard that the spec selects later brings its history beside what is there")
  func laterShard() throws {
    let sharded = try ShardedDatabase(route: ["addShardColumns": true, "metadata": ["origin": "table"]], ["source": ["exclude": ["*.orders_3"]]])
    try sharded.job.expectAligned()
    try sharded.first.execute("UPDATE orders_1 SET name = 'x' WHERE id < 50; DELETE FROM orders_2 WHERE id > 150")
    try sharded.shards[2].database.execute("ALTER TABLE orders_3 ADD COLUMN extra INT, MODIFY quantity BIGINT")
    var spec = sharded.job.job.spec
    spec = spec.merging(["source": ["exclude": []]])
    try sharded.job.job.write(spec)
    try sharded.job.expectAligned()
    for table in ["orders_1", "orders_2"] { try sharded.first.execute("ALTER TABLE \(table) ADD COLUMN extra INT") }
    try sharded.job.expectAligned()
    let comparison = try sharded.compare(["id", "name", "quantity", "extra", "shard_table AS origin"])
    #expect(comparison.isEqual, "\(comparison)")
  }

  @Test("Disjoint keys need no columns of their own, and equal ones take each other's place")
  func keys() throws {
    let sharded = try ShardedDatabase(route: [:])
    try sharded.shards[1].database.execute("UPDATE orders_2 SET id = id + 1000")
    try sharded.shards[2].database.execute("UPDATE orders_3 SET id = id + 2000")
    try sharded.job.expectAligned()
    let comparison = try sharded.compare(["id", "name", "quantity"], withShardColumns: false)
    #expect(comparison.isEqual, "\(comparison)")
    try sharded.first.execute("INSERT INTO orders_1 VALUES (1001, 'takes the place', 1)")
    try sharded.job.expectAligned()
    #expect(try sharded.job.lake.table("ods", "orders").count() == 600)
  }

  /// Each is run on one shard after the other, with changes of all shards between.
  private static let statements = [
    "ADD COLUMN price DECIMAL(8,2)", "ADD COLUMN paid INT NOT NULL DEFAULT 7", "MODIFY quantity BIGINT NULL", "RENAME COLUMN name TO title",
    "MODIFY price DECIMAL(12,4)", "ADD COLUMN note VARCHAR(20) NOT NULL DEFAULT 'none' AFTER id", "ADD COLUMN gone INT", "DROP COLUMN gone",
  ]

  private static func load(_ sharded: ShardedDatabase, seed: UInt64, rounds: Int) -> BusyThread {
    let shards = sharded.shards
    return BusyThread {
      var random = SeededRandom(seed: seed)
      for statement in statements.prefix(rounds) {
        for shard in shards.shuffled(using: &random) {
          try shard.database.execute("ALTER TABLE \(shard.table) \(statement)")
          let parts = shards.map { ($0.database, changes($0, random: &random)) }
          try shard.database.server.executeAll(parts)
        }
      }
    }
  }

  /// Columns that every shard has at any time.
  private static func changes(_ shard: ShardedDatabase.Shard, random: inout SeededRandom) -> String {
    (0..<12).map { _ in
      let id = Int.random(in: 1...400, using: &random)
      return switch Int.random(in: 0..<10, using: &random) {
      case 0..<4: "INSERT IGNORE INTO \(shard.table) (id, quantity) VALUES (\(id), \(id % 50));"
      case 4..<7: "UPDATE \(shard.table) SET quantity = quantity + 1 WHERE id = \(id);"
      case 7: "UPDATE IGNORE \(shard.table) SET id = id + 400 WHERE id = \(id);"
      default: "DELETE FROM \(shard.table) WHERE id = \(id);"
      }
    }.joined(separator: "\n")
  }
}
