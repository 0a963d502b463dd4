internal import SluiceCore

/// One picture of a run: a head, a bar a table, a bar for all, figures, and what the run waits for.
struct LiveFrame {
  let look: RunLook
  let title: String
  let terminal: Terminal
  let size: (width: Int, height: Int)
  /// Counts pictures, for what moves while nothing else does.
  let tick: Int

  private var style: Style { terminal.style }
  /// The last column stays free, so that no terminal wraps.
  private var room: Int { size.width - 1 }
  private static let shortestBar = 8
  private static let spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
  private static let asciiSpinner = ["|", "/", "-", "\\"]

  func lines() -> [LiveLine] {
    guard let report = look.report else { return [waiting] + notices(nil) }
    let foot = footer(report) + notices(report)
    var lines = [head(report), LiveLine(room: room)]
    lines += tables(report, height: max(2, size.height - lines.count - foot.count - 2))
    lines.append(LiveLine(room: room))
    return Array((lines + foot).prefix(size.height - 1))
  }

  private var waiting: LiveLine {
    var line = LiveLine(room: room)
    let signs = terminal.isUnicode ? Self.spinner : Self.asciiSpinner
    line.add(" ")
    line.add(signs[tick % signs.count], style.cyan)
    line.add("  looking at the source and its tables")
    line.addRight(Figures.clock(look.seconds), style.dim)
    return line
  }

  private func head(_ report: RunReport) -> LiveLine {
    var line = LiveLine(room: room)
    line.add(" ")
    line.add(report.job, style.bold)
    line.add("   " + title, style.dim)
    line.addRight(Figures.clock(look.seconds), style.dim)
    return line
  }

  /// All tables when they fit; else the busy ones and a line about the others.
  private func tables(_ report: RunReport, height: Int) -> [LiveLine] {
    let all = Array(report.tables.indices)
    let busy = all.filter { report.tables[$0].isBusy && !report.tables[$0].isRead }
    let shown = all.count > height ? Array(busy.prefix(height - 1)) : all
    var lines = shown.map { index in
      let speed = index < look.rates.tableRows.count ? look.rates.tableRows[index] : 0
      return bar(LiveBar(report.tables[index], speed: speed), names: nameWidth(report))
    }
    if shown.count < all.count { lines.append(others(report.tables, shown: Set(shown))) }
    return lines
  }

  private func others(_ tables: [RunReport.TableProgress], shown: Set<Int>) -> LiveLine {
    let hidden = tables.indices.filter { !shown.contains($0) }.map { tables[$0] }
    let counts = [
      (hidden.count { $0.isBusy && !$0.isRead }, "more busy"), (hidden.count { !$0.isBusy && !$0.isRead }, "waiting"),
      (hidden.count(where: \.isRead), "done"),
    ]
    var line = LiveLine(room: room)
    let separator = terminal.sign(" · ", ", ")
    line.add("   " + counts.filter { $0.0 > 0 }.map { "\(Figures.exact($0.0)) \($0.1)" }.joined(separator: separator), style.dim)
    return line
  }

  private func bar(_ bar: LiveBar, names: Int) -> LiveLine {
    var line = LiveLine(room: room)
    let paint: (String) -> String = bar.isDone ? { style.green($0) } : bar.isTotal ? { style.bold($0) } : { style.cyan($0) }
    line.add(" ")
    line.add(bar.isDone ? terminal.sign("✓", "+") : " ", style.green)
    let name = TextWidth.cut(bar.name, to: names, mark: terminal.sign("…", "~"))
    line.add(" " + TextWidth.pad(name, to: names), bar.isTotal ? { style.bold($0) } : nil)
    line.add("  ")
    let tail = bar.tail(room: room - line.width - Self.shortestBar - 2)
    let width = min(40, room - line.width - 2 - tail.reduce(0) { $0 + TextWidth.of($1) })
    if width >= Self.shortestBar {
      let parts = ProgressBar(width: width, isUnicode: terminal.isUnicode).parts(bar.fraction)
      line.add(parts.filled, paint)
      line.add(parts.track, style.dim)
      line.add("  ")
    }
    for (index, part) in tail.enumerated() { line.add(part, index < 2 ? nil : { style.dim($0) }) }
    return line
  }

  private func footer(_ report: RunReport) -> [LiveLine] {
    let total = bar(LiveBar(total: report, speed: look.rates.rows), names: nameWidth(report))
    var figures = ["\(Figures.short(look.rates.rows)) rows/s", "\(Figures.bytes(look.rates.bytes))/s"]
    if let left = look.rates.remaining(report) { figures.append("about \(Figures.clock(left)) left") }
    let state = [
      "memory \(Figures.memory(report.residentBytes))", "files \(Figures.bytes(report.fileBytes))", "checkpoint \(report.checkpoint)",
    ]
    let separator = terminal.sign(" · ", ", ")
    var first = LiveLine(room: room)
    first.add("   " + figures.joined(separator: separator))
    var second = LiveLine(room: room)
    second.add("   " + state.joined(separator: separator), style.dim)
    if report.dirtyRows > 0 {
      second.add(separator, style.dim)
      second.add(Figures.count(report.dirtyRows, "dirty row"), style.yellow)
    }
    return (report.tables.count > 1 ? [total] : []) + [first, second] + stream(report) + flow(report)
  }

  /// How far the log is read, and how old a change is when readers of the lake see it.
  private func stream(_ report: RunReport) -> [LiveLine] {
    guard let stream = report.stream else { return [] }
    var parts = [Figures.count(stream.changes, "change")]
    if look.rates.changes >= 1 { parts.append("\(Figures.short(look.rates.changes)) changes/s") }
    if let bytes = stream.bytesBehind { parts.append(bytes == 0 ? "nothing left to read" : "\(Figures.bytes(bytes)) behind") }
    if let seconds = stream.secondsBehind, seconds >= 1 { parts.append("\(Figures.seconds(seconds)) behind") }
    if let seconds = stream.freshness { parts.append("visible after \(Figures.seconds(seconds))") }
    var line = LiveLine(room: room)
    line.add("   " + parts.joined(separator: terminal.sign(" · ", ", ")), style.cyan)
    return [line]
  }

  /// The limit that holds, and what rests.
  private func flow(_ report: RunReport) -> [LiveLine] {
    guard let flow = report.flow else { return [] }
    var parts = flow.speed.isUnlimited ? [] : [flow.speed.text]
    if let reason = flow.copyRests { parts.append("the copy rests: \(reason)") }
    if let reason = flow.streamRests { parts.append("the stream rests: \(reason)") }
    guard !parts.isEmpty else { return [] }
    var line = LiveLine(room: room)
    line.add("   " + parts.joined(separator: terminal.sign(" · ", ", ")), style.yellow)
    return [line]
  }

  /// One width for all names, so that bars do not move when others are shown.
  private func nameWidth(_ report: RunReport) -> Int {
    min(max(12, room / 3), max(5, report.tables.map { TextWidth.of($0.source.description) }.max() ?? 0))
  }

  private func notices(_ report: RunReport?) -> [LiveLine] {
    [report?.notice, look.stopping].compactMap(\.self).map { text in
      var line = LiveLine(room: room)
      line.add(" ! ", style.yellow)
      line.add(text, style.yellow)
      return line
    }
  }
}
