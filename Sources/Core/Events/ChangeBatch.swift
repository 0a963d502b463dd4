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
  /// Commit times of all rows; `nil` where `commitTime` is that of each.
  public let commitTimes: [Run]?
  /// When the batch was taken in, microseconds since 1970 UTC; `nil` where nobody asks.
  public let ingestionTime: Int64?

  /// Rows in a row with one value, up to the row before `end`.
  public struct Run: Hashable, Sendable {
    public var end: Int
    public var value: Int64

    public init(end: Int, value: Int64) {
      self.end = end
      self.value = value
    }
  }

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
    commitTime: Int64? = nil, commitTimes: [Run]? = nil, ingestionTime: Int64? = nil
  ) {
    self.table = table
    self.schemaVersion = schemaVersion
    self.rows = rows
    self.kinds = kinds
    self.sequence = sequence
    self.position = position
    self.commitTime = commitTime
    self.commitTimes = commitTimes
    self.ingestionTime = ingestionTime
  }

  public var rowCount: Int { rows.rowCount }

  /// Whether a row and the next one are an update: as it was, and as it is.
  public func isUpdatePair(at row: Int) -> Bool {
    row + 1 < rowCount && kinds[row] == RowKind.updateBefore.rawValue && kinds[row + 1] == RowKind.updateAfter.rawValue
      && sequence[row + 1] == sequence[row] + 1
  }

  /// The same changes with other columns: what a mapping or a T-node that keeps rows produces.
  public func replacingRows(_ rows: Batch) -> ChangeBatch { with(rows: rows, kinds: kinds) }

  /// The same rows that do something else to their keys.
  public func replacingKinds(_ kinds: Kinds) -> ChangeBatch { with(rows: rows, kinds: kinds) }

  /// The same changes under other sequence numbers.
  public func replacingSequence(_ sequence: Sequence) -> ChangeBatch {
    ChangeBatch(
      table: table, schemaVersion: schemaVersion, rows: rows, kinds: kinds, sequence: sequence, position: position, commitTime: commitTime,
      commitTimes: commitTimes, ingestionTime: ingestionTime)
  }

  /// The same changes, taken in at `time`, microseconds since 1970 UTC.
  public func takenIn(at time: Int64) -> ChangeBatch {
    ChangeBatch(
      table: table, schemaVersion: schemaVersion, rows: rows, kinds: kinds, sequence: sequence, position: position, commitTime: commitTime,
      commitTimes: commitTimes, ingestionTime: time)
  }

  private func with(rows: Batch, kinds: Kinds) -> ChangeBatch {
    ChangeBatch(
      table: table, schemaVersion: schemaVersion, rows: rows, kinds: kinds, sequence: sequence, position: position, commitTime: commitTime,
      commitTimes: commitTimes, ingestionTime: ingestionTime)
  }

  /// The rows at `indexes`, in that order.
  public func taking(_ indexes: [Int32]) -> ChangeBatch {
    ChangeBatch(
      table: table, schemaVersion: schemaVersion, rows: rows.taking(indexes), kinds: kinds.taking(indexes), sequence: sequence.taking(indexes),
      position: position, commitTime: commitTime, commitTimes: commitTimes.map { Run.taking(indexes, of: $0) }, ingestionTime: ingestionTime)
  }
}

extension ChangeBatch.Run {
  /// The runs of the rows at `indexes`, in that order.
  static func taking(_ indexes: [Int32], of runs: [Self]) -> [Self] {
    guard var run = runs.first else { return [] }
    var taken: [Self] = []
    var start = 0
    for (place, index) in indexes.enumerated() {
      if index >= run.end || index < start {
        guard let found = runs.firstIndex(where: { index < $0.end }) else { break }
        start = found == 0 ? 0 : runs[found - 1].end
        run = runs[found]
      }
      if taken.last?.value == run.value { taken[taken.count - 1].end = place + 1 } else { taken.append(.init(end: place + 1, value: run.value)) }
    }
    return taken
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
