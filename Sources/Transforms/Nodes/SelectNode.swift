import SluiceCore

/// `select`: hands on the columns that it names, in its order, and no other.
struct SelectNode: TransformPlugin, Transform {
  static let id = "select"
  static let title = "Keep columns"
  static let options: [OptionDefinition] = [
    .init(
      "columns", .list(.string), required: true,
      help: "Columns to keep, in the order in which the lake has them; globs such as `addr_*`, in any case. Columns of the key must be among them.")
  ]

  let namedColumns: [String]
  private let patterns: [String]

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    let patterns = options.strings("columns")
    guard !patterns.isEmpty else { throw OptionIssues(path, key: "columns", "found an empty list, allowed is at least one column") }
    return SelectNode(namedColumns: ColumnSelection(patterns).names, patterns: patterns)
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    var places: [Int] = []
    for pattern in patterns {
      places += ColumnSelection([pattern]).places(in: table).map(\.index).filter { !places.contains($0) }
    }
    return ChosenColumns(table, places: places)
  }
}
