internal import SluiceCore

/// Constants that a table's rows from before a column was added have in it.
///
/// No reader takes a constant for a column that a file lacks, so they are a debt: kept as table options, answered by our own reader, and
/// paid when the older files are written anew. A debt is never struck off: it is owed by files older than the column, and by no others.
struct ColumnFills: Sendable {
  private static let prefix = "sluice.fill."

  private var values: [Int: Column] = [:]
  /// Files of older schemas lack a column that has a constant.
  private var since: Int64 = 0

  static let none = ColumnFills()

  private init() {}

  /// Throws `target-damaged` for an option that says no value of its column's type.
  init(_ schema: TableSchema) throws {
    for field in schema.fields {
      guard let setting = schema.options[Self.option(of: field.id)] else { continue }
      guard let colon = setting.firstIndex(of: ":"), let added = Int64(setting[..<colon]),
        let value = ConstantColumn.parse(String(setting[setting.index(after: colon)...]), as: try PaimonTypes.dataType(of: field.type))
      else { throw SluiceError(.targetDamaged, "the option \(Self.option(of: field.id)) is no value of its column", at: .init(column: field.name)) }
      values[field.id] = value
      since = max(since, added)
    }
  }

  /// Whether no column has a constant.
  var isEmpty: Bool { values.isEmpty }

  /// The table option that keeps the constant of a field.
  static func option(of field: Int) -> String { prefix + String(field) }

  /// The option's text for a column that `since`, a schema's id, brought.
  static func setting(since: Int64, _ value: String) -> String { "\(since):\(value)" }

  /// The constant in an option's text.
  static func value(_ setting: String) -> String? {
    setting.firstIndex(of: ":").map { String(setting[setting.index(after: $0)...]) }
  }

  /// One row: what `field` is in files that lack it; `nil` for null.
  func value(of field: SchemaField) -> Column? { values[field.id] }

  /// Whether `file` lacks a column for which there is a constant, so that it should be written anew.
  func isOwed(by file: DataFileMeta) -> Bool { file.schemaID < since }
}
