internal import SluiceCore
internal import SluiceEngine

extension Composition {
  static func source(of spec: JobSpec) throws -> any Source {
    try spec.sourcePlugin.make(spec.sourceOptions)
  }

  static func lake(of spec: JobSpec) throws -> any LakeFormat {
    try spec.sinkPlugin.make(spec.sinkOptions, stores: stores)
  }

  /// A table of a warehouse, in whatever format it is; catalogs and all other options are the formats' own.
  static func open(_ table: TableID, warehouse: String) throws -> any LakeTable {
    for plugin in plugins.lakes {
      do {
        return try lake(plugin, warehouse: warehouse).open(table)
      } catch let error as SluiceError where error.kind == .targetMissing {}
    }
    let titles = plugins.lakes.map { $0.title }.joined(separator: " or ")
    throw SluiceError(.targetMissing, "no such \(titles) table", at: .init(table: table))
  }

  private static func lake(_ plugin: any LakePlugin.Type, warehouse: String) throws -> any LakeFormat {
    var parser = OptionParser(secrets: .none)
    let options = parser.parse(.object([.init("warehouse", .string(warehouse))]), as: plugin.options, at: "$.sink")
    try parser.finish()
    return try plugin.make(options, stores: stores)
  }

  /// Asks the source for its tables and decides on their targets.
  ///
  /// A job that follows changes and has begun already may name tables that are gone by now: its state and the log tell of them. `state` is what
  /// it has come to. One that is about to begin (`runs`) notes a place in the log before it looks.
  static func plan(of spec: JobSpec, state: Checkpoint? = nil, runs: Bool = false) throws -> JobPlan {
    let source = try source(of: spec)
    let lake = try lake(of: spec)
    let shaping = shaping(of: spec)
    // A run meets what the lake refuses when it makes the table, with the lake's own kind of error.
    let refusal: @Sendable (TargetTable) -> String? = { runs ? nil : Self.refusal(of: $0, by: lake) }
    let planner = JobPlanner(spec.target, shaping: shaping, partitionFunctions: spec.sinkPlugin.partitionFunctions, refusal: refusal)
    let hasBegun = state?.stream != nil
    var following = try following(of: spec, source, planner)
    if runs, !hasBegun, following?.start == nil, let log = following?.source {
      following?.lookup = try Patience.briefly { try log.currentPosition() }
    }
    let tables: [TableDefinition]
    do {
      tables = try Patience.briefly { try source.discover(spec.tables) }
    } catch let error as SluiceError where error.kind == .sourceTableMissing && hasBegun && following != nil {
      tables = []
    }
    let begun = (following == nil ? nil : state?.tables)?.filter { $0.phase != .waiting || $0.schemaVersion != nil } ?? []
    let wanted = Set(tables.map(\.id))
    let plans = try planner.plan(tables, known: begun.map(\.plan).filter { wanted.contains($0.source.id) })
    return JobPlan(
      job: spec.job, source: source, lake: lake, tables: plans, settings: spec.settings, shaping: shaping, following: following)
  }

  private static func refusal(of target: TargetTable, by lake: any LakeFormat) -> String? {
    do {
      try lake.check(target)
      return nil
    } catch let error as SluiceError {
      return (error.place.column.map { "column \($0): " } ?? "") + error.message
    } catch {
      return "\(error)"
    }
  }

  /// What the spec says happens to tables on their way.
  static func shaping(of spec: JobSpec) -> Shaping {
    Shaping(routes: spec.routes, rules: spec.transforms, database: spec.target.database)
  }

  /// A job as its state has it, for errands beside its runs: nobody asks the source for its tables. `nil` for a job that has not begun.
  static func plan(of spec: JobSpec, asBegun checkpoint: Checkpoint?) throws -> JobPlan? {
    guard let checkpoint, !checkpoint.tables.isEmpty else { return nil }
    let source = try source(of: spec)
    let shaping = shaping(of: spec)
    return JobPlan(
      job: spec.job, source: source, lake: try lake(of: spec), tables: checkpoint.tables.map(\.plan), settings: spec.settings, shaping: shaping,
      following: try following(
        of: spec, source, JobPlanner(spec.target, shaping: shaping, partitionFunctions: spec.sinkPlugin.partitionFunctions)))
  }

  private static func following(of spec: JobSpec, _ source: any Source, _ planner: JobPlanner) throws -> FollowPlan? {
    let start: StreamStart?
    switch spec.startup {
    case .snapshot: return nil
    case .initial: start = nil
    case .stream(let place): start = place
    }
    guard let source = source as? any StreamingSource else {
      throw SluiceError(.specInvalid, "the source has no changes to follow", at: .init(path: "$.source.startup"))
    }
    return FollowPlan(
      source: source, selection: spec.tables, start: start, policy: spec.schemaPolicy, logGone: spec.logGone,
      plan: { table in try planner.plan(table) })
  }
}
