/// Everything that a runner needs, with all names resolved and all defaults filled in.
public struct JobPlan: Sendable {
  public let job: String
  public let source: any Source
  public let lake: any LakeFormat
  /// Plans that have a target in common share it.
  public let tables: [TablePlan]
  /// What happens to rows between source and lake.
  public let shaping: Shaping
  public let settings: JobSettings
  /// What the job does beyond copying what is there; `nil` for a job that ends with the copy.
  public var following: FollowPlan?

  public init(
    job: String, source: any Source, lake: any LakeFormat, tables: [TablePlan], settings: JobSettings, shaping: Shaping = Shaping(),
    following: FollowPlan? = nil
  ) {
    self.job = job
    self.source = source
    self.lake = lake
    self.tables = tables
    self.settings = settings
    self.shaping = shaping
    self.following = following
  }
}

/// How a job follows its source's changes.
public struct FollowPlan: Sendable {
  public let source: any StreamingSource
  public let selection: TableSelection
  /// `nil` copies the tables first and follows from where the copy began.
  public let start: StreamStart?
  public let policy: SchemaPolicy
  /// What to do when the log has lost what must be read next.
  public let logGone: LogGone
  /// A place in the log from before the tables of the plan were looked up; `nil` where nobody asked.
  public var lookup: Position?
  /// Whether the run ends when all tables are in step.
  public var endsWhenAligned = false
  /// Decides on the targets of a table that joins while the job runs, each as it would be for this table alone; none for one that is left out.
  public let plan: @Sendable (TableDefinition) throws -> [TablePlan]

  public enum LogGone: String, Sendable, CaseIterable {
    /// The run ends with an error.
    case stop
    /// All tables are copied anew, and followed from the head of the log.
    case resnapshot
  }

  public init(
    source: any StreamingSource, selection: TableSelection, start: StreamStart?, policy: SchemaPolicy, logGone: LogGone,
    plan: @escaping @Sendable (TableDefinition) throws -> [TablePlan]
  ) {
    self.source = source
    self.selection = selection
    self.start = start
    self.policy = policy
    self.logGone = logGone
    self.plan = plan
  }
}
