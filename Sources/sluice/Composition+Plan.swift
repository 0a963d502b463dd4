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
  /// A job that follows changes and has begun already may name tables that are gone by now: its state and the log tell of them. One that is
  /// about to begin notes a place in the log before it looks: `hasBegun` is `nil` where no job is to run.
  static func plan(of spec: JobSpec, hasBegun: Bool? = nil) throws -> JobPlan {
    let source = try source(of: spec)
    let lake = try lake(of: spec)
    let planner = JobPlanner(spec.target, partitionFunctions: spec.sinkPlugin.partitionFunctions)
    var following = try following(of: spec, source, planner)
    if hasBegun == false, following?.start == nil, let log = following?.source {
      following?.lookup = try Patience.briefly { try log.currentPosition() }
    }
    let tables: [TableDefinition]
    do {
      tables = try Patience.briefly { try source.discover(spec.tables) }
    } catch let error as SluiceError where error.kind == .sourceTableMissing && hasBegun == true && following != nil {
      tables = []
    }
    return JobPlan(
      job: spec.job, source: source, lake: lake, tables: try planner.plan(tables), settings: spec.settings, following: following)
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
