/// A row that could not be carried over: kept, counted, never bent.
public struct DirtyRow: Sendable {
  public let table: TableID
  /// Where it failed: `decode`, `write`, or the place of a T-node in the spec (`$.transforms[0].nodes[1].cast`).
  public let node: String
  /// A short word to count by: `zero-date`, `encoding`, `no-key`, `cast`.
  public let code: String
  /// What was wrong, without values.
  public let reason: String
  /// The column that could not be dealt with; empty where it is no single one.
  public let column: String
  /// The offending value as text, cut to a few hundred bytes.
  public let value: String
  /// Key columns and their values as the source's own literals, by which it can read the row again; empty when the table has none.
  public let key: [String: String]
  /// What the row did to its key.
  public let kind: RowKind
  /// The whole row; `nil` where nothing of it could be read.
  public let row: RowImage?
  public let position: String?
  /// Commit time at the source, microseconds since 1970 UTC; `nil` within a snapshot.
  public let commitTime: Int64?
  /// Version of the source's definition that the row followed, as in `ChangeBatch`.
  public let schemaVersion: Int
  /// Columns of `row` whose values are not kept.
  public let sensitive: Set<String>

  public static let decodeNode = "decode"
  public static let writeNode = "write"

  public init(
    table: TableID, node: String = DirtyRow.decodeNode, code: String = "value", key: [String: String], column: String, value: String, reason: String,
    kind: RowKind = .insert, row: RowImage? = nil, position: String? = nil, commitTime: Int64? = nil, schemaVersion: Int = 0,
    sensitive: Set<String> = []
  ) {
    self.table = table
    self.node = node
    self.code = code
    self.reason = reason
    self.column = column
    self.value = value
    self.key = key
    self.kind = kind
    self.row = row
    self.position = position
    self.commitTime = commitTime
    self.schemaVersion = schemaVersion
    self.sensitive = sensitive
  }

  /// A row of a batch, which has these columns. `key` names those that identify a row; `value` is the one that `node` could not deal with.
  public init(
    _ batch: ChangeBatch, row: Int, columns: [ColumnDefinition], key: [String], node: String, code: String, column: String, value: String = "",
    reason: String, sensitive: Set<String> = []
  ) {
    let image = RowImage(batch.rows, row: row, columns: columns)
    self.init(
      table: batch.table, node: node, code: code, key: Dictionary(key.map { ($0, Self.shown(image[$0])) }) { $1 }, column: column, value: value,
      reason: reason, kind: RowKind(rawValue: batch.kinds[row]) ?? .insert, row: image, position: batch.position?.text, commitTime: batch.commitTime,
      schemaVersion: batch.schemaVersion, sensitive: sensitive)
  }

  /// A value of a batch as it is shown.
  public static func shown(_ batch: ChangeBatch, row: Int, column: String, columns: [ColumnDefinition]) -> String {
    guard let place = columns.firstIndex(where: { $0.name == column }), place < batch.rows.columns.count else { return "" }
    return shown(ValueText(batch.rows.columns[place]).text(row).map(RowImage.cell))
  }

  private static func shown(_ cell: RowImage.Cell?) -> String {
    switch cell {
    case .text(let text), .cut(let text, _): String(text.prefix(shownCharacters))
    default: ""
    }
  }

  private static let shownCharacters = 256
}
