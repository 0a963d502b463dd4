import SluiceCore

/// `addColumns`: columns of constants, of what is known of a row beside its columns, and of expressions.
struct AddColumnsNode: TransformPlugin, Transform {
  static let id = "addColumns"
  static let title = "Add columns"
  static let options: [OptionDefinition] = [
    .init(
      "columns",
      .list(
        .object([
          .init("name", .string, required: true, help: "The column's name."),
          .init("value", .string, help: "A constant, as text: one of `value`, `metadata` and `expression` is needed."),
          .init(
            "metadata", .choice(MetadataColumn.allCases.map(\.rawValue)),
            help: "What is known of the row: where it comes from, what happened to it, when."),
          .init("expression", .string, help: "An [expression](expressions.md) over the columns as they reach the node, and metadata as `$table`."),
          .init("type", .string, help: "The column's type. Without it `string` for a constant, and the type that it has for the others."),
          .init("comment", .string, default: .string(""), help: "The column's comment in the lake."),
        ])),
      required: true, help: "The columns, which come after all others. None sees another of the same node."),
    .init(
      "replace", .boolean, default: .boolean(false),
      help: "Whether a column of the table that has such a name is replaced in its place; otherwise that is an error. Not for columns of the key."),
    .init(
      "onError", .choice(["dirty", "null"]), default: .string("dirty"),
      help: "What becomes of a row for which an expression fails: it is a dirty row, or the value becomes NULL."),
  ]

  private enum Content: Sendable {
    case constant(ConstantValue, DataType)
    case metadata(MetadataColumn)
    case expression(RowExpression)
  }

  private struct Addition: Sendable {
    let name: String
    let content: Content
    let type: DataType?
    let comment: String
  }

  let namedColumns: [String]
  var madeColumns: [String] { additions.map(\.name) }
  private let additions: [Addition]
  private let replaces: Bool
  private let nullsMisfits: Bool

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    var additions: [Addition] = []
    var issues: [OptionIssue] = []
    for (index, item) in options.list("columns").enumerated() {
      guard case .object(let column) = item else { continue }
      do {
        additions.append(try addition(column, at: "\(path).columns[\(index)]"))
      } catch let error as OptionIssues {
        issues += error.issues
      }
    }
    if !issues.isEmpty { throw OptionIssues(issues) }
    if additions.isEmpty { throw OptionIssues(path, key: "columns", "found an empty list, allowed is at least one column") }
    let names = additions.flatMap { addition in if case .expression(let expression) = addition.content { expression.columns } else { [String]() } }
    return AddColumnsNode(
      namedColumns: names, additions: additions, replaces: options.boolean("replace") ?? false, nullsMisfits: options.string("onError") == "null")
  }

  private static func addition(_ column: OptionValues, at path: String) throws -> Addition {
    let name = column.string("name") ?? ""
    if name.isEmpty { throw OptionIssues(path, key: "name", "found an empty text, allowed is a name") }
    let type = try column.string("type").map { try TypeText.type($0, at: path, key: "type") }
    let given = ["value", "metadata", "expression"].filter { column[$0] != nil }
    guard given.count == 1 else {
      throw OptionIssues([
        .init(path, "found \(given.isEmpty ? "none" : given.joined(separator: " and ")) of value, metadata and expression, allowed is one of them")
      ])
    }
    let content: Content
    if let text = column.string("value") {
      guard let value = ConstantValue(text, of: type ?? .string) else { throw OptionIssues(path, key: "value", "is no \(type ?? .string)") }
      content = .constant(value, type ?? .string)
    } else if let metadata = column.string("metadata").flatMap(MetadataColumn.init(rawValue:)) {
      content = .metadata(metadata)
    } else {
      content = .expression(try RowExpression(column.string("expression") ?? "", at: path, key: "expression"))
    }
    return Addition(name: name, content: content, type: type, comment: column.string("comment") ?? "")
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    var columns = table.columns
    var made: [Bound.Column] = []
    for addition in additions {
      let (source, type, isNullable) = try bind(addition, to: table)
      guard let cast = ColumnCast(from: type, to: addition.type ?? type, nullsMisfits: nullsMisfits) else {
        throw SluiceError(.specInvalid, "\(type) cannot be cast to \(addition.type ?? type)", at: .init(column: addition.name))
      }
      let old = replaces ? ColumnSelection.index(of: addition.name, in: table) : nil
      if let old, table.primaryKey.contains(table.columns[old].name) {
        throw SluiceError(.specInvalid, "a column of the key cannot be replaced", at: .init(column: table.columns[old].name))
      }
      let definition = ColumnDefinition.added(
        old.map { table.columns[$0].name } ?? addition.name, cast.type, isNullable: isNullable || cast.makesNulls || nullsMisfits,
        comment: addition.comment)
      if let old { columns[old] = definition } else { columns.append(definition) }
      made.append(.init(place: old, name: definition.name, source: source, cast: cast))
    }
    return Bound(output: table.replacing(columns: columns), columns: made, nullsMisfits: nullsMisfits)
  }

  private func bind(_ addition: Addition, to table: TableDefinition) throws -> (Bound.Source, DataType, isNullable: Bool) {
    switch addition.content {
    case .constant(let value, let type): return (.constant(value), type, false)
    case .metadata(let metadata): return (.metadata(metadata), metadata.type, metadata.isNullable)
    case .expression(let expression):
      let bound = try expression.bound(to: table)
      return (.expression(bound), bound.expression.type, bound.expression.isNullable)
    }
  }

  private struct Bound: BoundTransform {
    enum Source: Sendable {
      case constant(ConstantValue)
      case metadata(MetadataColumn)
      case expression(RowExpression.Bound)
    }

    struct Column: Sendable {
      /// Where it replaces another.
      let place: Int?
      let name: String
      let source: Source
      let cast: ColumnCast
    }

    let output: TableDefinition
    let columns: [Column]
    let nullsMisfits: Bool

    func apply(_ batch: ChangeBatch, failures: inout [SluiceCore.RowFailure]) throws -> ChangeBatch {
      var rows = batch.rows.columns
      var cells = CellFailures()
      for column in columns {
        let values: SluiceCore.Column
        switch column.source {
        case .constant(let value): values = value.column(count: batch.rowCount)
        case .metadata(let metadata): values = batch.column(of: metadata)
        case .expression(let expression):
          let evaluation = expression.evaluate(batch)
          if !nullsMisfits { cells.add(evaluation.failures, column: column.name) }
          values = evaluation.column
        }
        let cast = try column.cast.apply(values, name: column.name, failures: &cells)
        if let place = column.place { rows[place] = cast } else { rows.append(cast) }
      }
      return cells.settle(batch, columns: rows, as: output, failures: &failures)
    }
  }
}
