/// Rows of one table under one schema version, with what each does and where the source stands after them.
///
/// Rows are in source order. A batch is immutable and shares its buffers, so handing it on costs a few retains.
public struct ChangeBatch: Sendable {
  public let table: TableID
  /// The version of the table's source schema that `rows` follow, counted up by each schema change.
  public let schemaVersion: Int
  public let rows: Batch
  public let kinds: Kinds
  public let sequence: Sequence
  /// The source position after the last row; `nil` within a snapshot.
  public let position: Position?
  /// Commit time of the last row at the source, microseconds since 1970 UTC; `nil` within a snapshot.
  public let commitTime: Int64?

  /// The kind of each row.
  public enum Kinds: Sendable {
    case allInserts
    /// One `RowKind` raw value a row.
    case each([UInt8])
  }

  /// The sequence number of each row: the larger one wins for a key.
  ///
  /// Derived from the source position, so that a replay writes the same numbers. A snapshot's
  /// number is lower than that of any change after the position noted before the snapshot.
  public enum Sequence: Sendable {
    case constant(Int64)
    case each([Int64])
  }

  public init(
    table: TableID, schemaVersion: Int, rows: Batch, kinds: Kinds = .allInserts, sequence: Sequence = .constant(0), position: Position? = nil,
    commitTime: Int64? = nil
  ) {
    self.table = table
    self.schemaVersion = schemaVersion
    self.rows = rows
    self.kinds = kinds
    self.sequence = sequence
    self.position = position
    self.commitTime = commitTime
  }

  public var rowCount: Int { rows.rowCount }

  /// The same changes with other columns: what a mapping or a T-node that keeps rows produces.
  public func replacingRows(_ rows: Batch) -> ChangeBatch {
    ChangeBatch(
      table: table, schemaVersion: schemaVersion, rows: rows, kinds: kinds, sequence: sequence, position: position, commitTime: commitTime)
  }

  /// The rows at `indexes`, in that order.
  public func taking(_ indexes: [Int32]) -> ChangeBatch {
    ChangeBatch(
      table: table, schemaVersion: schemaVersion, rows: rows.taking(indexes), kinds: kinds.taking(indexes), sequence: sequence.taking(indexes),
      position: position, commitTime: commitTime)
  }
}

extension ChangeBatch.Kinds {
  /// The kind of row `row`.
  @inlinable public subscript(row: Int) -> UInt8 {
    switch self {
    case .allInserts: RowKind.insert.rawValue
    case .each(let kinds): kinds[row]
    }
  }

  func taking(_ indexes: [Int32]) -> Self {
    guard case .each(let kinds) = self else { return self }
    return .each(indexes.map { kinds[Int($0)] })
  }
}

extension ChangeBatch.Sequence {
  /// The sequence number of row `row`.
  @inlinable public subscript(row: Int) -> Int64 {
    switch self {
    case .constant(let number): number
    case .each(let numbers): numbers[row]
    }
  }

  func taking(_ indexes: [Int32]) -> Self {
    guard case .each(let numbers) = self else { return self }
    return .each(indexes.map { numbers[Int($0)] })
  }
}
