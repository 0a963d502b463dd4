/// Everything that a runner needs, with all names resolved and all defaults filled in.
public struct JobPlan: Sendable {
  public let job: String
  public let source: any Source
  public let lake: any LakeFormat
  public let tables: [TablePlan]
  public let settings: JobSettings

  public init(job: String, source: any Source, lake: any LakeFormat, tables: [TablePlan], settings: JobSettings) {
    self.job = job
    self.source = source
    self.lake = lake
    self.tables = tables
    self.settings = settings
  }
}

/// One source table and the target that it goes to, column by column in order.
public struct TablePlan: Sendable, Hashable, Codable {
  public let source: TableDefinition
  public let target: TargetTable

  public init(source: TableDefinition, target: TargetTable) {
    self.source = source
    self.target = target
  }
}
