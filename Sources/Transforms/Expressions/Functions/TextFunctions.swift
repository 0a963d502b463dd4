import SluiceCore

/// Lengths, case, parts, padding. Positions count characters (Unicode scalars) from 1.
enum TextFunctions {
  static let all: [FunctionDefinition] = measures + cases + parts + joins

  // MARK: - Measures

  private static let measures: [FunctionDefinition] = [
    .strict("char_length", aliases: ["character_length"], .text, [.text()], .int64, "Characters.", [.init("char_length('naïve')", "5")]) {
      call, vectors, log in
      let source = TextReader(vectors[0])
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { Int64(UTF8Text.length(source[$0])) }
    },
    .strict(
      "octet_length", aliases: ["length"], .text, [.binary()], .int64, "Bytes; `length` is this, as in MySQL.",
      [.init("octet_length('naïve')", "6"), .init("length(X'00ff')", "2")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { Int64(source[$0].count) }
    },
    .strict("bit_length", .text, [.binary()], .int64, "Bits: eight times the bytes.", [.init("bit_length('ab')", "16")]) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { Int64(source[$0].count) * 8 }
    },
    .strict(
      "ascii", .text, [.binary("text")], .int64, "The first byte, 0 for an empty text.", [.init("ascii('A')", "65"), .init("ascii('')", "0")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { Int64(source[$0].first ?? 0) }
    },
    .strict(
      "unicode", .text, [.text()], .int64, "The code point of the first character, 0 for an empty text.", [.init("unicode('é')", "233")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.fixed(.union(vectors, rows: call.rowCount), &log) { row in
        let text = source[row]
        let first = UnsafeBufferPointer(rebasing: text.prefix(UTF8Text.offset(after: 1, in: text)))
        return Int64(String(decoding: first, as: UTF8.self).unicodeScalars.first?.value ?? 0)
      }
    },
    .strict(
      "chr", .text, [.whole("code")], .string, "The character of a Unicode code point.", canFail: true, [.init("chr(8364)", "€")]
    ) { call, vectors, log in
      let source = FixedReader(vectors[0], as: Int64.self)
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 4, &log) { row, sink throws(RowFailure.Reason) in
        guard let code = UInt32(exactly: source[row]), let scalar = Unicode.Scalar(code) else { throw .invalidArgument }
        sink.append(String(Character(scalar)))
      }
    },
  ]

  // MARK: - Case

  private static let cases: [FunctionDefinition] = [
    .strict(
      "upper", aliases: ["ucase"], .text, [.text()], .string, "In upper case, by Unicode's rules and no language's.",
      [.init("upper('straße')", "STRASSE")]
    ) { call, vectors, log in folded(call, vectors, &log, first: 97, last: 122) { $0.uppercased() } },
    .strict(
      "lower", aliases: ["lcase"], .text, [.text()], .string, "In lower case, by Unicode's rules and no language's.", [.init("lower('ÀB')", "àb")]
    ) { call, vectors, log in folded(call, vectors, &log, first: 65, last: 90) { $0.lowercased() } },
    .strict(
      "initcap", .text, [.text()], .string, "The first letter of each word in upper case, the others in lower case. Words are letters and digits.",
      [.init("initcap('hello wORLD-wide')", "Hello World-Wide")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize, &log) { row, sink in
        var isInWord = false
        for character in String(decoding: source[row], as: UTF8.self) {
          sink.append(isInWord ? character.lowercased() : character.uppercased())
          isInWord = character.isLetter || character.isNumber
        }
      }
    },
    .strict("reverse", .text, [.text()], .string, "The characters from the last to the first.", [.init("reverse('añb')", "bña")]) {
      call, vectors, log in
      let source = TextReader(vectors[0])
      return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize, &log) { row, sink in
        let text = source[row]
        var end = text.count
        while end > 0 {
          var start = end - 1
          while start > 0, UTF8Text.isContinuation(text[start]) { start -= 1 }
          sink.append(UnsafeBufferPointer(rebasing: text[start..<end]))
          end = start
        }
      }
    },
  ]

