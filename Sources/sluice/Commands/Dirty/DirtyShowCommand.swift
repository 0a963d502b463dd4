internal import ArgumentParser
internal import SluiceCore
internal import SluiceEngine

/// `sluice dirty show`: the rows themselves.
struct DirtyShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show dirty rows.",
    discussion: "With --json one row a line, as the store keeps it: an editor corrects `row`, and `sluice dirty replay --file` takes it back.")

  @Argument(help: "The job's spec, JSON or YAML.")
  var spec: String

  @OptionGroup var filter: DirtyFilter

  @Flag(help: "Show settled rows, too.")
  var all = false

  @Option(help: "Show so many rows at most; 0 for all.")
  var limit: Int?

  @Flag(help: "Print JSON lines.")
  var json = false

  func validate() throws {
    if let limit, limit < 0 { throw ValidationError("--limit is 0 or more, not \(limit).") }
  }

  func run() throws {
    let job = try SpecFile.load(spec, sinkOnly: true)
    let rows = try filter.rows(of: job).filter { all || $0.outcome?.isSettled != true }
    let most = limit ?? (json ? 0 : 20)
    let shown = most == 0 ? rows[...] : rows.prefix(most)
    if json {
      for row in shown { Output.line(JSONText.compact(row.row.json)) }
      return
    }
    let style = Terminal.standardOutput.style
    for entry in shown { Output.print(text(entry.row, entry.outcome, style) + "\n") }
    if shown.count < rows.count { Output.line(style.dim("\(Figures.count(rows.count - shown.count, "more row")) (--limit)")) }
    if rows.isEmpty { Output.line("No dirty rows.") }
  }

  private func text(_ row: DirtyRecord.KeptRow, _ outcome: DirtyRecord.RowOutcome?, _ style: Style) -> String {
    let place = row.column.isEmpty ? "" : ", column \(row.column)"
    var lines = [
      style.bold("\(row.id)") + "  \(TextWidth.visible(row.table.description))  \(style.dim(row.time))",
      "  \(style.yellow(TextWidth.visible(row.reason))) (\(TextWidth.visible(row.code)) at \(TextWidth.visible(row.node + place)))",
    ]
    if let outcome { lines.append("  \(outcome.result.rawValue)\(outcome.reason.isEmpty ? "" : ": \(TextWidth.visible(outcome.reason))")") }
    for value in row.image?.values ?? [] {
      lines.append("    \(style.dim(TextWidth.visible(value.column)))  \(TextWidth.visible(shown(value.cell)))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func shown(_ cell: RowImage.Cell) -> String {
    switch cell {
    case .null: "NULL"
    case .text(let text): text.count > 200 ? "\(text.prefix(200))…" : text
    case .bytes(let bytes): "0x" + HexText.text(bytes.prefix(100))
    case .masked: "(not kept)"
    case .cut(let text, let bytes): "\(text.prefix(100))… (\(Figures.count(bytes, "byte")))"
    }
  }
}
