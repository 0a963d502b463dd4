internal import SluiceCore

/// Rows that come batch by batch. Confined to one thread.
protocol BatchSource: AnyObject {
  /// The next rows, never empty; `nil` at the end.
  func next() throws -> Batch?
}
