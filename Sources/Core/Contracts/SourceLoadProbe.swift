/// A source that can say how busy it is.
public protocol LoadAwareSource: Source {
  func makeLoadProbe() throws -> any SourceLoadProbe
}

/// Asks a source how busy it is. Confined to one thread, holds one connection; a broken one is `source-connection-lost`.
public protocol SourceLoadProbe: AnyObject {
  func load() throws -> SourceLoad
}

/// How busy a source is; `nil` where it does not say.
public struct SourceLoad: Hashable, Sendable {
  /// Requests that the server works on, those of this job included.
  public let threadsRunning: Int?
  /// Seconds by which a replica is behind its primary; infinite when it does not replicate though it should.
  public let replicationLag: Double?

  public init(threadsRunning: Int?, replicationLag: Double?) {
    self.threadsRunning = threadsRunning
    self.replicationLag = replicationLag
  }
}
