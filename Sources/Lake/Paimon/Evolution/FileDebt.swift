internal import SluiceCore

/// What files of older schemas owe their readers: constants that rows from before a column was added have in it, and values in a new type that
/// foreign readers take from old files, but cannot filter by what manifests say of those.
///
/// Both are kept as table options; our own reader answers them at once, others when the older files are written anew. A debt is never struck
/// off: it is owed by files older than a certain schema, and by no others.
struct FileDebt: Sendable {
  private static let prefix = "sluice.fill."
  /// The option with the schema's id before which files are to be written anew for the sake of a type.
  static let retyped = "sluice.retyped"

  private var values: [Int: Column] = [:]
  /// Files of older schemas owe something.
  private var since: Int64 = 0

  /// Throws `target-damaged` for an option that says no value of its column's type.
  init(_ schema: TableSchema) throws {
    since = schema.options[Self.retyped].flatMap { Int64($0) } ?? 0
    for field in schema.fields {
      guard let setting = schema.options[Self.option(of: field.id)] else { continue }
      guard let colon = setting.firstIndex(of: ":"), let added = Int64(setting[..<colon]),
        let value = ConstantColumn.parse(String(setting[setting.index(after: colon)...]), as: try PaimonTypes.dataType(of: field.type))
      else { throw SluiceError(.targetDamaged, "the option \(Self.option(of: field.id)) is no value of its column", at: .init(column: field.name)) }
      values[field.id] = value
      since = max(since, added)
    }
  }

  /// Whether no file owes anything.
  var isEmpty: Bool { since == 0 }

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

  /// Whether `file` should be written anew.
  func isOwed(by file: DataFileMeta) -> Bool { file.schemaID < since }
}
