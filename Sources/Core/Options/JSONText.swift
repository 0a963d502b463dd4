/// Writes JSON: on one line, or indented by two spaces for people.
public enum JSONText {
  /// The value on one line, without spaces.
  public static func compact(_ value: SpecValue) -> String {
    var text = ""
    write(value, to: &text, indent: nil)
    return text
  }

  /// The value over several lines; short lists of plain values stay on one.
  public static func pretty(_ value: SpecValue) -> String {
    var text = ""
    write(value, to: &text, indent: 0)
    return text
  }

  /// A JSON string literal. Everything but quotes, backslashes and control characters stands for itself.
  public static func quoted(_ text: some StringProtocol) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func write(_ value: SpecValue, to text: inout String, indent: Int?) {
    switch value {
    case .null: text += "null"
    case .boolean(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += "\(number)"
    case .number(let number): text += number.isFinite ? plain(number) : quoted("\(number)")
    case .string(let string): text += quoted(string)
    case .array(let items):
      let isFlat = items.allSatisfy(\.isPlain) && items.count <= 12
      write(items, open: "[", close: "]", to: &text, indent: isFlat ? nil : indent) { item, text, indent in
        write(item, to: &text, indent: indent)
      }
    case .object(let members):
      write(members, open: "{", close: "}", to: &text, indent: indent) { member, text, indent in
        text += quoted(member.key) + (indent == nil ? ":" : ": ")
        write(member.value, to: &text, indent: indent)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], open: String, close: String, to text: inout String, indent: Int?, each: (Item, inout String, Int?) -> Void
  ) {
    text += open
    for (index, item) in items.enumerated() {
      if index > 0 { text += "," }
      if let indent { text += "\n" + String(repeating: "  ", count: indent + 1) }
      each(item, &text, indent.map { $0 + 1 })
    }
    if let indent, !items.isEmpty { text += "\n" + String(repeating: "  ", count: indent) }
    text += close
  }

  /// Whole numbers without a fraction.
  private static func plain(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }
}

extension SpecValue {
  fileprivate var isPlain: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }
}
