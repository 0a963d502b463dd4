/// How fast rows may move, in the copy and in the stream; `nil` for as fast as they can.
public struct SpeedLimit: Hashable, Sendable, Codable {
  public var rowsPerSecond: Int?
  /// Bytes of rows in memory form.
  public var bytesPerSecond: Int?

  public init(rowsPerSecond: Int? = nil, bytesPerSecond: Int? = nil) {
    self.rowsPerSecond = rowsPerSecond
    self.bytesPerSecond = bytesPerSecond
  }

  public var isUnlimited: Bool { rowsPerSecond == nil && bytesPerSecond == nil }

  /// The tighter of both.
  public func tightened(by other: SpeedLimit) -> SpeedLimit {
    SpeedLimit(
      rowsPerSecond: [rowsPerSecond, other.rowsPerSecond].compactMap(\.self).min(),
      bytesPerSecond: [bytesPerSecond, other.bytesPerSecond].compactMap(\.self).min())
  }
}

/// When the job rests because its source is busy, and when it goes on. It rests from above a limit until the load is at or below the place to go
/// on at.
public struct SourceLoadLimit: Hashable, Sendable, Codable {
  public var threadsRunning: Int?
  public var resumeThreadsRunning: Int
  /// Seconds.
  public var replicationLag: Double?
  public var resumeReplicationLag: Double
  /// Seconds between two looks.
  public var interval: Double

  public init(
    threadsRunning: Int? = nil, resumeThreadsRunning: Int? = nil, replicationLag: Double? = nil, resumeReplicationLag: Double? = nil,
    interval: Double = 1
  ) {
    self.threadsRunning = threadsRunning
    self.resumeThreadsRunning = resumeThreadsRunning ?? (threadsRunning ?? 0) * 3 / 4
    self.replicationLag = replicationLag
    self.resumeReplicationLag = resumeReplicationLag ?? (replicationLag ?? 0) / 2
    self.interval = interval
  }
}
