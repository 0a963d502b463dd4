/// A source that keeps a change log and can be followed.
///
/// The runtime asks for the conformance once, when a job is planned.
public protocol StreamingSource: Source {
  /// The place in the log where a stream that is to begin so begins. A place that the log no longer has is `source-log-gone`.
  func position(of start: StreamStart) throws -> Position

  /// The definitions of the tables, sorted by name, and the place in the log at which they are just those: no statement that changes them is
  /// between the look at the catalog and the look at the log. Tables that are gone are left out; `nil` when the source keeps no log.
  func definitions(of tables: [TableID]) throws -> (tables: [TableDefinition], position: Position)?

  /// Follows the log from `request.start` on. A position that the log no longer has (`source-log-gone`), or that another server wrote
  /// (`source-log-foreign`), is an error before the first slice.
  func makeStream(_ request: StreamRequest) throws -> any ChangeStream

  /// Whether a stream that stands at `other` has read all that is before `position`.
  func isReached(_ position: Position, by other: Position) throws -> Bool

  /// The place `head` for a stream that stood at `before`: its sequence numbers go on, so that rows from after the gap win.
  func resume(_ head: Position, after before: Position?) -> Position
}

/// Where a stream begins that has no position yet.
public enum StreamStart: Hashable, Sendable {
  /// The oldest that the log still has.
  case earliest
  /// The head of the log.
  case latest
  /// The first transaction that was committed at or after that time, microseconds since 1970 UTC.
  case timestamp(Int64)
  /// The source's own spelling: `binlog.000003:1234`, or a set of GTIDs.
  case place(String)
}

/// What a stream follows.
public struct StreamRequest: Sendable {
  public let start: Position
  /// Which tables belong to the job: those that are made later, too.
  public let selection: TableSelection
  /// Tables that are followed from the start on, or from a place of their own.
  public let tables: [FollowedTable]

  public init(start: Position, selection: TableSelection, tables: [FollowedTable]) {
    self.start = start
    self.selection = selection
    self.tables = tables
  }
}

/// A table whose changes a stream hands over.
public struct FollowedTable: Sendable, Hashable {
  /// As it was at `from`, or where the stream started.
  public let definition: TableDefinition
  /// What the log holds of the table before this place is left out; `nil` for a table that is followed from the stream's start on.
  public let from: Position?
  /// Whether each update comes as two rows, before and after: the target has another key than the source, so that the row before must be found
  /// by what it was, or T-nodes must know whether the row before was in the lake.
  public let needsImagesBefore: Bool

  public init(_ definition: TableDefinition, from: Position? = nil, needsImagesBefore: Bool = false) {
    self.definition = definition
    self.from = from
    self.needsImagesBefore = needsImagesBefore
  }

  /// The source of a plan.
  public init(_ plan: TablePlan, from: Position? = nil) {
    let added: Set = [Route.shardDatabase, Route.shardTable]
    let key = Set(plan.target.primaryKey).subtracting(added)
    self.init(plan.source, from: from, needsImagesBefore: !key.isEmpty && key != Set(plan.source.primaryKey) || plan.needsImagesBefore == true)
  }
}

/// Follows a source's change log. Confined to one thread, holds one connection to the log.
///
/// Its whole state is the position of the last slice and the definitions of the tables at that place: a stream made anew with them goes
/// on with the very next row, and gives every row the same sequence number again.
public protocol ChangeStream: AnyObject {
  /// What the log holds next.
  ///
  /// Schema changes come first in their slice, so that the place of the slice before is the place before the statement.
  /// Returns when rows of about `bytes` have come together, when `seconds` have passed, or after a schema change; without items when
  /// there was nothing for this job. A connection that breaks is `source-connection-lost`: the caller makes a new stream from the last
  /// slice's position.
  func next(within seconds: Double, bytes: Int) throws -> LogSlice

  /// From here on rows of that table are handed over, too; one that is followed already starts over with this definition and place.
  func follow(_ table: FollowedTable)

  /// From here on nothing of that table is handed over.
  func leave(_ table: TableID)
}

/// A piece of the log: its items in order, and where it ends.
public struct LogSlice: Sendable {
  public let items: [StreamItem]
  /// All that is before it is in this slice or in one before; goes into checkpoints.
  public let position: Position
  /// Commit time of the newest transaction that was read, microseconds since 1970 UTC; `nil` when none was read yet.
  public let commitTime: Int64?
  /// Bytes of the log that were not read yet, as far as is known.
  public let bytesBehind: Int?

  public init(items: [StreamItem], position: Position, commitTime: Int64?, bytesBehind: Int?) {
    self.items = items
    self.position = position
    self.commitTime = commitTime
    self.bytesBehind = bytesBehind
  }
}
