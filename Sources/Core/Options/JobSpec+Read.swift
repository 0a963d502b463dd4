extension JobSpec {
  /// Checks a whole spec. Throws one `spec-invalid` error that lists everything that is wrong.
  ///
  /// With `sinkOnly`, secrets of the source are not looked up: for commands that never connect to it.
  public static func read(_ value: SpecValue, plugins: Plugins, origin: Origin, secrets: SecretLookup, sinkOnly: Bool = false) throws -> JobSpec {
    var parser = OptionParser(secrets: secrets)
    guard case .object(let members) = value else {
      parser.report("$", "found \(value.found), allowed is an object with source and sink")
      try parser.finish(file: origin.file)
      throw SluiceError(.specInvalid, "no spec", at: .init(path: origin.file))
    }
    let definitions = options(plugins)
    let known = definitions.map(\.name)
    let top = parser.parse(.object(members.filter { known.contains($0.key) }), as: definitions)
    parser.reportUnknown(members.filter { !known.contains($0.key) }, names: known + ["source", "sink"], path: "$")
    let job = readJob(top.string("job"), origin: origin, parser: &parser)
    let source = readPart("source", of: value, ids: plugins.sources.map { $0.id }, parser: &parser) { id, part, parser in
      let plugin = plugins.sources.first { $0.id == id }
      return plugin.map { plugin in
        var inner = OptionParser(secrets: sinkOnly ? .none : secrets)
        let values = inner.parse(part, as: options(of: plugin), at: "$.source")
        for issue in inner.issues { parser.report(issue.path, issue.message) }
        return (plugin, values)
      }
    }
    let sink = readPart("sink", of: value, ids: plugins.lakes.map { $0.id }, parser: &parser) { id, part, parser in
      plugins.lakes.first { $0.id == id }.map { ($0, parser.parse(part, as: options(of: $0), at: "$.sink")) }
    }
    let tables = readTables(source?.values, parser: &parser)
    let target = readTarget(sink?.values, parser: &parser)
    let settings = readSettings(top, source: source?.values, sink: sink?.values, job: job, origin: origin, parser: &parser)
    let startup = readStartup(source?.values, parser: &parser)
    if startup != .snapshot, let plugin = source?.plugin, !plugin.capabilities.contains(.stream) {
      parser.report("$.source.startup", "a \(plugin.id) source has no changes to follow, allowed is \"snapshot\"")
    }
    let routes = readRoutes(top, parser: &parser)
    let transforms = readTransforms(top, plugins, parser: &parser)
    let policy = readSchemaPolicy(top.object("schemaChanges"), parser: &parser)
    try parser.finish(file: origin.file)
    guard let source, let sink else { throw SluiceError(.specInvalid, "no source or sink", at: .init(path: origin.file)) }
    return JobSpec(
      job: job, origin: origin, sourcePlugin: source.plugin, sourceOptions: source.values, tables: tables,
      sinkPlugin: sink.plugin, sinkOptions: sink.values,
      target: target, settings: settings, startup: startup,
      logGone: source.values.string("logGone").flatMap(FollowPlan.LogGone.init(rawValue:)) ?? .stop, schemaPolicy: policy,
      routes: routes, transforms: transforms)
  }

  private static func readJob(_ name: String?, origin: Origin, parser: inout OptionParser) -> String {
    let job = name ?? origin.job
    let isValid = job.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    if !isValid || job.isEmpty || job.count > 100 {
      let found = name == nil ? "the file's name gives \(JSONText.quoted(job)), which is no job name" : "found \(JSONText.quoted(job))"
      parser.report("$.job", "\(found), allowed are up to 100 letters, digits, _ and -")
    }
    return job
  }

  /// The plug-in and the options of `source` or `sink`.
  private static func readPart<Plugin>(
    _ name: String, of spec: SpecValue, ids: [String], parser: inout OptionParser,
    parse: (String, SpecValue, inout OptionParser) -> (plugin: Plugin, values: OptionValues)?
  ) -> (plugin: Plugin, values: OptionValues)? {
    let path = "$.\(name)"
    guard let part = spec[name] else {
      parser.report(path, "missing; it must hold an object with type \(OptionType.choice(ids).allowed)")
      return nil
    }
    guard case .object(let members) = part else {
      parser.report(path, "found \(part.found), allowed is an object with type \(OptionType.choice(ids).allowed)")
      return nil
    }
    guard let type = part["type"] else {
      parser.report("\(path).type", "missing; it must hold \(OptionType.choice(ids).allowed)")
      return nil
    }
    guard let chosen = parser.parse(type, as: .choice(ids), at: "\(path).type"), case .string(let id) = chosen else { return nil }
    return parse(id, .object(members.filter { $0.key != "type" }), &parser)
  }

  private static func readTables(_ values: OptionValues?, parser: inout OptionParser) -> TableSelection {
    let selection = TableSelection(include: values?.strings("tables") ?? [], exclude: values?.strings("exclude") ?? [])
    for (key, texts) in [("tables", selection.include), ("exclude", selection.exclude)] {
      for (index, text) in texts.enumerated() {
        _ = readPattern(text, at: "$.source.\(key)[\(index)]", parser: &parser)
      }
    }
    if let values, values["tables"] != nil, selection.include.isEmpty {
      parser.report("$.source.tables", "found an empty list, allowed is at least one table; \"shop.*\" takes all tables of the database shop")
    }
    return selection
  }

  static func readPattern(_ text: String, at path: String, parser: inout OptionParser) -> TablePattern? {
    do {
      return try TablePattern(text)
    } catch {
      parser.report(path, "\(JSONText.quoted(text)) \(error)")
      return nil
    }
  }

  private static func readTarget(_ values: OptionValues?, parser: inout OptionParser) -> TargetRules {
    var rules = TargetRules(database: values?.string("database"), table: TableLayout(values?.object("table") ?? OptionValues()), overrides: [])
    for (index, item) in (values?.list("tables") ?? []).enumerated() {
      guard case .object(let members) = item, let text = members.string("table") else { continue }
      if let pattern = readPattern(text, at: "$.sink.tables[\(index)].table", parser: &parser) {
        rules.overrides.append((pattern, TableLayout(members)))
      }
    }
    return rules
  }

  private static func readSettings(
    _ top: OptionValues, source: OptionValues?, sink: OptionValues?, job: String, origin: Origin, parser: inout OptionParser
  ) -> JobSettings {
    var settings = JobSettings(state: origin.resolve(top.string("state") ?? ".sluice/\(job)"))
    if let own = source?.object("speed") { settings.speed = readSpeed(own, at: "$.source.speed", parser: &parser) }
    guard let values = top.object("settings") else { return settings }
    settings.readers = values.integer("readers") ?? settings.readers
    settings.lanes = values.integer("lanes") ?? settings.lanes
    settings.checkpointSeconds = values.number("checkpointInterval") ?? settings.checkpointSeconds
    settings.memory = values.integer("memory") ?? settings.memory
    settings.retrySeconds = values.number("retry") ?? settings.retrySeconds
    settings.targetFileSize = sink?.object("table")?.integer("targetFileSize") ?? settings.targetFileSize
    readFlow(values, into: &settings, parser: &parser)
    if settings.checkpointSeconds < 0.1 { parser.report("$.settings.checkpointInterval", "too short, allowed is 100ms or more") }
    if settings.memory < 8 << 20 { parser.report("$.settings.memory", "too small, allowed is 8MiB or more") }
    if settings.targetFileSize < 1 << 16 { parser.report("$.sink.table.targetFileSize", "too small, allowed is 64KiB or more") }
    return settings
  }
}

extension JobSpec.TableLayout {
  init(_ values: OptionValues) {
    self.init(buckets: values.integer("bucket"), partitionBy: values.strings("partitionBy"), options: values.stringMap("options"))
  }
}
