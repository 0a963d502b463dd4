/// How a job is run, whatever its source and sink.
public struct JobSettings: Hashable, Sendable, Codable {
  /// Connections that read at the same time.
  public var readers: Int
  /// Writer threads.
  public var lanes: Int
  /// Seconds between checkpoints.
  public var checkpointSeconds: Double
  /// Bytes that queues and writers may hold together.
  public var memory: Int
  public var targetFileSize: Int
  public var errorLimit: ErrorLimit
  /// How long a lost source is tried again before the run ends, in seconds.
  public var retrySeconds: Double
  /// Seconds for which all changes of a slice may wait before they are handed on.
  public var sliceSeconds: Double { min(0.2, max(checkpointSeconds / 4, 0.02)) }
  /// The job's state folder.
  public var state: String
  public var dirtyRows = DirtySettings()
  /// The tighter of the job's own limit and the source's.
  public var speed = SpeedLimit()
  /// When the copy and the stream may read.
  public var readWindows: [ReadWindow] = []
  /// `nil` when the source's load is nobody's business.
  public var sourceLoad: SourceLoadLimit?

  public init(
    readers: Int = 2, lanes: Int = 2, checkpointSeconds: Double = 10, memory: Int = 128 << 20, targetFileSize: Int = 128 << 20,
    errorLimit: ErrorLimit = ErrorLimit(), retrySeconds: Double = 300, state: String
  ) {
    self.readers = readers
    self.lanes = lanes
    self.checkpointSeconds = checkpointSeconds
    self.memory = memory
    self.targetFileSize = targetFileSize
    self.errorLimit = errorLimit
    self.retrySeconds = retrySeconds
    self.state = state
  }
}
