import SluiceCore

/// `rename`: other names for columns, one by one or all by a rule. The key follows.
struct RenameNode: TransformPlugin, Transform {
  static let id = "rename"
  static let title = "Rename columns"
  static let options: [OptionDefinition] = [
    .init("columns", .stringMap, default: .object([]), help: "New names by old names: `{\"usr_nm\": \"user_name\"}`. Old names in any case."),
    .init(
      "case", .choice(["keep", "lower", "upper"]), default: .string("keep"),
      help: "What becomes of the case of all names that `columns` does not give."),
    .init("prefix", .string, default: .string(""), help: "What comes before all names that `columns` does not give."),
    .init("suffix", .string, default: .string(""), help: "What comes after all names that `columns` does not give."),
  ]

  let namedColumns: [String]
  var madeColumns: [String] { names.values.sorted() }
  private let names: [String: String]
  private let letters: String
  private let prefix: String
  private let suffix: String

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    let columns = options.stringMap("columns")
    for (old, new) in columns.sorted(by: { $0.key < $1.key }) where new.isEmpty {
      throw OptionIssues(OptionIssue.path(path, key: "columns"), key: old, "found an empty text, allowed is a name")
    }
    let (letters, prefix, suffix) = (options.string("case") ?? "keep", options.string("prefix") ?? "", options.string("suffix") ?? "")
    if columns.isEmpty, letters == "keep", prefix.isEmpty, suffix.isEmpty {
      throw OptionIssues(path, key: "columns", "missing, and there is no other rule; it must hold new names by old names")
    }
    let names = Dictionary(columns.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    return RenameNode(namedColumns: columns.keys.sorted(), names: names, letters: letters, prefix: prefix, suffix: suffix)
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    var changed: [Int: String] = [:]
    for (index, column) in table.columns.enumerated() {
      let name = names[column.name.lowercased()] ?? byRule(column.name)
      if name != column.name { changed[index] = name }
    }
    return ChosenColumns(table, places: Array(table.columns.indices), names: changed)
  }

  private func byRule(_ name: String) -> String {
    switch letters {
    case "lower": prefix + name.lowercased() + suffix
    case "upper": prefix + name.uppercased() + suffix
    default: prefix + name + suffix
    }
  }
}
