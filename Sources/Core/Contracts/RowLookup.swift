/// A source that can read single rows again by their keys, as they are now: dirty rows go through again with it.
public protocol RowLookupSource: Source {
  /// For rows of the table, which must be as it is defined there; `source-schema-changed` otherwise. Answers `nil` for a table without a key.
  func makeRowLookup(_ table: TableDefinition) throws -> (any RowLookup)?

  /// The sequence number of the last change before that place in the log.
  func sequence(before position: Position) throws -> Int64
}

/// Reads rows of one table. Confined to one thread, holds one connection.
public protocol RowLookup: AnyObject {
  /// The row whose key columns have these values, as in an image of it, as it is now; `nil` when there is none.
  ///
  /// Everything that the log told before the call is in the answer, also changes that others cannot see yet. A key that the table cannot be
  /// asked for (its values are not kept, or are none of their columns) is `spec-invalid`.
  func row(_ key: [String: RowImage.Cell]) throws -> RowImage?
}
