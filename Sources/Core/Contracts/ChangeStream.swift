/// Follows a source's change log. Confined to one thread, holds one connection.
///
/// A source that streams conforms to `StreamingSource`; the runtime asks for the conformance once, when a job is planned.
public protocol StreamingSource: Source {
  /// Starts at `position`, for the given tables. A purged or foreign position is an error before the first item.
  func makeStream(from position: Position, tables: [TableDefinition]) throws -> any ChangeStream

  /// Whether `position` is at or behind `other`.
  func isReached(_ position: Position, by other: Position) throws -> Bool
}

public protocol ChangeStream: AnyObject {
  /// The next item in log order. Returns `nil` when `timeout` seconds pass without one.
  func next(timeout: Double) throws -> StreamItem?
}
