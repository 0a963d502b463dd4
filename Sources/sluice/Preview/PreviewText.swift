internal import SluiceCore

/// Draws a preview for people: a table a row, its columns downwards, the nodes side by side.
struct PreviewText {
  let preview: RowPreview
  var terminal = Terminal.standardOutput
  private var style: Style { terminal.style }
  private static let widest = 40

  init(_ preview: RowPreview) {
    self.preview = preview
  }

  var text: String {
    let arrow = terminal.sign("→", "->")
    var text = style.bold("\(preview.source) \(arrow) \(preview.target)") + "\n"
    for (index, row) in preview.rows.enumerated() {
      text += "\n" + style.dim("row \(index + 1)") + "\n" + table(row).map { "  \($0)\n" }.joined()
      if let end = ending(row) { text += "  \(end)\n" }
    }
    if preview.rows.isEmpty { text += style.dim("  no rows") + "\n" }
    return text
  }

  /// All columns that the row has at any stage, in the order in which they come up.
  private var names: [String] {
    var seen: Set<String> = []
    return preview.stages.flatMap { $0.columns.map(\.name) }.filter { seen.insert($0).inserted }
  }

  private func table(_ row: [RowPreview.Step]) -> [String] {
    let images = row.compactMap(\.image)
    let room = terminal.isTerminal ? max(8, (terminal.size.width - 2) / (images.count + 1) - 3) : Self.widest
    let columns = [TextTable.Column](repeating: .init(maximum: min(room, Self.widest)), count: images.count + 1)
    var table = TextTable(columns, gap: style.dim(terminal.sign(" │ ", " | ")))
    var head = [TextTable.Cell("column", style.dim)]
    for index in images.indices { head.append(.init(preview.stages[index].node?.id ?? "source", style.dim)) }
    table.add(head)
    for name in names where images.contains(where: { $0[name] != nil }) {
      var cells = [TextTable.Cell(name, style.bold)]
      for index in images.indices { cells.append(cell(images[index][name], before: index > 0 ? images[index - 1][name] : images[0][name])) }
      table.add(cells)
    }
    return table.lines()
  }

  private func cell(_ now: RowImage.Cell?, before: RowImage.Cell?) -> TextTable.Cell {
    guard let now else { return .init(terminal.sign("·", ""), style.dim) }
    if now != before { return .init(Self.shown(now), style.yellow) }
    return now == .null ? .init("NULL", style.dim) : .init(Self.shown(now))
  }

  private func ending(_ row: [RowPreview.Step]) -> String? {
    let id = row.count > 1 ? preview.stages[row.count - 1].node?.id ?? "" : ""
    switch row.last {
    case .left: return style.yellow("left out by \(id)")
    case .failed(let column, let reason): return style.red("a dirty row at \(id): \(column.isEmpty ? "" : "\(column): ")\(reason)")
    default: return nil
    }
  }

  private static func shown(_ cell: RowImage.Cell) -> String {
    switch cell {
    case .null: "NULL"
    case .text(let text), .cut(let text, _): text
    case .bytes(let bytes): "0x" + HexText.text(bytes)
    case .masked: "***"
    }
  }
}

extension RowPreview.Step {
  fileprivate var image: RowImage? {
    if case .row(let image) = self { image } else { nil }
  }
}
