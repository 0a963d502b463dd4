import SluiceCore

/// `default`: values in place of NULL.
struct DefaultNode: TransformPlugin, Transform {
  static let id = "default"
  static let title = "Fill NULLs"
  static let options: [OptionDefinition] = [
    .init(
      "columns", .stringMap, required: true,
      help: "Values by column: `{\"country\": \"unknown\", \"amount\": 0}`. Columns in any case; each value must be one of its column's type.")
  ]

  let namedColumns: [String]
  private let texts: [String: String]

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    let columns = options.stringMap("columns")
    if columns.isEmpty { throw OptionIssues(path, key: "columns", "found an empty object, allowed are values by column") }
    let texts = Dictionary(columns.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    return DefaultNode(namedColumns: columns.keys.sorted(), texts: texts)
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    var rewrites: [(index: Int, rewrite: any ColumnRewrite)] = []
    for (index, column) in table.columns.enumerated() where column.isNullable {
      guard let text = texts[column.name.lowercased()] else { continue }
      guard let value = ConstantValue(text, of: column.type) else {
        throw SluiceError(.specInvalid, "the value for NULL is no \(column.type)", at: .init(column: column.name))
      }
      rewrites.append((index, Filling(type: column.type, value: value)))
    }
    return RewritingTransform(table, rewrites)
  }

  private struct Filling: ColumnRewrite {
    let type: DataType
    let value: ConstantValue

    func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
      value.filling(column)
    }
  }
}
