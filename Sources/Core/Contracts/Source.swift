/// Where rows come from. One folder under `Connectors/` each; what a source can do beyond snapshots it says in its capabilities.
///
/// All calls block; `Source` itself is thread-safe, what it makes is confined to one thread.
/// Errors are `SluiceError` with the source's own code mapped to a kind.
public protocol Source: Sendable {
  /// Connects and looks at everything that a job will need, one finding each, with the fix. Never throws for what it finds.
  ///
  /// What only a job needs that `follows` the change log is a failure for such a job, and a warning at most for one that copies.
  func preflight(_ tables: TableSelection, follows: Bool) -> [Finding]

  /// The selected tables with their columns and keys, sorted by name. A pattern without a wildcard that names no table is `source-table-missing`;
  /// so is a selection that matches nothing.
  func discover(_ tables: TableSelection) throws -> [TableDefinition]

  /// The head of the change log; `nil` when the source keeps none (a finding of `preflight` says so).
  func currentPosition() throws -> Position?

  /// A reader of one table's history.
  func makeSnapshotReader(_ table: TableDefinition) throws -> any SnapshotReader
}

extension Source {
  /// For a job that copies.
  public func preflight(_ tables: TableSelection) -> [Finding] { preflight(tables, follows: false) }
}

/// Which tables a job takes: exact names, globs (`shop.*`, `*` and `?` within a part) or regular expressions (`/shop_[0-9]+\.orders/`).
public struct TableSelection: Hashable, Sendable, Codable {
  public let include: [String]
  public let exclude: [String]

  public init(include: [String], exclude: [String] = []) {
    self.include = include
    self.exclude = exclude
  }
}

/// A line of `sluice check`.
public struct Finding: Hashable, Sendable, Codable {
  public enum Level: String, Sendable, Codable {
    case ok, warning, failure
  }

  public let level: Level
  /// What was looked at: `connection`, `privileges`, `binary log`.
  public let subject: String
  public let message: String
  /// What to do, as a command or statement where possible.
  public let fix: String?
  public let kind: ErrorKind?

  public init(_ level: Level, _ subject: String, _ message: String, fix: String? = nil, kind: ErrorKind? = nil) {
    self.level = level
    self.subject = subject
    self.message = message
    self.fix = fix
    self.kind = kind
  }
}
