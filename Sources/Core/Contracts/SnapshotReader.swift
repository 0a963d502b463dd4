/// Reads the history of one table, range by range. Confined to one thread, holds at most one connection.
///
/// The state of a snapshot is nothing but its ranges: a reader made anew goes on from any range's cursor.
/// Reading never locks the source's tables.
public protocol SnapshotReader: AnyObject {
  /// How this table can be read.
  var mode: SnapshotMode { get }

  /// Begins the one consistent read of a table that is read whole, and tells the place in the log at which it sees the table: exactly the changes
  /// before that place are in what `read` will answer. `nil` for a table that is read by ranges, or a source without a log.
  func begin() throws -> Position?

  /// Reads the range on from its cursor, in key order, and calls `emit` with each batch and the cursor after it.
  ///
  /// Stops when the range is exhausted (`true`), or after any batch for which `emit` says `.pause` (`false`).
  /// Rows that cannot be decoded are reported to `dirty` and left out. A connection that breaks is
  /// `source-connection-lost`: the caller makes a new reader and goes on from the last cursor it accepted.
  /// A definition that no longer fits the one the reader was made with is `source-schema-changed`.
  func read(_ range: SnapshotRange, dirty: (DirtyRow) throws -> Void, emit: (ChangeBatch, SnapshotRange) throws -> ReadDirective) throws -> Bool

  /// The most rows of a batch from here on, so that a slow run moves in small steps. A hint: a reader may not know of it.
  var mostRows: Int { get set }

  /// A key that parts what is left of `range` into two, about equal, both not empty as far as can be told;
  /// `nil` when the range is not worth splitting. Cheap: index look-ups only. `range` may be in the course of
  /// being read elsewhere: the caller checks that its cursor has not passed the answer.
  func middle(of range: SnapshotRange) throws -> SnapshotKey?
}

extension SnapshotReader {
  public func begin() throws -> Position? { nil }

  public var mostRows: Int {
    get { .max }
    set {}
  }
}

public enum ReadDirective: Sendable {
  case more
  case pause
}

public enum SnapshotMode: Hashable, Sendable {
  /// By ranges with cursors, resumable. `isOrdered`: key order at the source is the order in which lake formats sort.
  case ranges(isOrdered: Bool)
  /// One consistent read from end to end, all or nothing.
  case whole
}

/// A part of a table's key space with a cursor: rows with `lower < key <= upper`.
public struct SnapshotRange: Hashable, Sendable, Codable {
  /// Unique within the table's snapshot.
  public var id: Int
  /// The key of the last row taken, or the lower bound; `nil` from the first key on.
  public var lower: SnapshotKey?
  /// `nil` up to the last key.
  public var upper: SnapshotKey?
  /// Rows taken so far.
  public var rowsRead: Int
  /// An estimate of the rows that are left.
  public var rowsLeft: Int

  public init(id: Int, lower: SnapshotKey?, upper: SnapshotKey?, rowsRead: Int = 0, rowsLeft: Int) {
    self.id = id
    self.lower = lower
    self.upper = upper
    self.rowsRead = rowsRead
    self.rowsLeft = rowsLeft
  }
}

/// A key tuple in the source's own literal form, one part a key column. Only its source can compare two of them.
public struct SnapshotKey: Hashable, Sendable, Codable {
  public let parts: [String]

  public init(_ parts: [String]) {
    self.parts = parts
  }
}
