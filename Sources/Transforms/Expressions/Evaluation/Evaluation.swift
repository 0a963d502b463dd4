public import SluiceCore

/// What an expression gives for the rows of a batch.
public struct Evaluation: Sendable {
  /// One value a row; NULL where the row failed.
  public let column: Column
  /// At most one a row, in the order of the rows.
  public let failures: [RowFailure]
}

/// The rows of a batch for which a condition is TRUE.
public struct Selection: Sendable {
  /// In ascending order; a row that failed is not among them.
  public let rows: [Int32]
  /// At most one a row, in the order of the rows.
  public let failures: [RowFailure]
}
