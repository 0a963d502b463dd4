import Foundation
import SluiceCore
import TestKit

/// Orders in three shards over two databases, which a job merges into `ods.orders`.
struct ShardedDatabase {
  struct Shard: Sendable {
    let database: TestDatabase
    let table: String
  }

  let first: TestDatabase
  let shards: [Shard]
  let job: FollowingJob

  /// Shards have equal keys where `changes` says nothing else of the route.
  init(on product: DatabaseServer.Product = .mariadb, route: SpecValue = ["addShardColumns": true], _ changes: SpecValue = [:]) throws {
    first = try TestDatabase(on: product, prefix: "shop")
    let second = try TestDatabase(on: product, prefix: "shop")
    shards = [Shard(database: first, table: "orders_1"), Shard(database: first, table: "orders_2"), Shard(database: second, table: "orders_3")]
    let pattern = "/(\(first.name)|\(second.name))\\.orders_[0-9]+/"
    let base: SpecValue = [
      "source": ["tables": .array([.string(pattern), .string("\(first.name)._marks")])],
      "routes": .array([SpecValue(["from": .string(pattern), "to": "ods.orders"]).merging(route)]),
      "sink": ["table": ["bucket": 2]],
    ]
    for (number, shard) in shards.enumerated() {
      // The types differ a little from shard to shard, as they do in the field.
      let quantity = ["INT", "BIGINT", "SMALLINT NOT NULL"][number]
      try shard.database.execute(
        """
        CREATE TABLE \(shard.table) (id INT PRIMARY KEY, name VARCHAR(40), quantity \(quantity));
        INSERT INTO \(shard.table) SELECT seq, CONCAT('n', seq), seq % 100 FROM (\(Self.numbers(200))) numbers;
        """)
    }
    job = try FollowingJob(from: first, FollowingJob.applyingAll.merging(base).merging(changes))
  }

  /// A table of the numbers from 1 to `count`, on any server.
  private static func numbers(_ count: Int) -> String {
    (1...count).map { "SELECT \($0)\($0 == 1 ? " AS seq" : "")" }.joined(separator: " UNION ALL ")
  }

  /// Whether the lake holds just the rows of all shards: `columns` besides the shard's own, which all shards have.
  func compare(_ columns: [String], withShardColumns: Bool = true) throws -> ForeignTable.Comparison {
    let union = try TestDatabase(on: first.server, prefix: "union")
    let parts = (try present()).map { shard in
      let own = withShardColumns ? "'\(shard.database.name)' AS shard_database, '\(shard.table)' AS shard_table, " : ""
      let list = columns.map { $0.replacing("shard_table", with: "'\(shard.table)'") }.joined(separator: ", ")
      return "SELECT \(own)\(list) FROM `\(shard.database.name)`.\(shard.table)"
    }
    try union.execute("CREATE TABLE orders AS " + parts.joined(separator: " UNION ALL "))
    let keys = (withShardColumns ? ["shard_database", "shard_table"] : []) + ["id"]
    return try job.lake.table("ods", "orders").compare(with: "orders", in: union, keys: keys)
  }

  /// The shards that are there now, later ones included.
  private func present() throws -> [Shard] {
    let databases = [first] + shards.map(\.database).filter { $0.name != first.name }
    return try databases.flatMap { database in
      try database.tables().filter { $0.hasPrefix("orders_") }.map { Shard(database: database, table: $0) }
    }
  }
}

extension DatabaseServer {
  /// Statements of several databases in one go.
  func executeAll(_ parts: [(TestDatabase, String)]) throws {
    try execute(parts.map { "USE `\($0.0.name)`;\n\($0.1)" }.joined(separator: "\n"))
  }
}
