import SluiceCore
import SluiceTransforms
import TestKit
import Testing

/// What a plan says of the nodes of several tables: names, faults, keys.
@Suite struct NodePlanTests {
  private typealias Columns = [(name: String, type: DataType)]

  private static func table(_ name: String, _ columns: Columns, key: [String] = ["id"]) -> TableDefinition {
    let all = [(name: "id", type: DataType.int64)] + columns
    return TableDefinition(
      id: TableID(database: "shop", name: name),
      columns: all.map { NodeChain.column($0.name, $0.type, isNullable: !key.contains($0.name) && $0.name != "code") }, primaryKey: key)
  }

  /// `rules` are nodes by patterns; `routes` as a spec has them.
  private func plan(_ rules: [(String, SpecValue)], routes: SpecValue = [], _ tables: [TableDefinition]) throws -> [TablePlan] {
    let transforms = SpecValue.array(rules.map { ["table": .string($0.0), "nodes": $0.1] })
    let spec = try NodeChain.spec(["transforms": transforms, "routes": routes], environment: ["KEY": "k"])
    return try JobPlanner(spec.target, shaping: Shaping(routes: spec.routes, rules: spec.transforms)).plan(tables)
  }

  /// The lines of the error, without its headline.
  private func issues(_ rules: [(String, SpecValue)], routes: SpecValue = [], _ tables: [TableDefinition]) -> [String] {
    do {
      _ = try plan(rules, routes: routes, tables)
      return []
    } catch let error as SluiceError {
      return error.message.split(separator: "\n").map { String($0.drop { $0 == " " }) }.filter { !$0.hasSuffix("things are wrong:") }
    } catch {
      return ["\(error)"]
    }
  }

  private let code: Columns = [("code", .string)]

