/// An open lake table. Thread-safe; what it makes is confined to one thread each.
public protocol LakeTable: AnyObject, Sendable {
  var id: TableID { get }
  /// Columns in table order, as a reader sees them.
  var columns: [TargetTable.Column] { get }

  /// The types in which a writer takes the columns (`LakeType.storage`), in table order.
  var storageTypes: [DataType] { get }

  /// The version of the table's schema under which its writers write.
  var schemaVersion: Int64 { get }

  /// Why the table cannot take `change` after `changes`, which it can: a promotion that the format does not know, a key column; `nil` when it
  /// can. Nothing is changed.
  func refusal(of change: TargetChange, after changes: [TargetChange]) -> String?

  /// Makes the next version of the table's schema: this version with `changes` applied in order, visible to readers on return.
  ///
  /// Files of older versions stay as they are and are read under the new one. Safe to repeat after a crash: a newer version that already is
  /// what the changes make of this one is taken as it is. A change that is already there (a column of that name and type) does nothing.
  /// The answer replaces this object; writers made before go on under their own version.
  func evolve(_ changes: [TargetChange]) throws -> any LakeTable

  /// Whether rows from before an added column still read null in it, where `evolve` was told a constant: maintenance writes them anew.
  func owesFills() throws -> Bool

  /// Background work on the table: merging files, expiring snapshots. Only for a table whose history is in it: rows of before may not come
  /// after their deletions were merged away.
  func makeMaintenance(_ options: MaintenanceOptions) throws -> any TableMaintenance

  /// Splits batches over the table's slots.
  func makeRouter() throws -> any RowRouter

  /// A writer for the slots of one lane.
  func makeWriter(_ options: TableWriterOptions) throws -> any TableWriter

  func makeCommitter() throws -> any TableCommitter

  /// Reads the current snapshot, merged; `columns` by name, `nil` for all.
  func makeReader(columns: [String]?, limit: Int?) throws -> any TableReader

  /// Facts about the current snapshot for people: snapshot id, files, rows, bytes.
  func summary() throws -> TableSummary
}

extension LakeTable {
  /// Why the table cannot take `change` as it is now.
  public func refusal(of change: TargetChange) -> String? { refusal(of: change, after: []) }

  /// A format whose readers know the constant owes nothing.
  public func owesFills() throws -> Bool { false }
}

/// One independent part of a table: rows of one key always go to the same slot, files belong to one slot.
public struct Slot: Hashable, Sendable, Codable {
  /// The partition in the format's own encoding; empty for an unpartitioned table.
  public let partition: [UInt8]
  public let bucket: Int32

  public init(partition: [UInt8] = [], bucket: Int32) {
    self.partition = partition
    self.bucket = bucket
  }
}

/// Splits batches over slots. Confined to one thread.
public protocol RowRouter: AnyObject {
  /// The rows of `batch`, which has the table's storage types, by slot; the order within a slot is kept.
  func route(_ batch: ChangeBatch) throws -> [(slot: Slot, rows: ChangeBatch)]
}

/// How a writer is set up.
public struct TableWriterOptions: Sendable {
  /// Distinguishes the writers of one run of a job; part of file names.
  public let label: String
  public let targetFileSize: Int
  /// Whether the table's history is in it: from then on changes are placed so that readers merge nothing, where the table is laid out for
  /// that. Before that they wait beside the history.
  public let isAligned: Bool
  /// A local folder that the writer may use for what it can make anew, such as a key index; it may be deleted while no writer is open.
  public let scratch: String?

  public init(label: String, targetFileSize: Int, isAligned: Bool = false, scratch: String? = nil) {
    self.label = label
    self.targetFileSize = targetFileSize
    self.isAligned = isAligned
    self.scratch = scratch
  }
}

/// Where the rows of a batch come from, which decides how they may be placed.
public enum RowOrigin: Hashable, Sendable {
  /// A snapshot range: keys occur once in the whole snapshot, and ranges do not share keys.
  /// `isOrdered`: batches of one range come in ascending order of the source's key, and that order is the lake's.
  case snapshot(range: Int, isOrdered: Bool)
  /// The change stream: any kind, any key, in order.
  case stream
}

/// Writes the rows of one lane of one table. Confined to one thread.
///
/// Nothing it wrote is visible to readers before its committables are committed.
public protocol TableWriter: AnyObject {
  /// Accepts rows of one slot, in the table's storage types. Accepted is not durable.
  func write(_ rows: ChangeBatch, slot: Slot, origin: RowOrigin) throws

  /// No more rows of that snapshot range come: closes its files, so that their memory is free.
  func endRange(_ range: Int) throws

  /// Drops what was written for that snapshot range since the last `prepareCommit`, open and closed files alike.
  func discardRange(_ range: Int)

  /// Bytes of memory that the writer holds now.
  var heldBytes: Int { get }

  /// Frees memory, largest holders first, until `heldBytes` is at most `target`: by ending row groups, or files where that is not enough.
  func relieve(to target: Int) throws

