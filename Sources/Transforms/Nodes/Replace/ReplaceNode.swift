import SluiceCore

/// `replace`: other text in place of what is found in texts, by rules one after the other.
struct ReplaceNode: TransformPlugin, Transform {
  static let id = "replace"
  static let title = "Replace in texts"
  static let options: [OptionDefinition] = [
    .init("columns", .list(.string), required: true, help: "Text columns; globs such as `addr_*`, in any case."),
    .init(
      "rules",
      .list(
        .object([
          .init("find", .string, required: true, help: "What is looked for: text as it is, or with `regex` a regular expression in RE2's syntax."),
          .init(
            "with", .string, default: .string(""),
            help: "What comes in its place. With `regex`, `$1` to `$9` are the groups, `$0` is the match and `$$` a dollar sign."),
          .init("regex", .boolean, default: .boolean(false), help: "Whether `find` is a regular expression."),
          .init("ignoreCase", .boolean, default: .boolean(false), help: "Whether letters match in any case."),
          .init("all", .boolean, default: .boolean(true), help: "Whether every match is replaced, or only the first of a text."),
        ])),
      required: true, help: "The rules. Each is given what the one before it made."),
  ]

  let namedColumns: [String]
  private let selection: ColumnSelection
  private let rules: [ReplaceRule]

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    let selection = ColumnSelection(options.strings("columns"))
    guard !selection.isEmpty else { throw OptionIssues(path, key: "columns", "found an empty list, allowed is at least one column") }
    var rules: [ReplaceRule] = []
    var issues: [OptionIssue] = []
    for (index, item) in options.list("rules").enumerated() {
      guard case .object(let rule) = item else { continue }
      do {
        rules.append(try ReplaceRule(rule, at: "\(path).rules[\(index)]"))
      } catch let error as OptionIssues {
        issues += error.issues
      }
    }
    if !issues.isEmpty { throw OptionIssues(issues) }
    if rules.isEmpty { throw OptionIssues(path, key: "rules", "found an empty list, allowed is at least one rule") }
    return ReplaceNode(namedColumns: selection.names, selection: selection, rules: rules)
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    var rewrites: [(index: Int, rewrite: any ColumnRewrite)] = []
    for (index, isNamed) in selection.places(in: table) {
      let column = table.columns[index]
      if column.type == .string {
        rewrites.append((index, Replacing(rules: rules)))
      } else if isNamed {
        throw SluiceError(
          .specInvalid, "only in texts can something be replaced, this is \(column.type)", at: .init(column: column.name),
          remedy: "Cast the column to string before.")
      }
    }
    return RewritingTransform(table, rewrites)
  }

  private struct Replacing: ColumnRewrite {
    let type = DataType.string
    let rules: [ReplaceRule]

    func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
      var texts = column
      for rule in rules {
        let (made, tooLong) = rule.apply(texts)
        for row in tooLong where !column.isNull(row) {
          failures.add(row: row, column: name, code: "too-long", reason: "the text would be longer than a value may be")
        }
        texts = made
      }
      return texts
    }
  }
}
