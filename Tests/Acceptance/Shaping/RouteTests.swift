import Foundation
import SluiceCore
import TestKit
import Testing

/// Where tables go, what targets are called, and what is added to rows on their way.
@Suite struct RouteTests {
  @Test("Names are made of groups, wildcards, prefixes and letter case, and a table may go to several targets")
  func names() throws {
    let database = try TestDatabase(on: .mariadb, prefix: "Shop")
    try database.execute(
      """
      CREATE TABLE Users_7 (id INT PRIMARY KEY, t TEXT); INSERT INTO Users_7 VALUES (1, 'u');
      CREATE TABLE items (id INT PRIMARY KEY); INSERT INTO items VALUES (1), (2); CREATE TABLE other (id INT PRIMARY KEY);
      """)
    let job = try FollowingJob(
      from: database,
      [
        "routes": [
          ["from": "/(?<base>\(database.name))\\.(Users)_([0-9]+)/", "to": "ods_$3.${2}_of_$1", "case": "lower", "fanOut": true],
          ["from": "*.Users_*", "to": "copies.users_$2", "suffix": "_v1"],
          ["from": "*.items", "to": "${table}", "prefix": "dim_"],
          ["from": "*._marks"],
        ], "unrouted": "drop",
      ])
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    try database.execute("INSERT INTO Users_7 VALUES (2, 'v'); DELETE FROM items WHERE id = 1; CREATE TABLE late (id INT PRIMARY KEY)")
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    let base = database.name.lowercased()
    for (folder, rows) in [("ods_7", "users_of_\(base)", 2), ("copies", "users_7_v1", 2), (database.name, "dim_items", 1)].map({
      (($0.0, $0.1), $0.2)
    }) {
      #expect(try job.lake.table(folder.0, folder.1).count() == rows, "\(folder)")
    }
    #expect(job.lake.tables().count == 4)
  }

  @Test("Names that look like templates, statements or paths are names and nothing else")
  func injection() throws {
    let database = try TestDatabase(on: .mariadb)
    let names = ["a b", "x'; DROP TABLE y; --", "%s{0}", "(group)", "[a-z]*", "q\"uote", "`tick`"]
    for name in names {
      let quoted = "`\(name.replacing("`", with: "``"))`"
      try database.execute("CREATE TABLE \(quoted) (id INT PRIMARY KEY, `c'ol; --` INT); INSERT INTO \(quoted) VALUES (1, 1)")
    }
    let job = try FollowingJob(from: database, ["routes": [["from": "/.*\\.(.*)/", "to": "ods.n_$1"]]])
    try job.expectAligned()
    for name in names { #expect(try job.lake.table("ods", "n_\(name)").count() == 1, "\(name)") }
    try database.execute("CREATE TABLE `../evil` (id INT PRIMARY KEY); CREATE TABLE `$1` (id INT PRIMARY KEY)")
    let outcome = try job.job.command("plan")
    #expect(outcome.exitCode == 2, "\(outcome)")
    #expect(outcome.errors.contains("ods.n_/evil, which cannot be the name of a table"), "\(outcome)")
    #expect(!FileManager.default.fileExists(atPath: job.lake.warehouse + "/evil"))
  }

  @Test("A plan tells all conflicts at once, each with its place")
  func conflicts() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      """
      CREATE TABLE a_1 (id INT PRIMARY KEY, v INT); CREATE TABLE a_2 (id INT, k INT, v INT, PRIMARY KEY (id, k)); CREATE TABLE a_3 (id INT);
      CREATE TABLE b_1 (id INT PRIMARY KEY, v DATE); CREATE TABLE b_2 (id INT PRIMARY KEY, v BLOB);
      CREATE TABLE c (id INT PRIMARY KEY, v VARCHAR(9)); CREATE TABLE C_ (id INT PRIMARY KEY);
      """)
    let job = try CopyJob(
      from: database,
      [
        "routes": [
          ["from": "*.a_*", "to": "ods.a"], ["from": "*.b_*", "to": "ods.b"], ["from": "*.c", "key": ["idd"], "columnTypes": ["v": "int64"]],
          ["from": "*.C_", "metadata": ["id": "operation"]], ["from": "*.nothing", "to": "ods.n"],
        ]
      ])
    let outcome = try job.command("plan")
    #expect(outcome.exitCode == 2, "\(outcome)")
    for part in [
      "$.routes[0]", "the key of \(database.name).a_2: (id, k), of the others: (id)", "\(database.name).a_3 has no key and cannot share ods.a",
      "$.routes[1]", "v is binary in \(database.name).b_2 and date in the others, and no type holds both", "$.routes[2]",
      "varchar(9) cannot become int64",
      "$.routes[3]", "two columns would have the name \"id\"", "$.routes[4].from", "matches none of the tables",
    ] { #expect(outcome.errors.contains(part), "\(part) is not in \(outcome)") }
  }