  /// ASCII letters from `first` to `last` have their case bit turned; other texts go through Unicode's tables.
  @inline(__always)
  private static func folded(
    _ call: Call, _ vectors: [Vector], _ log: inout FailureLog, first: UInt8, last: UInt8, _ convert: (String) -> String
  ) -> Vector {
    let source = TextReader(vectors[0])
    return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize, &log) { row, sink in
      let text = source[row]
      guard UTF8Text.isASCII(text) else { return sink.append(convert(String(decoding: text, as: UTF8.self))) }
      sink.append(text)
      sink.withRow { bytes in
        for index in bytes.indices { bytes[index] ^= bytes[index] &- first <= last &- first ? 0x20 : 0 }
      }
    }
  }

  // MARK: - Parts

  private static let parts: [FunctionDefinition] = [
    .strict(
      "left", .text, [.text(), .whole("count")], .string, "The first characters; none for a count below 1.", [.init("left('añbc', 2)", "añ")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let count = FixedReader(vectors[1], as: Int64.self)
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink in
        let text = source[row]
        sink.append(UnsafeBufferPointer(rebasing: text[..<UTF8Text.offset(after: Int(count[row]), in: text)]))
      }
    },
    .strict(
      "right", .text, [.text(), .whole("count")], .string, "The last characters; none for a count below 1.", [.init("right('abcñ', 2)", "cñ")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let count = FixedReader(vectors[1], as: Int64.self)
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink in
        let text = source[row]
        sink.append(UnsafeBufferPointer(rebasing: text[UTF8Text.offset(ofLast: Int(count[row]), in: text)...]))
      }
    },
    .strict(
      "substring", aliases: ["substr", "mid"], .text, [.text(), .whole("start"), .whole("length").optional], .string,
      "Characters from a position on; a negative one counts from the end, 0 gives an empty text. Also `SUBSTRING(text FROM start FOR length)`.",
      [.init("substring('lakehouse', 5, 3)", "hou"), .init("substring('lakehouse', -5)", "house"), .init("substring('x' FROM 0)", "")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let start = FixedReader(vectors[1], as: Int64.self)
      let length = vectors.count > 2 ? FixedReader(vectors[2], as: Int64.self) : nil
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink in
        let text = source[row]
        var from = start[row]
        if from == 0 { return }
        if from < 0 {
          from += Int64(UTF8Text.length(text)) + 1
          if from < 1 { return }
        }
        let first = UTF8Text.offset(after: Int(from - 1), in: text)
        let last = length.map { UTF8Text.offset(after: Int($0[row]), from: first, in: text) } ?? text.count
        sink.append(UnsafeBufferPointer(rebasing: text[first..<last]))
      }
    },
    .strict(
      "trim", .text, [.text(), .text("part").optional], .string,
      "Without spaces, or repetitions of part, at both ends. Also `TRIM([BOTH | LEADING | TRAILING] part FROM text)`.", canFail: true,
      [.init("trim('  a b ')", "a b"), .init("TRIM(BOTH 'xy' FROM 'xyxaxy')", "xa")]
    ) { call, vectors, log in trimmed(call, vectors, &log, leading: true, trailing: true) },
    .strict(
      "ltrim", .text, [.text(), .text("part").optional], .string, "As trim, at the begin only.", canFail: true, [.init("ltrim('  a ')", "a ")]
    ) { call, vectors, log in trimmed(call, vectors, &log, leading: true, trailing: false) },
    .strict(
      "rtrim", .text, [.text(), .text("part").optional], .string, "As trim, at the end only.", canFail: true, [.init("rtrim('1.500', '0')", "1.5")]
    ) { call, vectors, log in trimmed(call, vectors, &log, leading: false, trailing: true) },
    .strict(
      "lpad", .text, [.text(), .whole("length"), .text("padding").optional], .string,
      "Padded in front to a length, with spaces or the padding; cut to the first characters when it is longer.",
      nulls: "NULL also for a negative length",
      canFail: true, givesNull: true, [.init("lpad('7', 3, '0')", "007"), .init("lpad('long', 2)", "lo")]
    ) { call, vectors, log in padded(call, vectors, &log, inFront: true) },
    .strict(
      "rpad", .text, [.text(), .whole("length"), .text("padding").optional], .string, "As lpad, behind.", nulls: "NULL also for a negative length",
      canFail: true, givesNull: true, [.init("rpad('ab', 5, '+-')", "ab+-+")]
    ) { call, vectors, log in padded(call, vectors, &log, inFront: false) },
    .strict(
      "overlay", aliases: ["insert"], .text, [.text(), .whole("start"), .whole("length"), .text("replacement")], .string,
      "The characters from start on, length of them, replaced. The text itself when start is outside of it.",
      [.init("overlay('Quadratic', 3, 4, 'What')", "QuWhattic")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let start = FixedReader(vectors[1], as: Int64.self)
      let length = FixedReader(vectors[2], as: Int64.self)
      let replacement = TextReader(vectors[3])
      return call.text(.union(vectors, rows: call.rowCount), expecting: vectors[0].column.byteSize * 2, &log) { row, sink in
        let text = source[row]
        let from = start[row]
        guard from >= 1, from <= UTF8Text.length(text) else { return sink.append(text) }
        let first = UTF8Text.offset(after: Int(from - 1), in: text)
        let last = length[row] < 0 ? text.count : UTF8Text.offset(after: Int(length[row]), from: first, in: text)
        sink.append(UnsafeBufferPointer(rebasing: text[..<first]))
        sink.append(replacement[row])
        sink.append(UnsafeBufferPointer(rebasing: text[last...]))
      }
    },
  ]

  @inline(__always)
  private static func trimmed(_ call: Call, _ vectors: [Vector], _ log: inout FailureLog, leading: Bool, trailing: Bool) -> Vector {
    let source = TextReader(vectors[0])
    let nulls = NullBits.union(vectors, rows: call.rowCount)
    guard vectors.count > 1 else {
      return call.text(nulls, expecting: vectors[0].column.byteSize, &log) { row, sink in
        let text = source[row]
        var first = 0
        var last = text.count
        if leading { while first < last, text[first] == 32 { first &+= 1 } }
        if trailing { while last > first, text[last - 1] == 32 { last &-= 1 } }
        sink.append(UnsafeBufferPointer(rebasing: text[first..<last]))
      }
    }
    let parts = TextReader(vectors[1])
    return call.text(nulls, expecting: vectors[0].column.byteSize, &log) { row, sink throws(RowFailure.Reason) in
      let text = source[row]
      let part = parts[row]
      if part.isEmpty { throw .invalidArgument }
      var first = 0
      var last = text.count
      if leading {
        while last - first >= part.count, UTF8Text.equal(UnsafeBufferPointer(rebasing: text[first..<first + part.count]), part) {
          first += part.count
        }
      }
      if trailing {
        while last - first >= part.count, UTF8Text.equal(UnsafeBufferPointer(rebasing: text[last - part.count..<last]), part) { last -= part.count }
      }
      sink.append(UnsafeBufferPointer(rebasing: text[first..<last]))
    }
  }

  @inline(__always)
  private static func padded(_ call: Call, _ vectors: [Vector], _ log: inout FailureLog, inFront: Bool) -> Vector {
    let source = TextReader(vectors[0])
    let length = FixedReader(vectors[1], as: Int64.self)
    let paddings = vectors.count > 2 ? TextReader(vectors[2]) : nil
    let space: [UInt8] = [32]
    return space.withUnsafeBufferPointer { space in
      call.textOrNull(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 16, &log) { row, sink throws(RowFailure.Reason) in
        let text = source[row]
        let wanted = length[row]
        if wanted < 0 { return false }
        guard wanted <= TextSink.maxValue else { throw .tooLong }
        let missing = Int(wanted) - UTF8Text.length(text)
        guard missing > 0 else {
          sink.append(UnsafeBufferPointer(rebasing: text[..<UTF8Text.offset(after: Int(wanted), in: text)]))
          return true
        }
        let padding = paddings?[row] ?? space
        let unit = UTF8Text.length(padding)
        if unit == 0 { throw .invalidArgument }
        if !inFront { sink.append(text) }
        for _ in 0..<(missing / unit) where !sink.isTooLong { sink.append(padding) }
        sink.append(UnsafeBufferPointer(rebasing: padding[..<UTF8Text.offset(after: missing % unit, in: padding)]))
        if inFront { sink.append(text) }
        return true
      }
    }
  }

  // MARK: - Joins

  private static let joins: [FunctionDefinition] = [
    .strict(
      "concat", .text, [.rendered("value"), .rendered("others").repeated], .string,
      "The texts of all arguments, one after the other; `a || b` is the same.",
      [.init("concat('a', 1, DATE '2024-02-29')", "a12024-02-29"), .init("'a' || NULL", nil)]
    ) { call, vectors, log in
      let readers = vectors.map { TextReader($0) }
      let expected = vectors.reduce(0) { $0 + ($1.step == 0 ? $1.column.byteSize * call.rowCount : $1.column.byteSize) }
      return readers.withUnsafeBufferPointer { readers in
        call.text(.union(vectors, rows: call.rowCount), expecting: min(expected, TextSink.maxValue), &log) { row, sink in
          for index in readers.indices { sink.append(readers[index][row]) }
        }
      }
    },
    .form(
      "concat_ws", .text, [.text("separator"), .rendered("values").repeated], result: "string",
      "The texts that are not NULL, with the separator between them.",
      nulls: "NULL when the separator is; other NULLs are left out", [.init("concat_ws(', ', 'a', NULL, 'b')", "a, b")]
    ) { binder, nodes, place throws(ExpressionIssue) in
      if nodes[0].isConstantNull { return .null(.string, place: place) }
      return binder.operation("concat_ws", .string, nodes, place, isStrict: false, isNullable: nodes[0].isNullable) { call, vectors, log in
        let readers = vectors.map { TextReader($0) }
        return call.text(.union(vectors[0], rows: call.rowCount), expecting: call.rowCount * 16, &log) { row, sink in
          var isFirst = true
          for index in 1..<max(readers.count, 1) where !vectors[index].isNull(row) {
            if !isFirst { sink.append(readers[0][row]) }
            sink.append(readers[index][row])
            isFirst = false
          }
        }
      }
    },
    .strict(
      "repeat", .text, [.text(), .whole("count")], .string, "The text count times; empty for a count below 1.", canFail: true,
      [.init("repeat('ab', 3)", "ababab")]
    ) { call, vectors, log in
      let source = TextReader(vectors[0])
      let count = FixedReader(vectors[1], as: Int64.self)
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 16, &log) { row, sink throws(RowFailure.Reason) in
        let text = source[row]
        let times = max(0, count[row])
        let (total, overflow) = times.multipliedReportingOverflow(by: Int64(max(text.count, 1)))
        guard !overflow, total <= TextSink.maxValue else { throw .tooLong }
        for _ in 0..<(text.isEmpty ? 0 : times) where !sink.isTooLong { sink.append(text) }
      }
    },
    .strict("space", .text, [.whole("count")], .string, "As many spaces.", canFail: true, [.init("'a' || space(2) || 'b'", "a  b")]) {
      call, vectors, log in
      let count = FixedReader(vectors[0], as: Int64.self)
      return call.text(.union(vectors, rows: call.rowCount), expecting: call.rowCount * 8, &log) { row, sink throws(RowFailure.Reason) in
        guard count[row] <= TextSink.maxValue else { throw .tooLong }
        for _ in 0..<max(0, count[row]) where !sink.isTooLong { sink.append(UInt8(32)) }
      }
    },
  ]
}
