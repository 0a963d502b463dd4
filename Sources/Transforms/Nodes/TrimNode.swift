import SluiceCore

/// `trim`: texts without what stands at their ends.
struct TrimNode: TransformPlugin, Transform {
  static let id = "trim"
  static let title = "Trim texts"
  static let options: [OptionDefinition] = [
    .init("columns", .list(.string), default: .array([.string("*")]), help: "Text columns; globs such as `addr_*`, in any case."),
    .init("side", .choice(["both", "start", "end"]), default: .string("both"), help: "Where."),
    .init("characters", .string, default: .string(" \t\r\n"), help: "The ASCII characters that go."),
    .init(
      "emptyAsNull", .boolean, default: .boolean(false), help: "Whether a text of which nothing is left becomes NULL. Not in columns of the key."),
  ]

  let namedColumns: [String]
  private let selection: ColumnSelection
  private let rewrite: Trimming
  private let emptyAsNull: Bool

  static func make(_ options: OptionValues, at path: String) throws -> any Transform {
    let selection = ColumnSelection(options.strings("columns"))
    guard !selection.isEmpty else { throw OptionIssues(path, key: "columns", "found an empty list, allowed is at least one column") }
    let characters = Array((options.string("characters") ?? "").utf8)
    guard !characters.isEmpty, characters.allSatisfy({ $0 < 0x80 }) else {
      throw OptionIssues(path, key: "characters", "allowed are ASCII characters, at least one")
    }
    let side = options.string("side") ?? "both"
    let rewrite = Trimming(characters: characters, atStart: side != "end", atEnd: side != "start", emptyAsNull: false)
    return TrimNode(namedColumns: selection.names, selection: selection, rewrite: rewrite, emptyAsNull: options.boolean("emptyAsNull") ?? false)
  }

  func bind(to table: TableDefinition) throws -> (any BoundTransform)? {
    var rewrites: [(index: Int, rewrite: any ColumnRewrite)] = []
    for (index, isNamed) in selection.places(in: table) {
      let column = table.columns[index]
      guard column.type == .string else {
        if isNamed { throw SluiceError(.specInvalid, "only texts can be trimmed, this is \(column.type)", at: .init(column: column.name)) }
        continue
      }
      var rewrite = rewrite
      rewrite.emptyAsNull = emptyAsNull && !table.primaryKey.contains(column.name)
      rewrites.append((index, rewrite))
    }
    return RewritingTransform(table, rewrites)
  }
}

private struct Trimming: ColumnRewrite {
  let type = DataType.string
  /// Bit `n` of word `n / 64` is set for a character that goes.
  private let low: UInt64
  private let high: UInt64
  private let atStart: Bool
  private let atEnd: Bool
  var emptyAsNull: Bool
  var makesNulls: Bool { emptyAsNull }

  init(characters: [UInt8], atStart: Bool, atEnd: Bool, emptyAsNull: Bool) {
    low = characters.filter { $0 < 64 }.reduce(0) { $0 | 1 << UInt64($1) }
    high = characters.filter { $0 >= 64 }.reduce(0) { $0 | 1 << UInt64($1 - 64) }
    self.atStart = atStart
    self.atEnd = atEnd
    self.emptyAsNull = emptyAsNull
  }

  @inline(__always) private func goes(_ byte: UInt8) -> Bool {
    if byte >= 128 { return false }
    return (byte < 64 ? low : high) & (1 << UInt64(byte & 63)) != 0
  }

  func apply(_ column: Column, name: String, failures: inout CellFailures) throws -> Column {
    var writer = TextWriter(for: column, expecting: column.textByteCount)
    var emptied: [Int] = []
    column.forEachText { row, text, count in
      var (from, to) = (0, count)
      if atStart { while from < to, goes(text[from]) { from &+= 1 } }
      if atEnd { while from < to, goes(text[to &- 1]) { to &-= 1 } }
      // There is room: the column was made for all bytes of its source.
      _ = writer.append(text + from, to &- from)
      writer.finishValue()
      if emptyAsNull, from == to { emptied.append(row) }
    }
    let trimmed = writer.finish(.string)
    return emptied.isEmpty ? trimmed : trimmed.blanking(emptied)
  }
}
