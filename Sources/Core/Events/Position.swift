/// A place in a source's change log, opaque to everything but its source.
///
/// Written into checkpoints and into the snapshots of lake tables, so its `text` must stay
/// readable by later versions of the same source. Only the source that made two positions can order them.
public struct Position: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The source's canonical rendering, for example `mysql:binlog.000003:1234`.
  public let text: String

  public init(_ text: String) {
    self.text = text
  }

  public var description: String { text }
}
