/// The one kind of thing that flows from a source's log to the lake.
public enum StreamItem: Sendable {
  /// Rows of one table under one definition.
  case changes(ChangeBatch)
  /// Rows after it follow the new definition.
  case schemaChange(SchemaEvent)
  /// Rows that could not be decoded, and are left out.
  case dirty([DirtyRow])
}

/// The number of a checkpoint of one job: 1, 2, 3 …, never used twice.
public typealias CheckpointID = Int64
