/// What must survive: written before the tables commit, read when the job starts again.
public struct Checkpoint: Sendable, Codable {
  public static let currentVersion = 1

  /// Of this layout; a store refuses a newer one.
  public var version: Int
  public var job: String
  public var id: CheckpointID
  public var writer: WriterIdentity
  public var tables: [TableState]
  /// Files that belong to this checkpoint and may or may not be committed, by target table.
  public var pending: [PendingCommit]

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

    public init(target: TableID, files: [PreparedFile], properties: [String: String]) {
      self.target = target
      self.files = files
      self.properties = properties
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
  /// The source's position before the first page.
  public var lowPosition: Position?
  /// The source's position after the last page.
  public var highPosition: Position?
  /// The last checkpoint that put files into the target.
  public var committed: CheckpointID?
  /// Rows, and bytes of the table's dirty-row file, that belong to this checkpoint.
  public var dirtyRows: Int
  public var dirtyBytes: Int

  public init(plan: TablePlan) {
    self.plan = plan
    phase = .waiting
    ranges = []
    nextRange = 0
    rowsRead = 0
    dirtyRows = 0
    dirtyBytes = 0
  }
}
