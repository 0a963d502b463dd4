extension JobSpec {
  /// The keys of every spec beside `source` and `sink`.
  public static func options(_ plugins: Plugins) -> [OptionDefinition] {
    let shape = plugins.transforms.isEmpty ? routeOptions : routeOptions + [transformOption(plugins)]
    return options + shape
  }

  private static let options: [OptionDefinition] = [
    .init("$schema", .string, help: "The JSON Schema of this file, for editors; not looked at."),
    .init("job", .string, help: "The job's name: letters, digits, `_` and `-`. Without it, the file's name without its ending."),
    .init("settings", .object(settingOptions), help: "How the job runs."),
    .init(
      "schemaChanges", .object(schemaChangeOptions),
      help: "What becomes of schema changes at the source, by their kind. Every change is kept in the state folder's `schema-changes.jsonl`."),
    .init(
      "state", .string,
      help: "The folder with the job's checkpoints and dirty rows, relative to the spec's folder. Without it, `.sluice/<job>`."),
  ]

  /// The keys of every `source` beside `type` and those of its plug-in.
  public static let sourceOptions: [OptionDefinition] = [
    .init(
      "tables", .list(.string), required: true,
      help: "Tables to copy: `shop.orders`, globs such as `shop.*`, or regular expressions such as `/shop_[0-9]+\\.orders/`."),
    .init("exclude", .list(.string), default: .array([]), help: "Tables to leave out, in the same notation."),
    .init(
      "startup", .choice(["initial", "snapshot", "latest", "earliest", "timestamp", "position"]), default: .string("initial"),
      help: "Where to begin: `initial` copies what the tables hold and follows their changes; `snapshot` only copies; the others copy nothing and "
        + "follow the log from its head, its oldest part, or `startAt`."),
    .init(
      "startAt", .string,
      help: "With `startup: timestamp` the time in ISO 8601 (`2026-01-31T12:00:00Z`), with `startup: position` the place in the source's own words."),
    .init(
      "logGone", .choice(FollowPlan.LogGone.allCases.map(\.rawValue)), default: .string("stop"),
      help: "When the log has lost what must be read next, or is another server's: stop with an error, or copy all tables anew."),
    .init("speed", .object(speedOptions), help: "How fast rows of this source may move; the tighter of this and `settings.speed` counts."),
  ]

  /// The keys of every `sink` beside `type` and those of its plug-in.
  public static let sinkOptions: [OptionDefinition] = [
    .init("database", .string, help: "The database that all tables go to. Without it, each goes to the database it comes from."),
    .init(
      "table",
      .object(
        layoutOptions + [.init("targetFileSize", .byteSize, default: .string("128MiB"), help: "Size at which a data file is closed.")]),
      help: "How target tables are laid out."),
    .init(
      "tables",
      .list(.object([.init("table", .string, required: true, help: "The source tables that this is for, as in `source.tables`.")] + layoutOptions)),
      default: .array([]), help: "Layouts of single tables; the first that matches counts, and goes before `sink.table`."),
  ]

  /// All keys of a `source` of that kind beside `type`.
  static func options(of plugin: any SourcePlugin.Type) -> [OptionDefinition] {
    OptionDefinition.merge(sourceOptions, with: plugin.options)
  }

  /// All keys of a `sink` of that kind beside `type`.
  static func options(of plugin: any LakePlugin.Type) -> [OptionDefinition] {
    OptionDefinition.merge(sinkOptions, with: plugin.options)
  }

  private static let layoutOptions: [OptionDefinition] = [
    .init("bucket", .integer(1...32_768), help: "Fixed number of buckets. Without it, chosen by the table's size."),
    .init("partitionBy", .list(.string), default: .array([]), help: "Partition columns; they must be part of the primary key when there is one."),
    .init("options", .stringMap, default: .object([]), help: "Table options of the lake format, passed through."),
  ]

  private static let settingOptions: [OptionDefinition] =
    [
      .init("readers", .integer(1...64), default: .integer(2), help: "Connections that read at the same time."),
      .init("lanes", .integer(1...64), default: .integer(2), help: "Writer threads."),
      .init(
        "checkpointInterval", .duration, default: .string("10s"),
        help: "Time between checkpoints: how long a change may wait before readers see it; at least 100ms."),
      .init("memory", .byteSize, default: .string("128MiB"), help: "Memory that queues and writers may hold together; at least 8MiB."),
      .init("retry", .duration, default: .string("5m"), help: "How long a lost source is tried again before the run ends."),
      .init(
        "errorLimit", .object(errorLimitOptions), help: "How many rows that cannot be carried over a run survives; they are kept in the state folder."
      ),
    ] + flowOptions

  private static let schemaChangeOptions: [OptionDefinition] =
    schemaKindOptions(withDefaults: true) + [
      .init(
        "tables",
        .list(
          .object(
            [.init("table", .string, required: true, help: "The source tables that this is for, as in `source.tables`.")]
              + schemaKindOptions(withDefaults: false))),
        default: .array([]), help: "Rules of single tables; the first that matches and says something of the kind counts.")
    ]

  private static func schemaKindOptions(withDefaults: Bool) -> [OptionDefinition] {
    SchemaPolicy.Kind.allCases.map { kind in
      OptionDefinition(
        kind.rawValue, .choice(SchemaPolicy.Action.allCases.map(\.rawValue)),
        default: withDefaults ? .string(SchemaPolicy.standard(kind).rawValue) : nil, help: SchemaPolicy.help(kind))
    }
  }
}