  @Test("Keys, types and metadata of a route show in the target, and changed keys move rows", arguments: DatabaseServer.Product.allCases)
  func layout(_ product: DatabaseServer.Product) throws {
    let database = try TestDatabase(on: product)
    try database.execute(
      """
      CREATE TABLE t (id INT PRIMARY KEY, code VARCHAR(9) NOT NULL, small TINYINT, amount DECIMAL(8,2));
      INSERT INTO t VALUES (1, 'a', 1, 1.5), (2, 'b', 2, 2.25), (3, 'c', 3, NULL);
      """)
    let job = try FollowingJob(
      from: database,
      [
        "routes": [
          [
            "from": "*.t", "to": "ods.t", "key": ["code"], "bucket": 3, "sourceTypes": ["tinyint": "int32"],
            "columnTypes": ["amount": "decimal(18,4)"],
            "metadata": ["op": "operation", "at": "commitTime", "where": "position", "in": "ingestionTime", "db": "database"],
          ]
        ]
      ])
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    try database.execute(
      "UPDATE t SET code = 'z' WHERE id = 1; UPDATE t SET small = 9 WHERE id = 2; DELETE FROM t WHERE id = 3; INSERT INTO t VALUES (4, 'd', 4, 4)")
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    let table = job.lake.table("ods", "t")
    #expect(try table.primaryKey() == ["code"])
    for reader in LakeFormatName.paimon.readers {
      let rows = try table.rows(by: reader, columns: ["code", "id", "small", "amount", "op", "db"], keys: ["code"])
      let text = rows.rows.map { $0.map { JSONText.compact($0).filter { $0 != "\"" } }.joined(separator: " ") }
      #expect(
        text == [
          "b 2 9 2.2500 update \(database.name)", "d 4 4 4.0000 insert \(database.name)", "z 1 1 1.5000 update \(database.name)",
        ], "\(reader): \(text)")
    }
    #expect(try table.rows(columns: ["at"]).values(of: "at").allSatisfy { $0 != .null })
    let types = try table.schema()["fields"]?.items.compactMap { $0["type"]?.text } ?? []
    #expect(types.contains("INT") && types.contains("DECIMAL(18, 4)"), "\(types)")
  }

  @Test("Shards whose names differ in case share columns, in the copy, in the stream and in statements")
  func letterCase() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      """
      CREATE TABLE s_1 (id INT PRIMARY KEY, Name VARCHAR(20)); INSERT INTO s_1 VALUES (1, 'one');
      CREATE TABLE s_2 (ID BIGINT PRIMARY KEY, name VARCHAR(20), only_2 INT); INSERT INTO s_2 VALUES (2, 'two', 22);
      """)
    let job = try FollowingJob(from: database, ["routes": [["from": "*.s_*", "to": "ods.s"]]])
    let process = try job.start()
    try job.waitUntilCaughtUp(process)
    try database.execute(
      """
      ALTER TABLE s_1 ADD COLUMN Extra INT; INSERT INTO s_1 VALUES (3, 'three', 33);
      ALTER TABLE s_2 ADD COLUMN EXTRA BIGINT; INSERT INTO s_2 VALUES (4, 'four', 44, 444); UPDATE s_2 SET name = 'zwei', EXTRA = 222 WHERE ID = 2;
      CREATE TABLE s_3 (Id INT PRIMARY KEY, NAME VARCHAR(30), extra INT); INSERT INTO s_3 VALUES (5, 'five', 555);
      """)
    try job.waitUntilCaughtUp(process)
    try job.stop(process)
    for reader in LakeFormatName.paimon.readers {
      let rows = try job.lake.table("ods", "s").rows(by: reader, columns: ["id", "Name", "only_2", "Extra"], keys: ["id"]).rows
      let text = rows.map { $0.map { JSONText.compact($0).filter { $0 != "\"" } }.joined(separator: " ") }
      #expect(text == ["1 one null null", "2 zwei 22 222", "3 three null 33", "4 four 44 444", "5 five null 555"], "\(reader): \(text)")
    }
    #expect(try job.lake.table("ods", "s").schema()["fields"]?.items.count == 4)
  }

  @Test("A route's key may be all that nodes leave, and a pattern that could run for ever is refused")
  func keysAndPatterns() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute(
      "CREATE TABLE rk (id INT PRIMARY KEY, code VARCHAR(9) NOT NULL); INSERT INTO rk VALUES (1, 'ab-1'), (2, 'ab-2'), (3, 'cd-3')")
    func job(_ nodes: SpecValue, from: String = "*.rk") throws -> CopyJob {
      try CopyJob(
        from: database,
        ["transforms": [["table": "*.rk", "nodes": nodes]], "routes": [["from": .string(from), "to": "ods.rk", "key": ["code"]]]])
    }
    let kept = try job([["select": ["columns": ["CODE"]]]])
    let outcome = try kept.run()
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(try kept.lake.table("ods", "rk").count() == 3)
    let masked = try job([["mask": ["columns": ["code"], "keepFirst": 2]], ["filter": ["where": "nosuch = 1"]]]).command("plan")
    #expect(masked.exitCode == 2 && masked.errors.contains("it is part of the key"), "\(masked)")
    #expect(masked.errors.contains("line 1, column 1: there is no column \"nosuch\""), "\(masked)")
    #expect(masked.errors.components(separatedBy: "nosuch").count == 2, "\(masked)")
    let noted = try job([["replace": ["columns": ["code"], "rules": [["find": "-"]]]]]).command("plan")
    #expect(noted.exitCode == 0 && noted.output.contains("take each other's place"), "\(noted)")
    let hostile = try job([], from: "/(?=.)((.*)*)*zzz/").command("plan")
    #expect(hostile.exitCode == 2 && hostile.errors.contains("a look ahead"), "\(hostile)")
  }

  @Test("A preview shows real rows at every stage, and the plan what they go through")
  func preview() throws {
    let database = try TestDatabase(on: .mariadb)
    try database.execute("CREATE TABLE t (id INT PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'one'), (2, NULL), (3, 'three')")
    let job = try CopyJob(from: database, ["routes": [["from": "*.t", "to": "ods.t", "addShardColumns": true]]])
    let outcome = try job.command("preview", ["--table", "\(database.name).t", "--rows", "2", "--json"])
    try #require(outcome.exitCode == 0, "\(outcome)")
    let target = try #require(try JSONReader.read(outcome.output)["targets"]?.items.first)
    #expect(target["target"]?.text == "ods.t")
    #expect(target["stages"]?.items.map { $0["node"]?.text } == [nil, "route"])
    let rows = target["rows"]?.items ?? []
    #expect(rows.count == 2 && rows.allSatisfy { $0["outcome"]?.text == "written" })
    #expect(rows.first?["values"]?.items.last?["shard_database"]?.text == database.name)
    #expect(rows.last?["values"]?.items.first?["v"] == .null)
    let text = try job.command("preview", ["--table", "\(database.name).t"])
    #expect(text.output.contains("shard_table") && text.output.contains("three"), "\(text)")
    let wrong = try job.command("preview", ["--table", "\(database.name).u"])
    #expect(wrong.exitCode == 4, "\(wrong)")
    let plan = try JSONReader.read(try job.command("plan", ["--json"]).output)
    #expect(plan["targets"]?.items.first?["sources"]?.items.compactMap(\.text) == ["\(database.name).t"])
    #expect(plan["tables"]?.items.first?["nodes"]?.items.compactMap(\.text) == ["route"])
  }
}
