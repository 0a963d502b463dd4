import SluiceCore

/// JSON text: nothing makes a tree of it. Where a text that is no JSON is met, the row fails.
enum JSONFunctions {
  /// The cast of text to JSON: the text itself, if it is JSON.
  static let validation = Cast(canFail: true) { call, vectors, log in
    let source = TextReader(vectors[0])
    let checked = Call(frame: call.frame, site: call.site, type: .boolean)
    var nulls = NullBits.union(vectors, rows: call.rowCount)
    for row in 0..<call.rowCount where !nulls.isNull(row) {
      var scanner = JSONScanner(source[row])
      if !scanner.isWhole() { checked.fail(.invalidJSON, row, &nulls, &log) }
    }
    let column = vectors[0].materialized(count: call.rowCount)
    guard nulls.count > column.nullCount else { return Vector(column.relabelled(.json)) }
    return call.text(nulls, expecting: column.byteSize, &log) { row, sink in sink.append(source[row]) }
  }

  static let all: [FunctionDefinition] = [
    .form(
      "json_extract", .json, [.json(), .constant("path")], result: "json",
      "The value at the path, as it is written there; `json -> path` is the same. What lies behind it is not checked.",
      nulls: "NULL also where there is no such value",
      [.init(#"json_extract('{"a": [10, {"b": "x"}]}', '$.a[1]')"#, #"{"b": "x"}"#), .init(#"'{"a": 1}' -> '$.b'"#, nil)]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let path = try path(nodes[1], binder)
      return binder.operation("json_extract", .json, [nodes[0]], place, canFail: true, isNullable: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.textOrNull(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 16, &log) { row, sink throws(RowFailure.Reason) in
          var scanner = JSONScanner(source[row])
          guard let range = try scanner.find(path) else { return false }
          sink.append(UnsafeBufferPointer(rebasing: source[row][range]))
          return true
        }
      }
    },
    .form(
      "json_value", .json, [.json(), .constant("path")], result: "string",
      "The value at the path as text: a string without its quotes, anything else as it is written; `json ->> path` is the same.",
      nulls: "NULL also where there is no such value, or a JSON null",
      [
        .init(#"json_value('{"a": {"b": "x\ty"}}', '$.a.b')"#, "x\ty"), .init(#"'[1.50]' ->> '$[0]'"#, "1.50"),
        .init(#"'{"a": null}' ->> '$.a'"#, nil),
      ]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let path = try path(nodes[1], binder)
      return binder.operation("json_value", .string, [nodes[0]], place, canFail: true, isNullable: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.textOrNull(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 16, &log) { row, sink throws(RowFailure.Reason) in
          var scanner = JSONScanner(source[row])
          guard let range = try scanner.find(path) else { return false }
          return appendValue(UnsafeBufferPointer(rebasing: source[row][range]), &sink)
        }
      }
    },
    .form(
      "json_exists", .json, [.json(), .constant("path")], result: "boolean", "Whether there is a value at the path, be it a JSON null.",
      [.init(#"json_exists('{"a": null}', '$.a')"#, "true"), .init("json_exists('[]', '$[0]')", "false")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let path = try path(nodes[1], binder)
      return binder.operation("json_exists", .boolean, [nodes[0]], place, canFail: true) { call, vectors, log in
        let source = TextReader(vectors[0])
        return call.flags(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) in
          var scanner = JSONScanner(source[row])
          return try scanner.find(path) != nil
        }
      }
    },
    .strict(
      "json_valid", .json, [.text("text")], .boolean, "Whether the text is JSON.",
      [.init("json_valid('[1, 2]')", "true"), .init("json_valid('{a: 1}')", "false")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.flags(.union(vectors, rows: call.rowCount), &log) { row in
        var scanner = JSONScanner(source[row])
        return scanner.isWhole()
      }
    },
    .strict(
      "json_type", .json, [.json()], .string, "OBJECT, ARRAY, STRING, NUMBER, BOOLEAN or NULL.", canFail: true,
      [.init("json_type('[1]')", "ARRAY"), .init("json_type('null')", "NULL")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink throws(RowFailure.Reason) in
        var scanner = JSONScanner(source[row])
        let first = scanner.next()
        try scanner.skipValue()
        sink.append(typeName(first))
      }
    },
    .strict(
      "json_length", .json, [.json()], .int64, "Elements of an array, members of an object; 1 for anything else.", canFail: true,
      [.init(#"json_length('{"a": 1, "b": [1, 2, 3]}')"#, "2"), .init("json_length('7')", "1")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row throws(RowFailure.Reason) -> Int64 in
        var scanner = JSONScanner(source[row])
        return try Int64(walk(&scanner) { _ in })
      }
    },
    .strict(
      "json_keys", .json, [.json()], .json, "The names of an object's members as an array.", nulls: "NULL also for what is no object", canFail: true,
      givesNull: true, [.init(#"json_keys('{"a": 1, "b": {}}')"#, #"["a", "b"]"#)]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.textOrNull(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 32, &log) { row, sink throws(RowFailure.Reason) in
        var scanner = JSONScanner(source[row])
        guard scanner.next() == UInt8(ascii: "{") else {
          try scanner.skipValue()
          return false
        }
        var names: [Range<Int>] = []
        _ = try walk(&scanner) { names.append($0) }
        sink.append(UInt8(ascii: "["))
        for (index, name) in names.enumerated() {
          if index > 0 { sink.append(", ") }
          sink.append(UnsafeBufferPointer(rebasing: source[row][name.lowerBound - 1..<name.upperBound + 1]))
        }
        sink.append(UInt8(ascii: "]"))
        return true
      }
    },
    .strict(
      "json_quote", .json, [.text()], .json, "The text as a JSON string.", [.init(#"json_quote('a"b')"#, #""a\"b""#)]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize, &log) { row, sink in
        sink.append(jsonString: source[row])
      }
    },
    .strict(
      "json_unquote", .json, [.json()], .string, "A JSON string's text; anything else as it is.", canFail: true,
      [.init(#"json_unquote('"a\u00e9"')"#, "aé"), .init("json_unquote('[1]')", "[1]")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize, &log) { row, sink throws(RowFailure.Reason) in
        var scanner = JSONScanner(source[row])
        guard scanner.next() == UInt8(ascii: "\"") else { return sink.append(source[row]) }
        guard scanner.isWhole() else { throw .invalidJSON }
        _ = appendValue(source[row], &sink)
      }
    },
    .form(
      "json_array", .json, [.any("values").repeated], result: "json",
      "An array of the arguments: numbers, booleans and JSON as they are, all else as strings.",
      nulls: "never NULL; a NULL becomes a JSON null", [.init("json_array(1, 'a', NULL, TRUE)", #"[1, "a", null, true]"#)]
    ) { binder, nodes, place throws(ExpressionIssue) in try JSONBuilding.array(binder, nodes, place) },
    .form(
      "json_object", .json, [.any("name and value pairs").repeated], result: "json",
      "An object of names (constant texts) and values: `json_object('id', id, 'total', total)`.",
      nulls: "never NULL; a NULL becomes a JSON null", [.init("json_object('a', 1.50, 'b', DATE '2024-02-29')", #"{"a": 1.50, "b": "2024-02-29"}"#)]
    ) { binder, nodes, place throws(ExpressionIssue) in try JSONBuilding.object(binder, nodes, place) },
  ]

  static func path(_ node: Node, _ binder: Binder) throws(ExpressionIssue) -> JSONPath {
    let text = try binder.constantText(node, "the path")
    do {
      return try JSONPath(text)
    } catch {
      throw Binder.issue(error, node.place)
    }
  }

  /// A JSON value as text; `false` for a JSON null.
  @inline(__always)
  private static func appendValue(_ value: UnsafeBufferPointer<UInt8>, _ sink: inout TextSink) -> Bool {
    var scanner = JSONScanner(value)
    switch scanner.next() {
    case UInt8(ascii: "n"): return false
    case UInt8(ascii: "\""):
      guard let (range, hasEscapes) = try? scanner.string() else { return false }
      let text = UnsafeBufferPointer(rebasing: value[range])
      if hasEscapes { sink.append(JSONScanner.decoded(text)) } else { sink.append(text) }
    default: sink.append(value)
    }
    return true
  }

  private static func typeName(_ first: UInt8) -> String {
    switch first {
    case UInt8(ascii: "{"): "OBJECT"
    case UInt8(ascii: "["): "ARRAY"
    case UInt8(ascii: "\""): "STRING"
    case UInt8(ascii: "t"), UInt8(ascii: "f"): "BOOLEAN"
    case UInt8(ascii: "n"): "NULL"
    default: "NUMBER"
    }
  }

  /// Passes a value and counts its elements or members, of which `visit` gets the range of the name.
  private static func walk(_ scanner: inout JSONScanner, _ visit: (Range<Int>) -> Void) throws(RowFailure.Reason) -> Int {
    let first = scanner.next()
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
      try scanner.skipValue()
      return 1
    }
    _ = scanner.take(first)
    let close = first &+ 2
    if scanner.take(close) { return 0 }
    var count = 0
    repeat {
      if first == UInt8(ascii: "{") {
        guard scanner.next() == UInt8(ascii: "\"") else { throw .invalidJSON }
        visit(try scanner.string().range)
        guard scanner.take(UInt8(ascii: ":")) else { throw .invalidJSON }
      }
      try scanner.skipValue(depth: 1)
      count += 1
    } while scanner.take(UInt8(ascii: ","))
    guard scanner.take(close) else { throw .invalidJSON }
    return count
  }
}
