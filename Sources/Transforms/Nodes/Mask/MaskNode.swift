import SluiceCore

/// `mask`: values that tell less. Equal values stay equal, so that tables can still be joined and counted by them.
struct MaskNode: TransformPlugin, Transform {
  static let id = "mask"
  static let title = "Mask values"
  static let options: [OptionDefinition] = [
    .init("columns", .list(.string), required: true, help: "Columns to mask; globs such as `*_phone`, in any case. NULL stays NULL."),
    .init(
      "method", .choice(MaskMethod.Name.allCases.map(\.rawValue)), default: .string("keep"),
      help: "`keep`: the first and the last characters stay. `full`: a fixed text; zero for other types. `null`: NULL. `hash`: SHA-256 of salt and "
        + "value, `hmac`: HMAC-SHA-256, in hexadecimal digits. `email`, `phone`, `card`, `id`: what people expect to see of one. `round`: numbers, "
        + "towards zero. `date`: dates and times, to the beginning of a unit. All but `full`, `null`, `round` and `date` give texts."),
    .init("keepFirst", .integer(0...1000), default: .integer(0), help: "`keep`: characters at the start that stay."),
    .init(
      "keepLast", .integer(0...1000), default: .integer(0),
      help: "`keep`: characters at the end that stay. Of a value that has no more characters than would stay, none stays."),
    .init("with", .string, default: .string("*"), help: "The ASCII character that stands for each hidden one."),
    .init("salt", .secret, help: "`hash`: what is digested before each value. Required there."),
    .init("key", .secret, help: "`hmac`: the key. Required there."),
    .init("to", .number(1e-9...1e18), help: "`round`: numbers become multiples of this. Required there."),
    .init("unit", .choice(MaskMethod.Unit.allCases.map(\.rawValue)), help: "`date`: what stays. Required there."),
  ]

  let namedColumns: [String]
  private let selection: ColumnSelection
  private let method: MaskMethod

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    let selection = ColumnSelection(options.strings("columns"))
    guard !selection.isEmpty else { throw OptionIssues(path, key: "columns", "found an empty list, allowed is at least one column") }
    return MaskNode(namedColumns: selection.names, selection: selection, method: try MaskMethod(options, at: path))
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    var rewrites: [(index: Int, rewrite: any ColumnRewrite)] = []
    for (index, isNamed) in selection.places(in: table) {
      let column = table.columns[index]
      if table.primaryKey.contains(column.name), !method.keepsDifferences {
        throw SluiceError(
          .specInvalid, "it is part of the key, and rows whose keys differ may get equal ones by this method", at: .init(column: column.name),
          remedy: "Mask columns of the key by \"hash\" or \"hmac\".")
      }
      if let rewrite = method.rewrite(of: column.type) {
        rewrites.append((index, rewrite))
      } else if isNamed {
        throw SluiceError(.specInvalid, "\(column.type) cannot be masked by \"\(method.name)\"", at: .init(column: column.name))
      }
    }
    return RewritingTransform(table, rewrites, hidesValues: true)
  }
}
