/// What must survive: written before the tables commit, read when the job starts again.
public struct Checkpoint: Sendable, Codable {
  public static let currentVersion = 2

  /// Of this layout; a store refuses a newer one.
  public var version: Int
  public var job: String
  public var id: CheckpointID
  public var writer: WriterIdentity
  public var tables: [TableState]
  /// Files that belong to this checkpoint and may or may not be committed, by target table.
  public var pending: [PendingCommit]
  /// Where the change stream stands; `nil` for a job that follows no changes, or not yet.
  public var stream: StreamState?
  /// Tables that came to be at the source while the job ran, and that its policy keeps out.
  public var leftOut: [TableID]?
  /// What of the store of dirty rows belongs to this checkpoint; `nil` for whatever it holds.
  public var dirty: DirtyState?

  public init(job: String, id: CheckpointID, writer: WriterIdentity, tables: [TableState], pending: [PendingCommit] = []) {
    version = Self.currentVersion
    self.job = job
    self.id = id
    self.writer = writer
    self.tables = tables
    self.pending = pending
  }

  public struct PendingCommit: Sendable, Codable {
    public var target: TableID
    public var files: [PreparedFile]
    public var properties: [String: String]
    /// Whether all that the table held before goes.
    public var isReplacing: Bool?

    public init(target: TableID, files: [PreparedFile], properties: [String: String], isReplacing: Bool = false) {
      self.target = target
      self.files = files
      self.properties = properties
      self.isReplacing = isReplacing ? true : nil
    }
  }

  /// How far the source's log is read.
  public struct StreamState: Sendable, Codable {
    /// All that is before it is in this checkpoint's files or in those of an earlier one.
    public var position: Position
    /// Commit time of the newest transaction before it, microseconds since 1970 UTC.
    public var commitTime: Int64?

    public init(position: Position, commitTime: Int64? = nil) {
      self.position = position
      self.commitTime = commitTime
    }
  }
}

/// How far one table's copy has come.
public struct TableState: Sendable, Codable {
  public enum Phase: String, Sendable, Codable {
    /// Nothing read yet.
    case waiting
    case copying
    /// All ranges are read and committed; runs may still overlap.
    case copied
    /// In step with the source's state at `highPosition`.
    case aligned
  }

  /// The plan that the ranges belong to; a different one is refused.
  public var plan: TablePlan
  public var phase: Phase
  /// What is left to read.
  public var ranges: [SnapshotRange]
  /// The id of the next range.
  public var nextRange: Int
  public var rowsRead: Int
  /// Row changes that the stream has brought in all runs; `nil` for none.
  public var changesRead: Int?
  /// The source's position before the first page.
  public var lowPosition: Position?
  /// The source's position after the last page.
  public var highPosition: Position?
  /// The last checkpoint that put files into the target.
  public var committed: CheckpointID?
  /// The version of the target's schema under which rows are written; `nil` for the newest.
  public var schemaVersion: Int64?
  /// What the log holds of the table before this place is in its copy; `nil` for a table that is followed from the stream's first position on.
  public var followFrom: Position?
  /// The next commit takes the place of all that the target holds: the table is copied anew, or was truncated.
  public var replacesTarget: Bool?

  public init(plan: TablePlan) {
    self.plan = plan
    phase = .waiting
    ranges = []
    nextRange = 0
    rowsRead = 0
  }
}
