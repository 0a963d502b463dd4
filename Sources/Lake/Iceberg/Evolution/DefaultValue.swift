internal import SluiceCore

/// A column's default in the specification's JSON form of one value (Iceberg specification, appendix D, JSON single-value serialization).
enum DefaultValue {
  /// The one row of `column`; `nil` for a null, and for types that have no default.
  static func json(_ column: Column, as type: IcebergType) -> SpecValue? {
    guard !column.isNull(0), let text = ValueText(column).text(0) else { return nil }
    switch type {
    case .boolean: return .boolean(column.boolean(0))
    case .int: return .integer(Int(column.fixed(as: Int32.self)[0]))
    case .long: return .integer(Int(column.fixed(as: Int64.self)[0]))
    case .float: return Double(text).map { .number($0) }
    case .double: return .number(column.fixed(as: Double.self)[0])
    case .decimal, .string, .date, .time: return .string(text)
    case .timestamp, .timestampNanos: return .string(text.replacing(" ", with: "T"))
    case .timestamptz, .timestamptzNanos: return .string(text.replacing(" ", with: "T").replacing("Z", with: "+00:00"))
    case .binary, .fixed: return .string(String(text.dropFirst(2)))
    case .uuid, .unknown, .other, .list, .map, .row: return nil
    }
  }

  /// The value as a column of one row; `nil` when it is none of the type.
  static func column(_ json: SpecValue, as type: IcebergType) -> Column? {
    guard let storage = IcebergTypes.dataType(of: type) else { return nil }
    let text: String
    switch (json, type) {
    case (.boolean(let flag), .boolean): text = flag ? "true" : "false"
    case (.integer(let number), .int), (.integer(let number), .long), (.integer(let number), .float), (.integer(let number), .double):
      text = String(number)
    case (.number(let number), .float): text = String(Float(number))
    case (.number(let number), .double): text = String(number)
    case (.string(let string), .binary), (.string(let string), .fixed): text = "0x" + string
    case (.string(let string), .timestamptz), (.string(let string), .timestamptzNanos): text = string.replacing("+00:00", with: "Z")
    case (.string(let string), .decimal), (.string(let string), .string), (.string(let string), .date), (.string(let string), .time),
      (.string(let string), .timestamp), (.string(let string), .timestampNanos):
      text = string
    default: return nil
    }
    return ConstantColumn.parse(text, as: storage)
  }
}

extension IcebergField {
  /// One row: what the field is in files from before it was added; `nil` for null. Throws `target-damaged`.
  func initialValue() throws -> Column? {
    guard let initialDefault, initialDefault != .null else { return nil }
    guard let value = DefaultValue.column(initialDefault, as: type) else {
      throw SluiceError(.targetDamaged, "the column's initial default is no value of its type", at: .init(column: name))
    }
    return value
  }
}
