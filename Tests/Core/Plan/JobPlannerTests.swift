import Testing

@testable import SluiceCore

/// Plans of routes, without nodes.
@Suite struct JobPlannerTests {
  private static func table(_ name: String, _ columns: [ColumnDefinition], key: [String] = ["id"]) -> TableDefinition {
    TableDefinition(id: TableID(database: "shop", name: name), columns: columns, primaryKey: key)
  }

  private static func column(_ name: String, _ type: DataType, _ native: String) -> ColumnDefinition {
    ColumnDefinition(name: name, type: type, nativeType: native, isNullable: name.lowercased() != "id")
  }

  private static func route(_ number: Int, _ from: String, _ change: (inout Route) -> Void) throws -> Route {
    var route = Route(path: "$.routes[\(number)]", from: try TablePattern(from), to: try NameTemplate("ods.t", groups: 0))
    change(&route)
    return route
  }

  private func plan(_ routes: [Route], _ tables: [TableDefinition], refusal: @escaping @Sendable (TargetTable) -> String? = { _ in nil }) throws
    -> [TablePlan]
  {
    let rules = JobSpec.TargetRules(database: nil, table: .init(buckets: nil, partitionBy: [], options: [:]), overrides: [])
    return try JobPlanner(rules, shaping: Shaping(routes: RouteRules(routes)), refusal: refusal).plan(tables)
  }

  private func message(_ body: () throws -> Void) -> String {
    let error = #expect(throws: SluiceError.self) { try body() }
    return error?.message ?? ""
  }

  private let id = Self.column("id", .int32, "int(11)")
  private let amount = Self.column("Amount", .decimal(precision: 8, scale: 2), "decimal(8,2)")
  private let small = Self.column("small", .int8, "tinyint(4) unsigned")

  @Test(
    arguments: [
      (["AMOUNT": .decimal(precision: 18, scale: 4)], [:]), ([:], ["Decimal (8, 2)": .decimal(precision: 18, scale: 4)]),
      ([:], ["DECIMAL": .decimal(precision: 18, scale: 4)]),
      (["amount": .decimal(precision: 18, scale: 4)], ["decimal": .decimal(precision: 20, scale: 4)]),
    ] as [([String: DataType], [String: DataType])])
  func `Types are given by names in any case`(byColumn: [String: DataType], bySource: [String: DataType]) throws {
    let route = try Self.route(0, "shop.*") {
      $0.columnTypes = byColumn
      $0.sourceTypes = bySource
    }
    let target = try #require(try plan([route], [Self.table("a", [id, amount, small])]).first?.target)
    #expect(target.columns.map(\.type) == [.int32, .decimal(precision: 18, scale: 4), .int8])
  }

  @Test func `Types of columns and of source types that no table has are slips`() throws {
    let routes = [
      try Self.route(0, "shop.a") {
        $0.columnTypes = ["amuont": .string, "id": .int64]
        $0.sourceTypes = ["tinyin": .int32, "blob": .string]
      },
      try Self.route(1, "shop.*") { $0.columnTypes = ["nosuch": .string, "SMALL": .int32] },
    ]
    let text = message { _ = try plan(routes, [Self.table("a", [id, amount, small]), Self.table("b", [id]), Self.table("c", [id, small])]) }
    for line in [
      "$.routes[0].columnTypes.amuont: shop.a has no column \"amuont\"; did you mean \"Amount\"?",
      "$.routes[0].sourceTypes.tinyin: shop.a has no column of the type \"tinyin\"; did you mean \"tinyint\"?",
      "$.routes[0].sourceTypes.blob: shop.a has no column of the type \"blob\"",
      "$.routes[1].columnTypes.nosuch: none of the 2 tables has a column \"nosuch\"",
    ] { #expect(text.contains(line), "\(line) is not in \(text)") }
    #expect(text.hasPrefix("4 things"), "\(text)")
  }

  @Test func `Names that differ in case are one column of a shared target`() throws {
    let tables = [
      Self.table("a", [id, Self.column("Name", .string, "text"), small]),
      Self.table(
        "b", [Self.column("ID", .int64, "bigint"), Self.column("name", .string, "text"), Self.column("More", .int8, "tinyint")], key: ["ID"]),
    ]
    let plans = try plan([try Self.route(0, "shop.*") { _ in }], tables)
    let target = try #require(plans.first?.target)
    #expect(target.columns.map(\.name) == ["id", "Name", "More", "small"] && target.primaryKey == ["id"])
    #expect(target.columns[0].type == .int64)
    #expect(plans.map(\.target) == [target, target])
    #expect(plans[0].links == nil && plans[1].links == ["id": "ID", "Name": "name"])
    #expect(plans[1].targetColumn(of: "name") == "Name" && plans[1].fillsColumn("id") && !plans[1].fillsColumn("small"))
  }

  @Test func `Metadata under the name of a column in another case is a conflict`() throws {
    let route = try Self.route(0, "shop.*") { $0.metadata = [("ID", .operation)] }
    #expect(message { _ = try plan([route], [Self.table("a", [id])]) }.contains("two columns would have the name \"ID\""))
  }

  @Test func `Layouts that differ between the tables of a target are a conflict`() throws {
    let routes = [
      try Self.route(0, "shop.a") { $0.layout = .init(buckets: 4, partitionBy: [], options: ["same": "1", "file.format": "orc"]) },
      try Self.route(1, "shop.b") { $0.layout = .init(buckets: nil, partitionBy: [], options: ["same": "1", "more": "2"]) },
    ]
    let text = message { _ = try plan(routes, [Self.table("a", [id]), Self.table("b", [id])]) }
    for line in [
      "$.routes[1]: ods.t: shop.b would have as many buckets as the lake chooses, shop.a 4 buckets",
      "$.routes[1]: ods.t: the option \"file.format\" of shop.b is nothing, of shop.a \"orc\"",
      "$.routes[1]: ods.t: the option \"more\" of shop.b is \"2\", of shop.a nothing",
    ] { #expect(text.contains(line), "\(line) is not in \(text)") }
    #expect(text.hasPrefix("3 things"), "\(text)")
  }

  @Test func `What the lake refuses is told among the conflicts, of new targets only`() throws {
    let route = try Self.route(0, "shop.*") { _ in }
    let tables = [Self.table("a", [id])]
    let refusal: @Sendable (TargetTable) -> String? = { "no table of \($0.columns.count) columns" }
    #expect(message { _ = try plan([route], tables, refusal: refusal) } == "$.routes[0]: ods.t: no table of 1 columns")
    let rules = JobSpec.TargetRules(database: nil, table: .init(buckets: nil, partitionBy: [], options: [:]), overrides: [])
    let planner = JobPlanner(rules, shaping: Shaping(routes: RouteRules([route])), refusal: refusal)
    let known = try plan([route], tables)
    #expect(try planner.plan(tables, known: known) == known)
  }
}
