/// Renders values of a column as text for people and as JSON, exactly: no digit is lost or added.
///
/// Text: decimals with their scale, dates `2024-02-29`, timestamps `2024-02-29T23:59:59.123` with exactly the type's digits, instants
/// with a final `Z`, binary as `0x…`, floating point numbers in their shortest form, nested values as JSON.
/// JSON: the same, with decimals as strings and binary as base64 strings.
public struct ValueText: Sendable {
  private let column: Column

  public init(_ column: Column) {
    self.column = column
  }

  /// The value of `row` as text; `nil` for a null.
  public func text(_ row: Int) -> String? {
    if column.isNull(row) { return nil }
    return switch column.type {
    case .string, .json: string(row)
    case .binary: "0x" + column.bytes(at: row).map { Self.hex($0) }.joined()
    case .array, .map, .row: json(row)
    default: scalar(row)
    }
  }

  /// The value of `row` as a JSON token.
  public func json(_ row: Int) -> String {
    if column.isNull(row) { return "null" }
    switch column.type {
    case .boolean, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: return scalar(row)
    case .float32, .float64:
      let text = scalar(row)
      return text.first.map { $0.isNumber || $0 == "-" } == true && text != "-inf" ? text : Self.specialNumber(text)
    case .string, .json: return JSONText.quoted(string(row))
    case .binary: return "\"\(Base64.text(column.bytes(at: row)))\""
    case .decimal, .date, .time, .timestamp, .instant: return "\"\(scalar(row))\""
    case .array: return "[" + elements(row).map { ValueText(column.children[0]).json($0) }.joined(separator: ",") + "]"
    case .map: return "[" + elements(row).map(entry).joined(separator: ",") + "]"
    case .row(let fields):
      let members = zip(fields, column.children).map { field, child in
        "\(JSONText.quoted(field.name)):\(ValueText(child).json(row))"
      }
      return "{" + members.joined(separator: ",") + "}"
    }
  }

  /// Whether values of the type read best aligned to the right.
  public static func isNumeric(_ type: DataType) -> Bool {
    switch type {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64, .decimal: true
    default: false
    }
  }

  private func string(_ row: Int) -> String {
    String(decoding: column.bytes(at: row), as: UTF8.self)
  }

  private func scalar(_ row: Int) -> String {
    switch column.type {
    case .boolean: column.boolean(row) ? "true" : "false"
    case .int8: "\(column.fixed(as: Int8.self)[row])"
    case .int16: "\(column.fixed(as: Int16.self)[row])"
    case .int32: "\(column.fixed(as: Int32.self)[row])"
    case .int64: "\(column.fixed(as: Int64.self)[row])"
    case .uint8: "\(column.fixed(as: UInt8.self)[row])"
    case .uint16: "\(column.fixed(as: UInt16.self)[row])"
    case .uint32: "\(column.fixed(as: UInt32.self)[row])"
    case .uint64: "\(column.fixed(as: UInt64.self)[row])"
    case .float32: "\(column.fixed(as: Float.self)[row])"
    case .float64: "\(column.fixed(as: Double.self)[row])"
    case .decimal(_, let scale): Self.decimal(column.unscaledDecimal(row), scale: scale)
    case .date: CalendarText.date(days: Int64(column.fixed(as: Int32.self)[row]))
    case .time(let precision): CalendarText.time(column.fixed(as: Int64.self)[row], perSecond: 1_000_000, digits: precision)
    case .timestamp(let precision): CalendarText.timestamp(column.fixed(as: Int64.self)[row], precision: precision)
    case .instant(let precision): CalendarText.timestamp(column.fixed(as: Int64.self)[row], precision: precision) + "Z"
    case .string, .json, .binary, .array, .map, .row: ""
    }
  }

  /// The rows of the child column that belong to `row`.
  private func elements(_ row: Int) -> Range<Int> {
    Int(column.offsets[row])..<Int(column.offsets[row + 1])
  }

  private func entry(_ row: Int) -> String {
    let pair = column.children[0]
    return "[\(ValueText(pair.children[0]).json(row)),\(ValueText(pair.children[1]).json(row))]"
  }

  private static func decimal(_ unscaled: Int128, scale: Int) -> String {
    guard scale > 0 else { return "\(unscaled)" }
    let digits = "\(unscaled.magnitude)"
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    return (unscaled < 0 ? "-" : "") + padded.dropLast(scale) + "." + padded.suffix(scale)
  }

  private static func hex(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16)
    return text.count == 1 ? "0" + text : text
  }

  private static func specialNumber(_ text: String) -> String {
    switch text {
    case "inf": "\"Infinity\""
    case "-inf": "\"-Infinity\""
    default: "\"NaN\""
    }
  }
}