  @Test func `A column that a node makes is known whatever other tables have`() {
    let nodes: SpecValue = [["parseJson": ["column": "doc", "fields": [["path": "$.code"]]]], ["mask": ["columns": ["code"]]]]
    let tables = [Self.table("ex", [("doc", .json)]), Self.table("rk", code)]
    #expect(issues([("shop.ex", nodes)], tables) == [])
    // What another table's node makes is not this table's.
    let other: SpecValue = [["mask": ["columns": ["made"]]]]
    let making: SpecValue = [["addColumns": ["columns": [["name": "made", "value": "x"]]]]]
    #expect(
      issues([("shop.ex", making), ("shop.rk", other)], tables) == ["$.transforms[1].nodes[0].mask: shop.rk has no column \"made\""])
  }

  @Test(
    arguments: [
      ["mask": ["columns": ["CODE"]]], ["drop": ["columns": ["Code"]]], ["filter": ["where": "CODE = 'in'"]],
      ["select": ["columns": ["ID", "cODE"]]],
      ["rename": ["columns": ["CODE": "x"]]], ["cast": ["columns": ["CODE": "binary"]]], ["default": ["columns": ["CODE": "x"]]],
      ["trim": ["columns": ["CODE"]]], ["replace": ["columns": ["CODE"], "rules": [["find": "x"]]]],
      ["addColumns": ["columns": [["name": "n", "expression": "upper(CODE)"]]]],
    ] as [SpecValue])
  func `Columns are named in any case`(node: SpecValue) {
    #expect(issues([("shop.*", [node])], [Self.table("t", code)]) == [])
  }

  @Test func `A name that no table has is a slip`() {
    let tables = [Self.table("a", code), Self.table("b", [("cold", .string)])]
    #expect(
      issues([("shop.*", [["mask": ["columns": ["CODA", "COLD", "zebra"]]]])], tables) == [
        "$.transforms[0].nodes[0].mask: none of the 2 tables has a column \"CODA\"; did you mean \"code\"?",
        "$.transforms[0].nodes[0].mask: none of the 2 tables has a column \"zebra\"",
      ])
  }

  @Test func `All faults of a table are told at once, each once, with the place in an expression`() {
    let nodes: SpecValue = [
      ["filter": ["where": "code = 'a' AND\n  nosuch > 1"]], ["cast": ["columns": ["n": "date"]]], ["mask": ["columns": ["id"]]],
      ["addColumns": ["columns": [["name": "total", "expression": "n + lenght(code)"]]]], ["filter": ["where": "total > 5"]],
      ["drop": ["columns": ["id"]]], ["addColumns": ["columns": [["name": "CODE", "value": "x"]]]],
    ]
    let routes: SpecValue = [["from": "shop.t", "to": "ods.a", "fanOut": true], ["from": "shop.*", "to": "ods.b"]]
    #expect(
      issues([("shop.*", nodes)], routes: routes, [Self.table("t", code + [("n", .float64)])]) == [
        "$.transforms[0].nodes[0].filter.where: shop.t: line 2, column 3: there is no column \"nosuch\"",
        "$.transforms[0].nodes[1].cast: shop.t: column n: float64 cannot be cast to date",
        "$.transforms[0].nodes[2].mask: shop.t: column id: it is part of the key, and rows whose keys differ may get equal ones by this method",
        "$.transforms[0].nodes[3].addColumns.columns[0].expression: shop.t: line 1, column 5: there is no function \"lenght\"; did you mean \"length\"?",
        "$.transforms[0].nodes[5].drop: shop.t: column id: the key column \"id\" would be gone",
        "$.transforms[0].nodes[6].addColumns: shop.t: column CODE: two columns would have the name \"CODE\"; names that differ only in their case are one: there is \"code\"",
      ])
  }

  @Test func `The key that a route names is the one that nodes must keep`() throws {
    let routes: SpecValue = [["from": "shop.*", "key": ["CODE"]]]
    let table = Self.table("t", code + [("x", .string)])
    #expect(try plan([("shop.*", [["select": ["columns": ["code"]]]])], routes: routes, [table]).first?.target.primaryKey == ["code"])
    // The source's key is an ordinary column then.
    #expect(issues([("shop.*", [["mask": ["columns": ["id"]]], ["drop": ["columns": ["id"]]]])], routes: routes, [table]) == [])
    #expect(
      issues([("shop.*", [["drop": ["columns": ["code"]]]])], routes: routes, [table]) == [
        "$.routes[0].key: shop.t: column CODE: the key names a column that the table does not have"
      ])
    #expect(issues([("shop.*", [["drop": ["columns": ["id"]]]])], routes: [["from": "shop.*", "addShardColumns": true]], [table]).count == 1)
  }

  @Test(
    arguments: [
      ([["mask": ["columns": ["code"]]]], "code"), ([["mask": ["columns": ["c*"], "method": "full"]], ["rename": ["columns": ["code": "k"]]]], "k"),
      (
        [
          ["rename": ["columns": ["code": "a"]]], ["rename": ["prefix": "s_"]], ["mask": ["columns": ["s_a"], "keepLast": 2]],
          ["rename": ["columns": ["s_a": "k"]]], ["drop": ["columns": ["s_id"]]],
        ], "k"
      ),
    ] as [(SpecValue, String)])
  func `A mask that makes values alike is refused for what becomes the key`(nodes: SpecValue, key: String) {
    let routes: SpecValue = [["from": "shop.*", "key": [.string(key)]]]
    let told = issues([("shop.*", nodes)], routes: routes, [Self.table("t", code)])
    #expect(told.count == 1 && told[0].contains(".mask: shop.t: column ") && told[0].contains("it is part of the key"), "\(told)")
  }

  @Test(
    arguments: [
      (["mask": ["columns": ["code"], "method": "hmac", "key": ["env": "KEY"]]], false), (["cast": ["columns": ["code": "int"]]], true),
      (["trim": [:]], true), (["replace": ["columns": ["code"], "rules": [["find": "x"]]]], true), (["cast": ["columns": ["code": "text"]]], false),
      (["cast": ["columns": ["id": "int"]]], false), (["default": ["columns": ["x": "0"]]], false),
    ] as [(SpecValue, Bool)])
  func `A plan says where rows may get one key on their way`(node: SpecValue, isRisky: Bool) throws {
    let nodes: SpecValue = [node, ["rename": ["columns": ["code": "k"]]]]
    let plans = try plan([("shop.*", nodes)], routes: [["from": "shop.*", "key": ["k"]]], [Self.table("t", code + [("x", .string)])])
    let column = try #require(plans.first?.rows.columns.first { $0.name == "k" })
    #expect((column.note?.contains("take each other's place") ?? false) == isRisky, "\(column)")
  }

  @Test func `A delete whose value of the target's key cannot be made is a failure`() throws {
    let spec = try NodeChain.spec([
      "transforms": [["table": "shop.*", "nodes": [["cast": ["columns": ["code": "int"]]]]]], "routes": [["from": "shop.*", "key": ["code"]]],
    ])
    let table = Self.table("t", code)
    let shaping = Shaping(routes: spec.routes, rules: spec.transforms)
    let chain = try shaping.chain(of: table, on: try #require(shaping.ways(of: table.id).first))
    let rows = try VectorValue.batch(table.columns, [[1, "7"], [2, "x"]])
    var failed: [Int] = []
    let left = try chain.apply(ChangeBatch(table: table.id, schemaVersion: 0, rows: rows, kinds: .each([3, 3]))) { _, failures, _ in
      failed += failures.map(\.row)
    }
    #expect(failed == [1] && left.rowCount == 1)
  }
}
