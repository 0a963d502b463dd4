import SluiceCore
import Testing

private enum NoSource: SourcePlugin {
  static let id = "mysql"
  static let title = "MySQL"
  static let capabilities: Set<SourceCapability> = [.snapshot, .stream]
  static let options: [OptionDefinition] = [
    .init("user", .string, required: true, help: "User."), .init("password", .secret, help: "Password."),
  ]
  static func make(_ options: OptionValues) throws -> any Source { throw SluiceError(.defect, "never made") }
}

private enum NoLake: LakePlugin {
  static let id = "paimon"
  static let title = "Paimon"
  static let options: [OptionDefinition] = [
    .init("warehouse", .string, required: true, help: "Folder."),
    .init("table", .object([.init("bucket", .integer(1...8), help: "Own."), .init("compression", .string, help: "Own.")]), help: "Own."),
  ]
  static func make(_ options: OptionValues, stores: StoreRegistry) throws -> any LakeFormat { throw SluiceError(.defect, "never made") }
}

private let plugins = JobSpec.Plugins(sources: [NoSource.self], lakes: [NoLake.self])

private func read(_ more: String = "", source: String = "", sink: String = "", sinkOnly: Bool = false) throws -> JobSpec {
  let json = """
    {"source": {"type": "mysql", "user": "me", "tables": ["shop.*"]\(source)}, "sink": {"type": "paimon", "warehouse": "w"\(sink)}\(more)}
    """
  return try JobSpec.read(
    JSONReader.read(json), plugins: plugins, origin: .init(file: "f/shop.json", job: "shop", folder: "/f"),
    secrets: .init(environment: { _ in nil }, file: { _ in nil }), sinkOnly: sinkOnly)
}

private func message(_ body: () throws -> JobSpec) -> String {
  let error = #expect(throws: SluiceError.self) { try body() }
  return error?.message ?? ""
}

private let table = TableDefinition(
  id: TableID(database: "shop", name: "orders"),
  columns: [
    .init(name: "id", type: .int64, nativeType: "bigint", isNullable: false), .init(name: "day", type: .date, nativeType: "date", isNullable: true),
    .init(name: "note", type: .string, nativeType: "text", isNullable: true),
  ],
  primaryKey: ["id", "day"])

@Suite struct OptionsJobSpecTests {
  @Test func `A short spec gets its name, state and settings by default`() throws {
    let spec = try read()
    #expect(spec.job == "shop")
    #expect(spec.settings == JobSettings(state: "/f/.sluice/shop"))
    #expect(spec.tables == TableSelection(include: ["shop.*"]))
  }

