import SluiceCore

/// `cast`: other types for columns.
struct CastNode: TransformPlugin, Transform {
  static let id = "cast"
  static let title = "Change types"
  static let options: [OptionDefinition] = [
    .init(
      "columns", .stringMap, required: true,
      help: "Types by column: `{\"amount\": \"decimal(18,2)\"}`. Columns in any case; types as CAST in [expressions](expressions.md) knows them."),
    .init(
      "onError", .choice(["dirty", "null"]), default: .string("dirty"),
      help:
        "What becomes of a value that is none of the type: its row is a dirty row, or the value becomes NULL. Columns of the key always make dirty rows."
    ),
  ]

  let namedColumns: [String]
  private let types: [String: DataType]
  private let nullsMisfits: Bool

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    let columns = options.stringMap("columns")
    if columns.isEmpty { throw OptionIssues(path, key: "columns", "found an empty object, allowed are types by column") }
    var types: [String: DataType] = [:]
    var issues: [OptionIssue] = []
    for (name, text) in columns.sorted(by: { $0.key < $1.key }) {
      do {
        types[name.lowercased()] = try TypeText.type(text, at: OptionIssue.path(path, key: "columns"), key: name)
      } catch let error as OptionIssues {
        issues += error.issues
      }
    }
    if !issues.isEmpty { throw OptionIssues(issues) }
    return CastNode(namedColumns: columns.keys.sorted(), types: types, nullsMisfits: options.string("onError") == "null")
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    var rewrites: [(index: Int, rewrite: any ColumnRewrite)] = []
    for (index, column) in table.columns.enumerated() {
      guard let type = types[column.name.lowercased()], type != column.type else { continue }
      let nulls = nullsMisfits && !table.primaryKey.contains(column.name)
      guard let cast = ColumnCast(from: column.type, to: type, nullsMisfits: nulls) else {
        throw SluiceError(.specInvalid, "\(column.type) cannot be cast to \(type)", at: .init(column: column.name))
      }
      rewrites.append((index, cast))
    }
    return RewritingTransform(table, rewrites)
  }
}
