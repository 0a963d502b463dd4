/// The one kind of thing that flows from a source to the lake.
public enum StreamItem: Sendable {
  case changes(ChangeBatch)
  case schemaChange(SchemaChange, position: Position)
  /// Everything before it belongs to that checkpoint.
  case barrier(CheckpointID)
  case progress(Progress)

  /// News without rows.
  public enum Progress: Sendable {
    /// The source has nothing new up to `position`, whose commit time is `time` (microseconds since 1970 UTC).
    case heartbeat(position: Position, time: Int64)
    /// The last page of the table's snapshot was read; the table is aligned once the stream passes `until`.
    case snapshotRead(TableID, until: Position)
    case aligned(TableID)
  }
}

/// The number of a checkpoint of one job: 1, 2, 3 …, never used twice.
public typealias CheckpointID = Int64
