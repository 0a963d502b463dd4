internal import SluiceCore

/// The summary at the end of a run.
struct RunResult {
  let summary: RunSummary
  let spec: JobSpec
  /// Rows that earlier runs of the job had read.
  let rowsBefore: Int
  let usage: ProcessorUsage

  private var report: RunReport { summary.report }
  private var rows: Int { max(0, report.rows - rowsBefore) }
  private var rowsPerSecond: Double { report.seconds > 0 ? Double(rows) / report.seconds : 0 }
  private var bytesPerSecond: Double { report.seconds > 0 ? Double(report.bytes) / report.seconds : 0 }
  private static let mostTables = 20

  var json: SpecValue {
    let stream = report.stream.map { [SpecValue.Member("stream", ProgressLines.value($0))] } ?? []
    return .object(
      [
        .init("event", .string("summary")), .init("time", .string(ProgressLines.time())), .init("job", .string(report.job)),
        .init("outcome", .string(summary.outcome.rawValue)), .init("tables", .array(report.tables.map(ProgressLines.value))),
        .init("rows", .integer(rows)), .init("rowsInAllRuns", .integer(report.rows)), .init("seconds", .number(report.seconds)),
        .init("rowsPerSecond", .integer(Int(rowsPerSecond))), .init("bytes", .integer(report.bytes)),
        .init("bytesPerSecond", .integer(Int(bytesPerSecond))), .init("processorSeconds", .number(usage.processorSeconds)),
        .init("peakBytes", .integer(usage.peakBytes)), .init("fileBytes", .integer(report.fileBytes)),
        .init("dirtyRows", .integer(report.dirtyRows)), .init("checkpoint", .integer(Int(report.checkpoint))),
        .init("state", .string(spec.settings.state)),
        .init("dirtyReasons", ProgressLines.value(report.dirtyReasons)),
      ] + stream)
  }

  func text(_ terminal: Terminal) -> String {
    let style = terminal.style
    let isAligned = summary.outcome == .aligned
    let sign = isAligned ? style.green(terminal.sign("✓", "ok")) : style.yellow(terminal.sign("■", "--"))
    let what = isAligned ? "is copied and aligned" : "stopped after checkpoint \(report.checkpoint)"
    let head = "\(Figures.count(report.tables.count, "table")), \(Figures.count(rows, "row")) in \(Figures.seconds(report.seconds))"
    var text = "\(sign) \(style.bold(report.job)) \(what): \(head)\n\n"
    if report.tables.count <= Self.mostTables { text += tables(style).map { "  \($0)\n" }.joined() + "\n" }
    for (name, value) in facts { text += "  " + style.dim(TextWidth.pad(name, to: 11)) + " \(value)\n" }
    if report.dirtyRows > 0 {
      text += "  " + style.yellow(TextWidth.pad("dirty rows", to: 11)) + " \(Figures.exact(report.dirtyRows)), kept in the state folder\n"
    }
    return text + "\n" + style.dim("  " + next) + "\n"
  }

  private var facts: [(name: String, value: String)] {
    let perProcessorSecond = Figures.short(Double(rows) / max(usage.processorSeconds, 0.001))
    let stream = report.stream.map { [("changes", Figures.count($0.changes, "row change"))] } ?? []
    return [
      ("speed", "\(Figures.exact(Int(rowsPerSecond))) rows/s, \(Figures.bytes(bytesPerSecond))/s"),
      ("processor", "\(Figures.seconds(usage.processorSeconds)), \(perProcessorSecond) rows a second of it"),
      ("memory", "\(Figures.memory(usage.peakBytes)) at its peak"),
      ("files", "\(Figures.bytes(report.fileBytes)) from \(Figures.bytes(report.bytes)) of rows"),
      ("state", "\(spec.settings.state), checkpoint \(report.checkpoint)"),
    ] + stream
  }

  private func tables(_ style: Style) -> [String] {
    var table = TextTable([.init(maximum: 60), .init(right: true), .init(right: true), .init()])
    table.add(["table", "rows", "bytes", ""].map { .init($0, style.dim) })
    for item in report.tables {
      let state = item.dirtyRows > 0 ? Figures.count(item.dirtyRows, "dirty row") : item.isRead ? "" : item.phase.rawValue
      table.add([
        .init(item.target.description), .init(Figures.exact(item.rows)), .init(Figures.bytes(item.bytes), style.dim), .init(state, style.yellow),
      ])
    }
    return table.lines()
  }

  private var next: String {
    if summary.outcome == .stopped { return "Go on:  sluice run \(spec.origin.file)" }
    let largest = report.tables.max { $0.rows < $1.rows }
    return "Look:  sluice peek \(largest.map(\.target.description) ?? "db.table") --spec \(spec.origin.file)"
  }
}
