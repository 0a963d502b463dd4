import SluiceCore

/// Search and replacement of plain text: by bytes, so that case and accents count.
enum TextSearchFunctions {
  static let all: [FunctionDefinition] = tests + positions + pieces

  private static let tests: [FunctionDefinition] = [
    .strict(
      "starts_with", .text, [.text(), .text("prefix")], .boolean, "Whether the text begins with the prefix.",
      [.init("starts_with('lake', 'la')", "true")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let part = TextReader(vectors[1])
      return call.flags(.union(vectors, rows: call.rowCount), &log) { row in
        let text = source[row]
        return text.count >= part[row].count && UTF8Text.equal(UnsafeBufferPointer(rebasing: text.prefix(part[row].count)), part[row])
      }
    },
    .strict(
      "ends_with", .text, [.text(), .text("suffix")], .boolean, "Whether the text ends with the suffix.", [.init("ends_with('lake', 'ke')", "true")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let part = TextReader(vectors[1])
      return call.flags(.union(vectors, rows: call.rowCount), &log) { row in
        let text = source[row]
        return text.count >= part[row].count && UTF8Text.equal(UnsafeBufferPointer(rebasing: text.suffix(part[row].count)), part[row])
      }
    },
    .strict(
      "contains", .text, [.text(), .text("part")], .boolean, "Whether the part occurs in the text.", [.init("contains('lakehouse', 'Keh')", "false")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let part = TextReader(vectors[1])
      return call.flags(.union(vectors, rows: call.rowCount), &log) { UTF8Text.find(part[$0], in: source[$0]) != nil }
    },
    .strict(
      "strcmp", .text, [.text("left"), .text("right")], .int64, "-1, 0 or 1 as the left text is smaller, equal or larger.",
      [.init("strcmp('a', 'b')", "-1")]
    ) { call, vectors, log in
      let left = TextReader(vectors[0])
      let right = TextReader(vectors[1])
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { Int64(UTF8Text.compare(left[$0], right[$0]).signum()) }
    },
  ]

  private static let positions: [FunctionDefinition] = [
    .strict(
      "locate", aliases: ["position"], .text, [.text("part"), .text(), .whole("start").optional], .int64,
      "The position of the first occurrence, at or after start; 0 when there is none.",
      [.init("locate('a', 'banana', 3)", "4"), .init("locate('x', 'a')", "0")]
    ) { call, vectors, log in
      let part = TextReader(vectors[0])
      let source = TextReader(vectors[1])
      let start = vectors.count > 2 ? FixedReader(vectors[2], as: Int64.self) : nil
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { position(of: part[$0], in: source[$0], from: start?[$0] ?? 1) }
    },
    .strict("instr", .text, [.text(), .text("part")], .int64, "As locate, with the text first.", [.init("instr('añb', 'b')", "3")]) {
      call, vectors, log in
      let source = TextReader(vectors[0])
      let part = TextReader(vectors[1])
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { position(of: part[$0], in: source[$0], from: 1) }
    },
    .strict(
      "find_in_set", .text, [.text(), .text("list")], .int64,
      "The position of the text in a list with commas between its elements; 0 when it is none of them.",
      [.init("find_in_set('b', 'a,b,c')", "2"), .init("find_in_set('d', 'a,b,c')", "0")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let lists = TextReader(vectors[1])
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row -> Int64 in
        let list = lists[row]
        if list.isEmpty { return 0 }
        var start = 0
        var index: Int64 = 1
        while start <= list.count {
          let end = list[start...].firstIndex(of: UInt8(ascii: ",")) ?? list.count
          if UTF8Text.equal(UnsafeBufferPointer(rebasing: list[start..<end]), source[row]) { return index }
          start = end + 1
          index += 1
        }
        return 0
      }
    },
    .form(
      "field", .text, [.text(), .text("choices").repeated], result: "int64",
      "The position of the first choice that equals the text; 0 when none does.",
      nulls: "never NULL; a NULL equals nothing", [.init("field('b', 'a', 'b')", "2"), .init("field(NULL, 'a')", "0")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      binder.operation("field", .int64, nodes, place, isStrict: false, isNullable: false) { call, vectors, log in
        let readers = vectors.map { TextReader($0) }
        return call.fixed(NullBits(rows: call.rowCount), &log) { row -> Int64 in
          guard !vectors[0].isNull(row) else { return 0 }
          for index in 1..<max(1, readers.count) where !vectors[index].isNull(row) && UTF8Text.equal(readers[index][row], readers[0][row]) {
            return Int64(index)
          }
          return 0
        }
      }
    },
    .form(
      "elt", .text, [.whole("index"), .text("choices").repeated], result: "string", "The choice at an index from 1 on.",
      nulls: "NULL when the index is NULL or there is no such choice, or the choice is NULL",
      [.init("elt(2, 'a', 'b')", "b"), .init("elt(3, 'a', 'b')", nil)]
    ) { binder, nodes, place throws(ExpressionIssue) in
      binder.operation("elt", .string, nodes, place, isStrict: false, isNullable: true) { call, vectors, log in
        let index = FixedReader(vectors[0], as: Int64.self)
        let readers = vectors.dropFirst().map { TextReader($0) }
        return call.textOrNull(.union(vectors[0], rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink in
          guard index[row] >= 1, index[row] <= readers.count, !vectors[Int(index[row])].isNull(row) else { return false }
          sink.append(readers[Int(index[row]) - 1][row])
          return true
        }
      }
    },
  ]

  private static func position(of part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from start: Int64) -> Int64 {
    guard start >= 1, start - 1 <= text.count else { return 0 }
    let from = UTF8Text.offset(after: Int(start - 1), in: text)
    guard let found = UTF8Text.find(part, in: text, from: from) else { return 0 }
    return Int64(UTF8Text.length(UnsafeBufferPointer(rebasing: text[..<found]))) + 1
  }

  private static let pieces: [FunctionDefinition] = [
    .strict(
      "replace", .text, [.text(), .text("part"), .text("replacement")], .string,
      "Each occurrence of the part replaced; an empty part is found nowhere.",
      canFail: true, [.init("replace('a-b-c', '-', '::')", "a::b::c")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let parts = TextReader(vectors[1])
      let replacements = TextReader(vectors[2])
      return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize, &log) { row, sink in
        let text = source[row]
        let part = parts[row]
        guard !part.isEmpty else { return sink.append(text) }
        var at = 0
        while let found = UTF8Text.find(part, in: text, from: at), !sink.isTooLong {
          sink.append(UnsafeBufferPointer(rebasing: text[at..<found]))
          sink.append(replacements[row])
          at = found + part.count
        }
        sink.append(UnsafeBufferPointer(rebasing: text[at...]))
      }
    },
    .form(
      "translate", .text, [.text(), .constant("from"), .constant("to")], result: "string",
      "Each character of from replaced by the one at its place in to; left out when there is none.",
      [.init("translate('1,234.5', ',.', '.')", "1.2345")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      let from = Array(try binder.constantText(nodes[1], "from").unicodeScalars)
      let to = Array(try binder.constantText(nodes[2], "to").unicodeScalars)
      var map: [Unicode.Scalar: [UInt8]] = [:]
      for (index, scalar) in from.enumerated() where map[scalar] == nil {
        map[scalar] = index < to.count ? Array(String(Character(to[index])).utf8) : []
      }
      return binder.operation("translate", .string, [nodes[0]], place) { [map] call, vectors, log in
        let source = TextReader(vectors[0])
        return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize, &log) { row, sink in
          for scalar in String(decoding: source[row], as: UTF8.self).unicodeScalars {
            if let replacement = map[scalar] { sink.append(replacement) } else { sink.append(String(Character(scalar))) }
          }
        }
      }
    },
    .strict(
      "split_part", .text, [.text(), .text("separator"), .whole("index")], .string,
      "The piece at an index from 1 on, or from the end for a negative one; empty when there is none.", canFail: true,
      [.init("split_part('a/b/c', '/', 2)", "b"), .init("split_part('a/b/c', '/', -1)", "c"), .init("split_part('a', '/', 3)", "")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let separators = TextReader(vectors[1])
      let index = FixedReader(vectors[2], as: Int64.self)
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink throws(RowFailure.Reason) in
        if separators[row].isEmpty || index[row] == 0 { throw .invalidArgument }
        let text = source[row]
        let separator = separators[row]
        if index[row] > 0 {
          var start = 0
          for _ in 1..<index[row] {
            guard let found = UTF8Text.find(separator, in: text, from: start) else { return }
            start = found &+ separator.count
          }
          let end = UTF8Text.find(separator, in: text, from: start) ?? text.count
          return sink.append(UnsafeBufferPointer(rebasing: text[start..<end]))
        }
        let cuts = Cuts(text, separator)
        let wanted = index[row] + Int64(cuts.starts.count) + 1
        guard wanted >= 0 else { return }
        let first = wanted == 0 ? 0 : cuts.starts[Int(wanted) - 1] + separator.count
        let last = wanted == cuts.starts.count ? text.count : cuts.starts[Int(wanted)]
        sink.append(UnsafeBufferPointer(rebasing: text[first..<last]))
      }
    },
    .strict(
      "substring_index", .text, [.text(), .text("separator"), .whole("count")], .string,
      "What stands before the count-th separator; for a negative count, what stands behind the count-th from the end.",
      [.init("substring_index('www.mysql.com', '.', 2)", "www.mysql"), .init("substring_index('www.mysql.com', '.', -2)", "mysql.com")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let separators = TextReader(vectors[1])
      let count = FixedReader(vectors[2], as: Int64.self)
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink in
        let text = source[row]
        let wanted = count[row]
        if separators[row].isEmpty || wanted == 0 { return }
        let cuts = Cuts(text, separators[row])
        if wanted.magnitude > UInt64(cuts.starts.count) { return sink.append(text) }
        if wanted > 0 { return sink.append(UnsafeBufferPointer(rebasing: text[..<cuts.starts[Int(wanted) - 1]])) }
        sink.append(UnsafeBufferPointer(rebasing: text[(cuts.starts[cuts.starts.count + Int(wanted)] + separators[row].count)...]))
      }
    },
  ]

  /// Where a separator occurs in a text.
  private struct Cuts {
    let starts: [Int]

    init(_ text: UnsafeBufferPointer<UInt8>, _ separator: UnsafeBufferPointer<UInt8>) {
      var starts: [Int] = []
      var at = 0
      while let found = UTF8Text.find(separator, in: text, from: at) {
        starts.append(found)
        at = found + separator.count
      }
      self.starts = starts
    }
  }
}
