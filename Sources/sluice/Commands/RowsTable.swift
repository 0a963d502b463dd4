internal import SluiceCore

/// Draws the facts and the first rows of a lake table.
struct RowsTable {
  let table: any LakeTable
  let reader: any TableReader
  let limit: Int
  private let terminal = Terminal.standardOutput
  private static let widest = 40

  init(table: any LakeTable, reader: any TableReader, limit: Int) {
    self.table = table
    self.reader = reader
    self.limit = limit
  }

  func print() throws {
    let style = terminal.style
    var text = try facts(table.summary())
    let columns = reader.columns
    var rows: [[String?]] = []
    try RowsText.eachBatch(reader, limit: limit) { batch, count in
      let values = batch.columns.map { ValueText($0) }
      for row in 0..<count { rows.append(values.map { $0.text(row) }) }
    }
    var drawn = TextTable(columns.map { .init(right: ValueText.isNumeric($0.type), maximum: Self.widest) }, gap: gap)
    drawn.add(columns.map { .init($0.name, style.bold) })
    drawn.add(columns.map { .init("\($0.type)", style.dim) })
    for row in rows { drawn.add(row.map { $0.map { .init($0) } ?? .init("NULL", style.dim) }) }
    let shown = fitting(drawn.widths)
    if shown < columns.count { drawn = drawn.keeping(shown) }
    var lines = drawn.lines()
    lines.insert(rule(drawn.widths), at: min(2, lines.count))
    text += "\n" + lines.map { " \($0)\n" }.joined()
    if rows.isEmpty { text += style.dim(" no rows") + "\n" }
    if shown < columns.count {
      let names = columns.dropFirst(shown).map(\.name).joined(separator: ", ")
      text += "\n" + style.dim(" \(Figures.count(columns.count - shown, "more column")): \(names) (--columns, --format jsonl)") + "\n"
    }
    Output.print(text)
  }

  private var gap: String { terminal.style.dim(terminal.sign(" │ ", " | ")) }

  private func facts(_ summary: TableSummary) -> String {
    let style = terminal.style
    var text = " " + style.bold(table.id.description)
    guard let snapshot = summary.snapshot else { return text + style.dim("   no snapshot yet") + "\n" }
    let figures = [
      "snapshot \(snapshot)", Figures.count(summary.rowCount, "row"), Figures.count(summary.fileCount, "file"), Figures.bytes(summary.byteCount),
    ]
    text += "   " + figures.joined(separator: style.dim(terminal.sign(" · ", ", "))) + "\n"
    // The job's whole state is for machines.
    let shown = summary.properties.filter { $0.key != "sluice.state" }
    let width = shown.keys.map(TextWidth.of).max() ?? 0
    for (key, value) in shown.sorted(by: { $0.key < $1.key }) {
      text += " " + style.dim(TextWidth.pad(key, to: width)) + "   \(TextWidth.visible(value))\n"
    }
    return text
  }

  /// How many of the columns fit side by side; all when nobody looks at a screen.
  private func fitting(_ widths: [Int]) -> Int {
    guard terminal.isTerminal else { return widths.count }
    var room = terminal.size.width - 1
    var shown = 0
    for width in widths {
      room -= width + (shown == 0 ? 0 : 3)
      if room < 0 { break }
      shown += 1
    }
    return max(shown, 1)
  }

  private func rule(_ widths: [Int]) -> String {
    let dashes = widths.map { String(repeating: terminal.sign("─", "-"), count: $0) }
    return terminal.style.dim(dashes.joined(separator: terminal.sign("─┼─", "-+-")))
  }
}
