import SluiceCore

/// `parseJson`: columns of what paths in JSON documents lead to.
struct ParseJSONNode: TransformPlugin, Transform {
  static let id = "parseJson"
  static let title = "Take JSON apart"
  static let options: [OptionDefinition] = [
    .init("column", .string, required: true, help: "The column with the documents, of JSON or text; in any case."),
    .init(
      "fields",
      .list(
        .object([
          .init("path", .string, required: true, help: "Where the value is: `$.user.name`, `$.items[0]['unit price']`. No wildcards."),
          .init("name", .string, help: "The new column's name. Without it, the last key of the path."),
          .init("type", .string, default: .string("string"), help: "Its type; `json` takes the value as it is written."),
          .init("required", .boolean, default: .boolean(false), help: "Whether a document without a value there, or with null, makes a dirty row."),
          .init("onError", .choice(["dirty", "null"]), help: "What becomes of a value that is none of the type. Without it, as the node says."),
        ])),
      default: .array([]), help: "The columns to make. A path that leads nowhere, and null, give NULL."),
    .init(
      "rest",
      .object([
        .init("name", .string, required: true, help: "The new column's name."),
        .init("path", .string, default: .string("$"), help: "The object."),
        .init("type", .choice(["json", "map"]), default: .string("json"), help: "An object as JSON, or a map from text to text."),
      ]),
      help: "One column for all members of an object that no field's path begins with: for keys that nobody knows before."),
    .init("keep", .boolean, default: .boolean(true), help: "Whether the column with the documents stays."),
    .init(
      "onError", .choice(["dirty", "null"]), default: .string("dirty"),
      help:
        "What becomes of a text that is no document, and of values that are none of their type: the row is a dirty row, or the columns become NULL."),
  ]

  let namedColumns: [String]
  var madeColumns: [String] { fields.map(\.name) + (rest.map { [$0.name] } ?? []) }
  private let fields: [JSONField]
  private let rest: JSONRest?
  private let keeps: Bool
  private let nullsErrors: Bool

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    let nullsErrors = options.string("onError") == "null"
    var fields: [JSONField] = []
    var issues: [OptionIssue] = []
    for (index, item) in options.list("fields").enumerated() {
      guard case .object(let field) = item else { continue }
      do {
        fields.append(try Self.field(field, at: "\(path).fields[\(index)]", nullsErrors: nullsErrors))
      } catch let error as OptionIssues {
        issues += error.issues
      }
    }
    var rest: JSONRest?
    if let option = options.object("rest") {
      do {
        let place = OptionIssue.path(path, key: "rest")
        let object = try Self.path(option.string("path") ?? "$", at: place)
        rest = JSONRest(path: object, name: option.string("name") ?? "", isMap: option.string("type") == "map")
      } catch let error as OptionIssues {
        issues += error.issues
      }
    }
    if !issues.isEmpty { throw OptionIssues(issues) }
    if fields.isEmpty, rest == nil { throw OptionIssues(path, key: "fields", "found no field and no rest, allowed is at least one") }
    return ParseJSONNode(
      namedColumns: [options.string("column") ?? ""], fields: fields, rest: rest, keeps: options.boolean("keep") ?? true, nullsErrors: nullsErrors)
  }

  private static func path(_ text: String, at place: String) throws -> FieldPath {
    do {
      return try FieldPath(parsing: text)
    } catch {
      throw OptionIssues(place, key: "path", "\(JSONText.quoted(text)) \(error)")
    }
  }

  private static func field(_ field: OptionValues, at place: String, nullsErrors: Bool) throws -> JSONField {
    let path = try path(field.string("path") ?? "", at: place)
    guard let name = field.string("name") ?? path.name, !name.isEmpty else {
      throw OptionIssues(place, key: "name", "missing; the path ends in no key that the column could be named after")
    }
    let type = try TypeText.type(field.string("type") ?? "string", at: place, key: "type")
    guard JSONField.canHold(type) else { throw OptionIssues(place, key: "type", "found \(type), which no JSON value is") }
    return JSONField(
      path: path, name: name, type: type, isRequired: field.boolean("required") ?? false,
      nullsMisfits: field.string("onError").map { $0 == "null" } ?? nullsErrors)
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    guard let index = ColumnSelection.index(of: namedColumns[0], in: table) else { return nil }
    let column = table.columns[index]
    guard column.type == .json || column.type == .string else {
      throw SluiceError(.specInvalid, "a column of \(column.type) holds no JSON", at: .init(column: column.name))
    }
    return BoundJSON(table, column: index, fields: fields, rest: rest, keeps: keeps, nullsErrors: nullsErrors)
  }
}
