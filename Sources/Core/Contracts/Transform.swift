/// A T-node as a spec configures it: what it does to rows between source and lake.
///
/// A value without state: the same node serves every table that its rule matches, the snapshot and the stream, and every version of a
/// table's definition.
public protocol Transform: Sendable {
  /// Names of columns that the options name, in the order of the options: a rule none of whose tables has one of them is told when a job
  /// is planned. Metadata (`MetadataColumn`) is not among them.
  var namedColumns: [String] { get }

  /// Names that the options give to columns which the node adds. When it does not fit a table, later nodes that name them are not blamed.
  var madeColumns: [String] { get }

  /// The node for tables that reach it as `table`; `nil` when it has nothing to do there, so that it costs nothing.
  ///
  /// Called when a job is planned and again at every change of the table's definition. Options that name columns which the table does not
  /// have are no error where the node can do without: masking `phone` has nothing to do where there is no `phone`. Where it cannot (a
  /// condition, an expression), or where the table does not fit (a type), it throws `spec-invalid` with the column in its place.
  ///
  /// The key of `table` is the one that the target is to have, where the table has all its columns already. Names of output columns must not depend on it.
  func bind(to table: TableDefinition) throws -> (any BoundTransform)?
}

/// A T-node that is bound to one version of one table's definition. Called from several threads at a time; keeps nothing between batches.
public protocol BoundTransform: Sendable {
  /// The table as it leaves the node: the id stays, columns and key may be others. Types, nullability and order are those of `apply`'s rows.
  var output: TableDefinition { get }

  /// For each output column that carries on an input column of another name: which. Any other output column carries on the input column of
  /// its name, or is new where there is none. A rename at the source stays a rename in the lake by this.
  var renamedColumns: [String: String] { get }

  /// Input columns whose values must not be shown where rows are kept for people (dirty rows, previews of failures).
  var sensitiveColumns: Set<String> { get }

  /// Input columns by whose values rows are left out; not empty for a node with a condition.
  var decidingColumns: Set<String> { get }

  /// Whether rows that are deleted at the source stay in the lake, with a mark or as they were.
  var keepsDeletedRows: Bool { get }

  /// The rows of `batch`, which has the columns that the node is bound to, as they leave it.
  ///
  /// An update is one row, as it is afterwards, or two side by side whose sequence numbers follow each other: as it was, and as it is. A lone row
  /// of the kind `updateBefore` goes from the lake and leaves nothing there, whatever nodes make of deletes.
  ///
  /// Rows may go, and kinds may change: an update that fails a condition becomes a delete. Rows that stay keep their order and sequence
  /// numbers (`ChangeBatch.taking`, `replacingRows`, `replacingKinds`); rows are never added. A row that cannot be transformed is told to
  /// `failures` and left out. A delete brings its row as it was, but only its key counts from here on: it passes a condition, and a value
  /// outside the key that cannot be transformed becomes NULL there instead of failing the row. The same holds for a row as it was before an update.
  func apply(_ batch: ChangeBatch, failures: inout [RowFailure]) throws -> ChangeBatch
}

extension Transform {
  public var madeColumns: [String] { [] }
}

extension BoundTransform {
  public var renamedColumns: [String: String] { [:] }
  public var sensitiveColumns: Set<String> { [] }
  public var decidingColumns: Set<String> { [] }
  public var keepsDeletedRows: Bool { false }
}

/// A row that a node could not transform. Kept as a dirty row, with the node's place in the spec and the row as it reached the node.
public struct RowFailure: Hashable, Sendable {
  /// The row's number in the batch that the node was given.
  public let row: Int
  /// The column that could not be dealt with; empty where it is no single one.
  public let column: String
  /// A short word to count by: `cast`, `division-by-zero`, `json-syntax`.
  public let code: String
  /// What was wrong, without values.
  public let reason: String

  public init(row: Int, column: String, code: String, reason: String) {
    self.row = row
    self.column = column
    self.code = code
    self.reason = reason
  }
}
