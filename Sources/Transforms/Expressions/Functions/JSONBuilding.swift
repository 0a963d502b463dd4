import SluiceCore

/// JSON of values.
enum JSONBuilding {
  /// How an argument is written.
  private enum Form {
    case bare, string
  }

  static func array(_ binder: Binder, _ nodes: [Node], _ place: TextPlace) throws(ExpressionIssue) -> Node {
    try build("json_array", binder, nodes, names: nil, place)
  }

  static func object(_ binder: Binder, _ nodes: [Node], _ place: TextPlace) throws(ExpressionIssue) -> Node {
    guard nodes.count.isMultiple(of: 2) else { throw ExpressionIssue(place, "json_object takes pairs of a name and a value") }
    var names: [String] = []
    var values: [Node] = []
    for index in stride(from: 0, to: nodes.count, by: 2) {
      names.append(try binder.constantText(nodes[index], "a name"))
      values.append(nodes[index + 1])
    }
    return try build("json_object", binder, values, names: names, place)
  }

  private static func build(
    _ function: String, _ binder: Binder, _ nodes: [Node], names: [String]?, _ place: TextPlace
  ) throws(ExpressionIssue) -> Node {
    var texts: [Node] = []
    var forms: [Form] = []
    for node in nodes {
      guard node.isNullLiteral || Cast(from: node.type, to: .string) != nil else {
        throw ExpressionIssue(node.place, "\(function) takes scalar values, found a value of type \(node.type)")
      }
      forms.append(node.type == .boolean || node.type.isNumeric || node.type == .json ? .bare : .string)
      texts.append(try binder.coerce(node, to: .string))
    }
    let heads = names.map { names in names.map { name in keyText(name) } }
    return binder.operation(function, .json, texts, place, isStrict: false, isNullable: false) { [forms] call, vectors, log in
      let readers = vectors.map { TextReader($0) }
      return call.text(NullBits(rows: call.rowCount), expecting: call.rowCount * 16 * (vectors.count + 1), &log) { row, sink in
        sink.append(heads == nil ? UInt8(ascii: "[") : UInt8(ascii: "{"))
        for index in readers.indices {
          if index > 0 { sink.append(", ") }
          if let heads { sink.append(heads[index]) }
          if vectors[index].isNull(row) {
            sink.append("null")
          } else if forms[index] == .bare {
            sink.append(bareJSON: readers[index][row])
          } else {
            sink.append(jsonString: readers[index][row])
          }
        }
        sink.append(heads == nil ? UInt8(ascii: "]") : UInt8(ascii: "}"))
      }
    }
  }

  private static func keyText(_ name: String) -> [UInt8] {
    Array((JSONText.quoted(name) + ": ").utf8)
  }
}

extension TextSink {
  /// A number, which JSON has no spelling for when it is not finite.
  mutating func append(bareJSON text: UnsafeBufferPointer<UInt8>) {
    if text.count <= 4, let last = text.last, last == UInt8(ascii: "f") || last == UInt8(ascii: "n") { append("null") } else { append(text) }
  }

  /// The text as a JSON string.
  mutating func append(jsonString text: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    var start = 0
    for index in text.indices {
      let byte = text[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
      append(UnsafeBufferPointer(rebasing: text[start..<index]))
      start = index + 1
      append(UInt8(ascii: "\\"))
      switch byte {
      case 8: append(UInt8(ascii: "b"))
      case 9: append(UInt8(ascii: "t"))
      case 10: append(UInt8(ascii: "n"))
      case 12: append(UInt8(ascii: "f"))
      case 13: append(UInt8(ascii: "r"))
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
      default:
        append("u00")
        append(byte >> 4 + 48)
        append(byte & 15 < 10 ? byte & 15 + 48 : byte & 15 + 87)
      }
    }
    append(UnsafeBufferPointer(rebasing: text[start...]))
    append(UInt8(ascii: "\""))
  }
}