  /// Closes all files and hands over what a commit needs. On return the files are durable.
  /// The snapshot range of each committable is told, so that an all-or-nothing range can be held back.
  func prepareCommit() throws -> [PreparedFile]

  /// Gives up: removes all files that were not handed over.
  func abandon()
}

/// A finished, durable, not yet visible file.
public struct PreparedFile: Sendable, Codable {
  /// The snapshot range whose rows it holds; `nil` for stream rows.
  public let range: Int?
  /// The format's own description of the file, readable by later versions.
  public let payload: [UInt8]
  public let rowCount: Int
  public let byteCount: Int

  public init(range: Int?, payload: [UInt8], rowCount: Int, byteCount: Int) {
    self.range = range
    self.payload = payload
    self.rowCount = rowCount
    self.byteCount = byteCount
  }
}

/// Makes files visible, exactly once. Confined to one thread; one per table at a time.
public protocol TableCommitter: AnyObject {
  /// The highest checkpoint of this writer identity that the table holds; `nil` when none.
  func lastCommitted() throws -> CheckpointID?

  /// Commits `files` as checkpoint `checkpoint` with `properties` (source positions among them) in one snapshot.
  ///
  /// With `replacing` all that the table held before goes with the same snapshot: a truncated table, or one that is copied anew.
  /// Does nothing when the table already holds that checkpoint or a later one. Retries lost races against other
  /// writers. An outcome that is unknown is resolved by reading back. On return it is durable.
  func commit(_ files: [PreparedFile], replacing: Bool, checkpoint: CheckpointID, properties: [String: String]) throws

  /// Called after the last commit of a snapshot: merges runs that overlap in key range into disjoint ones, so that readers merge
  /// nothing, within `memory` bytes. Safe to repeat and to crash in. `scratch` is as for writers.
  func consolidate(checkpoint: CheckpointID, memory: Int, scratch: String?) throws

  /// Deletes files of this writer identity that no snapshot and none of `keeping` refers to. Only when no writer is open.
  func removeOrphans(keeping: [PreparedFile]) throws -> Int
}

extension TableCommitter {
  /// Without a folder for what can be made anew.
  public func consolidate(checkpoint: CheckpointID, memory: Int) throws {
    try consolidate(checkpoint: checkpoint, memory: memory, scratch: nil)
  }

  public func commit(_ files: [PreparedFile], checkpoint: CheckpointID, properties: [String: String]) throws {
    try commit(files, replacing: false, checkpoint: checkpoint, properties: properties)
  }
}

/// How maintenance is set up.
public struct MaintenanceOptions: Sendable {
  /// Part of the names of the files that it makes.
  public let label: String
  public let targetFileSize: Int
  /// Bytes that it may hold.
  public let memory: Int
  /// As for writers.
  public let scratch: String?
  /// Nobody has changed the table for a while: what only costs its readers, such as few dead rows in large files, is worth writing anew now.
  public let isQuiet: Bool

  public init(label: String, targetFileSize: Int, memory: Int, scratch: String? = nil, isQuiet: Bool = false) {
    self.label = label
    self.targetFileSize = targetFileSize
    self.memory = memory
    self.scratch = scratch
    self.isQuiet = isQuiet
  }
}

/// One round of background work on one table: merging files so that their number stays bounded, expiring old snapshots. Used by one thread
/// at a time; another may call `publish` than `prepare`.
///
/// Commits of checkpoints go on beside `prepare`, but not beside `publish`: between a lane's `prepareCommit` and the commit of what it
/// handed over, nothing is published.
public protocol TableMaintenance: AnyObject, Sendable {
  /// The heavy part: writes merged files that nobody sees yet. `false` when nothing is to be published. Looks at `isCancelled` every now and
  /// then, and throws nothing then, but answers `false`.
  func prepare(isCancelled: @Sendable () -> Bool) throws -> Bool

  /// The light part: makes what was prepared visible, rows deleted or replaced since then included. Lost races are given up, with the files
  /// removed. Rows stay as they were. The newest checkpoint of the writer stays findable.
  func publish(checkpoint: CheckpointID) throws

  /// Gives up, and removes what was prepared.
  func abandon()
}

/// Reads a table. Confined to one thread.
public protocol TableReader: AnyObject {
  /// The next rows in the storage types of the columns asked for; `nil` at the end.
  func next() throws -> Batch?
  var columns: [TargetTable.Column] { get }
}

/// Facts about a table's current snapshot.
public struct TableSummary: Sendable {
  /// `nil` before the first commit.
  public let snapshot: Int64?
  public let fileCount: Int
  public let byteCount: Int
  /// Rows of all files, before merging.
  public let rowCount: Int
  /// What the newest snapshot says about source positions and checkpoint; before the first one, who made the table (`sluice.writer`).
  public let properties: [String: String]

  public init(snapshot: Int64?, fileCount: Int, byteCount: Int, rowCount: Int, properties: [String: String]) {
    self.snapshot = snapshot
    self.fileCount = fileCount
    self.byteCount = byteCount
    self.rowCount = rowCount
    self.properties = properties
  }
}
