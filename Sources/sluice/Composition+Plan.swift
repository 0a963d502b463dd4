internal import SluiceCore

extension Composition {
  static func source(of spec: JobSpec) throws -> any Source {
    try spec.sourcePlugin.make(spec.sourceOptions)
  }

  static func lake(of spec: JobSpec) throws -> any LakeFormat {
    try spec.sinkPlugin.make(spec.sinkOptions, stores: stores)
  }

  /// The first lake format over a warehouse, with all other options at their defaults.
  static func lake(warehouse: String) throws -> any LakeFormat {
    guard let plugin = plugins.lakes.first else { throw SluiceError(.defect, "no lake format is built in") }
    var parser = OptionParser(secrets: .none)
    let options = parser.parse(.object([.init("warehouse", .string(warehouse))]), as: plugin.options, at: "$.sink")
    try parser.finish()
    return try plugin.make(options, stores: stores)
  }

  /// Asks the source for its tables and decides on their targets.
  static func plan(of spec: JobSpec) throws -> JobPlan {
    let source = try source(of: spec)
    let lake = try lake(of: spec)
    let tables = try source.discover(spec.tables)
    let plans = try JobPlanner(spec.target).plan(tables)
    return JobPlan(job: spec.job, source: source, lake: lake, tables: plans, settings: spec.settings)
  }
}
