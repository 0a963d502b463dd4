import SluiceCore

/// `drop`: hands on all columns but those that it names.
struct DropNode: TransformPlugin, Transform {
  static let id = "drop"
  static let title = "Leave columns out"
  static let options: [OptionDefinition] = [
    .init(
      "columns", .list(.string), required: true,
      help: "Columns that do not go to the lake; globs such as `tmp_*`, in any case. Columns of the key cannot be among them.")
  ]

  let namedColumns: [String]
  private let selection: ColumnSelection

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    let selection = ColumnSelection(options.strings("columns"))
    guard !selection.isEmpty else { throw OptionIssues(path, key: "columns", "found an empty list, allowed is at least one column") }
    return DropNode(namedColumns: selection.names, selection: selection)
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    let dropped = Set(selection.places(in: table).map(\.index))
    return ChosenColumns(table, places: table.columns.indices.filter { !dropped.contains($0) })
  }
}