  @Test(
    arguments: [
      ("", JobSpec.Startup.initial), (#", "startup": "snapshot""#, .snapshot), (#", "startup": "latest""#, .stream(.latest)),
      (#", "startup": "earliest""#, .stream(.earliest)),
      (#", "startup": "timestamp", "startAt": "1970-01-01T00:01:00Z""#, .stream(.timestamp(60_000_000))),
      (#", "startup": "position", "startAt": "binlog.000003:1234""#, .stream(.place("binlog.000003:1234"))),
    ])
  func `A job begins where its spec says`(source: String, startup: JobSpec.Startup) throws {
    #expect(try read(source: source).startup == startup)
  }

  @Test func `The first rule that says something of a kind of schema change counts, then the general one, then the default`() throws {
    let policy = try read(
      #", "schemaChanges": {"dropColumn": "apply", "tables": [{"table": "shop.log_*", "dropTable": "apply"}, {"table": "shop.*", "dropTable": "error"}]}"#
    ).schemaPolicy
    let (log, orders) = (TableID(database: "shop", name: "log_1"), table.id)
    #expect(policy.action(on: .dropTable, of: log) == .apply)
    #expect(policy.action(on: .dropTable, of: orders) == .error)
    #expect(policy.action(on: .dropColumn, of: log) == .apply)
    #expect(policy.action(on: .truncateTable, of: orders) == SchemaPolicy.standard(.truncateTable))
  }

  @Test func `Settings are taken over`() throws {
    let settings = try read(
      #", "job": "j", "state": "/s", "settings": {"readers": 5, "checkpointInterval": "2s", "memory": "64MiB", "retry": 7}"#,
      sink: #", "table": {"targetFileSize": "1MiB"}"#
    ).settings
    #expect(settings.readers == 5)
    #expect(settings.checkpointSeconds == 2)
    #expect(settings.memory == 64 << 20)
    #expect(settings.retrySeconds == 7)
    #expect(settings.targetFileSize == 1 << 20)
    #expect(settings.state == "/s")
  }

  @Test(
    arguments: [
      ("{}", 0, nil), (#"{"rows": 5}"#, 5, nil), (#"{"percentage": 1}"#, nil, 1), (#"{"rows": 5, "percentage": 1}"#, 5, 1),
    ] as [(String, Int?, Double?)])
  func `A share alone lifts the limit in rows`(json: String, rows: Int?, percentage: Double?) throws {
    #expect(try read(#", "settings": {"errorLimit": \#(json)}"#).settings.errorLimit == .init(rows: rows, percentage: percentage))
  }

  @Test(arguments: [
    (
      #", "startup": "stream""#, "",
      "$.source.startup: found \"stream\", allowed is one of \"initial\", \"snapshot\", \"latest\", \"earliest\", \"timestamp\", \"position\""
    ),
    (#", "startup": "timestamp""#, "", "$.source.startAt: missing; startup \"timestamp\" needs it"),
    (#", "startup": "timestamp", "startAt": "noon""#, "", "$.source.startAt: found \"noon\", allowed is a time such as \"2026-01-31T12:00:00Z\""),
    (
      #", "startAt": "binlog.000001:4""#, "",
      "$.source.startAt: has no meaning with startup \"initial\", allowed with \"timestamp\" and \"position\""
    ),
    (#", "exclude": ["orders"]"#, "", "$.source.exclude[0]: \"orders\" is no table pattern"),
    ("", #", "job": "a b""#, "$.job: found \"a b\""), ("", #", "sinks": {}"#, "$.sinks: unknown key; did you mean \"sink\"?"),
    ("", #", "settings": {"memory": "1MiB"}"#, "$.settings.memory: too small"),
  ])
  func `What is wrong is named with its place`(source: String, more: String, expected: String) {
    #expect(message { try read(more, source: source) }.hasPrefix(expected))
  }

  @Test func `A part that is missing or of an unknown type is told with the types there are`() {
    let text = message {
      try JobSpec.read(
        JSONReader.read(#"{"source": {"type": "mysqll"}}"#), plugins: plugins, origin: .init(file: "f", job: "f", folder: "/"), secrets: .none)
    }
    #expect(text.contains(#"$.source.type: found "mysqll", allowed is "mysql"; did you mean "mysql"?"#))
    #expect(text.contains(#"$.sink: missing; it must hold an object with type "paimon""#))
  }

  @Test func `Secrets of the source are not looked up for commands that only read the sink`() throws {
    let secret = #", "password": {"env": "NOWHERE"}"#
    #expect(message { try read(source: secret) }.contains("NOWHERE is not set"))
    _ = try read(source: secret, sinkOnly: true)
  }

  @Test func `The plug-in's word counts where both define an option, and objects have the members of both`() throws {
    #expect(message { try read(sink: #", "table": {"bucket": 9}"#) } == "$.sink.table.bucket: found 9, allowed is an integer from 1 to 8")
    let spec = try read(sink: #", "table": {"compression": "zstd", "partitionBy": ["day"]}"#)
    #expect(spec.sinkOptions.object("table")?.string("compression") == "zstd")
    #expect(spec.target.table.partitionBy == ["day"])
  }

  @Test func `A target has the source's name, key and columns, and key columns hold no null`() throws {
    let plan = try JobPlanner(read().target).plan([table])
    #expect(plan.count == 1)
    #expect(plan.first?.target.id == table.id)
    #expect(plan.first?.target.primaryKey == ["id", "day"])
    #expect(plan.first?.target.columns.map(\.isNullable) == [false, false, true])
  }

  @Test func `The first layout that matches counts, and the general one fills in`() throws {
    let rules =
      #", "table": {"bucket": 2, "options": {"a": 1, "b": 1}}, "tables": [{"table": "shop.o*", "partitionBy": ["day"], "options": {"b": 2}}, "#
    let target = try JobPlanner(read(sink: rules + #"{"table": "shop.*", "bucket": 7}]"#).target).plan([table]).first?.target
    #expect(target?.buckets == 2)
    #expect(target?.partitionKeys == ["day"])
    #expect(target?.options == ["a": "1", "b": "2"])
  }

  @Test func `Layouts that fit no table are refused together`() throws {
    let rules = try read(sink: #", "table": {"partitionBy": ["note", "dya"]}, "tables": [{"table": "shop.order"}]"#).target
    let error = #expect(throws: SluiceError.self) { try JobPlanner(rules).plan([table]) }
    #expect(error?.message.contains(#"$.sink.tables[0].table: matches none of the tables that are copied; did you mean "shop.orders"?"#) == true)
    #expect(error?.message.contains(#""note" is not in the primary key of shop.orders: id, day"#) == true)
    #expect(error?.message.contains(#"shop.orders has no column "dya"; did you mean "day"?"#) == true)
  }

  @Test func `Two tables never share a target`() throws {
    let other = TableDefinition(id: TableID(database: "old", name: "orders"), columns: table.columns, primaryKey: ["id"])
    let rules = try read(sink: #", "database": "all""#).target
    let error = #expect(throws: SluiceError.self) { try JobPlanner(rules).plan([other, table]) }
    #expect(error?.message == "$.sink.database: old.orders and shop.orders would both go to all.orders")
  }

  @Test func `Schema and reference know every option`() throws {
    let schema = JobSpec.schema(plugins)
    #expect(schema["$schema"] == .string("https://json-schema.org/draft/2020-12/schema"))
    #expect(schema["additionalProperties"] == .boolean(false))
    #expect(schema["required"] == .array([.string("source"), .string("sink")]))
    let sink = schema["properties"]?["sink"]?["properties"]
    #expect(sink?["type"]?["const"] == .string("paimon"))
    #expect(sink?["table"]?["properties"]?["bucket"]?["maximum"] == .integer(8))
    #expect(sink?["table"]?["properties"]?["partitionBy"] != nil)
    let page = JobSpec.reference(plugins)
    for name in ["`settings.errorLimit.percentage`", "`tables[].partitionBy`", "`table.compression`", "`password`", "`startup`"] {
      #expect(page.contains("| \(name) |"))
    }
  }
}
