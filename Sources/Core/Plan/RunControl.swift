import Synchronization

/// The strings from outside to a running job.
public final class RunControl: Sendable {
  private let stopAsked = Atomic<Bool>(false)
  private let report: @Sendable (RunReport) -> Void

  /// `report` is called about every tenth of a second from a thread of the runner, and once at the end.
  public init(report: @escaping @Sendable (RunReport) -> Void) {
    self.report = report
  }

  /// Asks the run to finish its checkpoint and end. Safe in any thread, any number of times.
  public func stop() {
    stopAsked.store(true, ordering: .relaxed)
  }

  public var isStopAsked: Bool { stopAsked.load(ordering: .relaxed) }

  public func send(_ report: RunReport) {
    self.report(report)
  }
}

/// A look at a running job.
public struct RunReport: Sendable {
  public var job: String
  /// Seconds since the run began.
  public var seconds: Double
  public var tables: [TableProgress]
  public var rows: Int
  /// Bytes of the rows in memory form.
  public var bytes: Int
  /// Bytes of the files that were finished.
  public var fileBytes: Int
  public var dirtyRows: Int
  /// Of them, how many there are of each reason, by its code.
  public var dirtyReasons: [String: Int] = [:]
  public var residentBytes: Int
  /// The last checkpoint that all tables hold.
  public var checkpoint: CheckpointID
  /// What the run waits for, when it does: a server that is away.
  public var notice: String?
  /// How far the source's log is read; `nil` when it is not followed.
  public var stream: StreamProgress?
  /// How the run is held back; `nil` when it is not.
  public var flow: FlowProgress?

  public init(
    job: String, seconds: Double, tables: [TableProgress], rows: Int, bytes: Int, fileBytes: Int, dirtyRows: Int, residentBytes: Int,
    checkpoint: CheckpointID, notice: String?, stream: StreamProgress? = nil, flow: FlowProgress? = nil
  ) {
    self.job = job
    self.seconds = seconds
    self.tables = tables
    self.rows = rows
    self.bytes = bytes
    self.fileBytes = fileBytes
    self.dirtyRows = dirtyRows
    self.residentBytes = residentBytes
    self.checkpoint = checkpoint
    self.notice = notice
    self.stream = stream
    self.flow = flow
  }

  public struct FlowProgress: Sendable {
    /// The limit that holds now.
    public var speed: SpeedLimit
    /// Why the copy, or the stream, rests; `nil` while it reads.
    public var copyRests: String?
    public var streamRests: String?
    /// What the source said of its load, when it was asked.
    public var threadsRunning: Int?
    public var replicationLag: Double?

    public init(speed: SpeedLimit, copyRests: String? = nil, streamRests: String? = nil, threadsRunning: Int? = nil, replicationLag: Double? = nil) {
      self.speed = speed
      self.copyRests = copyRests
      self.streamRests = streamRests
      self.threadsRunning = threadsRunning
      self.replicationLag = replicationLag
    }
  }

  public struct StreamProgress: Sendable {
    public var position: Position
    /// Bytes of the log that were not read yet, and the age of the newest change that was; `nil` while unknown.
    public var bytesBehind: Int?
    public var secondsBehind: Double?
    /// Seconds from the commit at the source of the oldest change of the last checkpoint until every reader of the lake could see it.
    public var freshness: Double?
    /// What the last checkpoint took, barrier to commit.
    public var checkpointSeconds: Double?
    /// Row changes of this run.
    public var changes: Int

    public init(
      position: Position, bytesBehind: Int?, secondsBehind: Double?, freshness: Double?, checkpointSeconds: Double?, changes: Int
    ) {
      self.position = position
      self.bytesBehind = bytesBehind
      self.secondsBehind = secondsBehind
      self.freshness = freshness
      self.checkpointSeconds = checkpointSeconds
      self.changes = changes
    }
  }

  public struct TableProgress: Sendable {
    public var source: TableID
    public var target: TableID
    public var phase: TableState.Phase
    /// Rows read in all runs of the job.
    public var rows: Int
    public var bytes: Int
    public var estimatedRows: Int
    public var dirtyRows: Int
    public var activeReaders: Int
    /// Row changes of the stream in this run.
    public var inserts: Int
    public var updates: Int
    public var deletes: Int
    public var schemaChanges: Int

    public init(
      source: TableID, target: TableID, phase: TableState.Phase, rows: Int, bytes: Int, estimatedRows: Int, dirtyRows: Int, activeReaders: Int,
      inserts: Int = 0, updates: Int = 0, deletes: Int = 0, schemaChanges: Int = 0
    ) {
      self.source = source
      self.target = target
      self.phase = phase
      self.rows = rows
      self.bytes = bytes
      self.estimatedRows = estimatedRows
      self.dirtyRows = dirtyRows
      self.activeReaders = activeReaders
      self.inserts = inserts
      self.updates = updates
      self.deletes = deletes
      self.schemaChanges = schemaChanges
    }
  }
}

/// How a run ended.
public struct RunSummary: Sendable {
  public enum Outcome: String, Sendable {
    case aligned, stopped
  }

  public let outcome: Outcome
  public let report: RunReport

  public init(outcome: Outcome, report: RunReport) {
    self.outcome = outcome
    self.report = report
  }
}
