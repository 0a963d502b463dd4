internal import SluiceCore

/// Renders a plan for people: all tables in short, then each in detail.
struct PlanText {
  let plan: JobPlan
  let spec: JobSpec
  var terminal = Terminal.standardOutput
  private var style: Style { terminal.style }

  init(plan: JobPlan, spec: JobSpec) {
    self.plan = plan
    self.spec = spec
  }

  func text(details: Bool) -> String {
    let arrow = terminal.sign("→", "->")
    var text = style.bold(plan.job) + style.dim("   \(spec.sourcePlugin.title) \(arrow) \(spec.sinkPlugin.title)") + "\n\n"
    text += overview.map { $0 + "\n" }.joined()
    text += "\n" + total + "\n"
    if details {
      text += PlannedTarget.all(plan).map { "\n" + detail(of: $0) }.joined()
    } else {
      text += style.dim("Each table in detail: sluice plan \(spec.origin.file) --ddl") + "\n"
    }
    return text
  }

  private var overview: [String] {
    var table = TextTable([.init(), .init(right: true), .init(right: true), .init(), .init(), .init(right: true), .init()])
    table.add(["source", "rows", "size", "key", "target", "buckets", "notes"].map { .init($0, style.dim) })
    for item in plan.tables {
      let notes = item.target.columns.count { !ColumnNotes.of($0.name, item, plan.lake).isEmpty }
      let key = item.target.primaryKey
      table.add([
        .init(item.source.id.description), .init("~" + Figures.short(item.source.estimatedRows)),
        .init(Figures.bytes(item.source.estimatedBytes)),
        key.isEmpty ? .init("none: appended to", style.yellow) : .init(TextWidth.cut(key.joined(separator: ", "), to: 32)),
        .init(item.target.id.description), .init(item.target.buckets.map(String.init) ?? "auto"),
        notes == 0 ? .init("") : .init(Figures.count(notes, "column"), style.yellow),
      ])
    }
    return table.lines()
  }

  private var total: String {
    let rows = Figures.short(plan.tables.reduce(0) { $0 + $1.source.estimatedRows })
    let bytes = Figures.bytes(plan.tables.reduce(0) { $0 + $1.source.estimatedBytes })
    let targets = Set(plan.tables.map(\.target.id)).count
    let sources = Set(plan.tables.map(\.source.id)).count
    let into = targets == sources && sources == plan.tables.count ? "" : " into \(Figures.count(targets, "target"))"
    return "\(Figures.count(sources, "table"))\(into), about \(rows) rows, \(bytes)"
  }

  private func detail(of item: PlannedTarget) -> String {
    var text = style.bold(item.target.id.description) + "\n"
    for source in item.sources {
      let nodes = PlannedTarget.nodes(source, plan)
      guard item.isShared || !nodes.isEmpty || source.source.id != item.target.id else { continue }
      text += style.dim("  from ") + ([source.source.id.description] + nodes).joined(separator: terminal.sign(" → ", " -> ")) + "\n"
    }
    for note in item.notes { text += "  " + style.yellow("! \(note)") + "\n" }
    text += plan.lake.describe(item.target).split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined()
    var table = TextTable([.init(maximum: 40), .init(maximum: 40), .init(), .init()])
    table.add(["column", spec.sourcePlugin.id, spec.sinkPlugin.id, ""].map { .init($0, style.dim) })
    for target in item.target.columns {
      let notes = item.notes(of: target.name, plan.lake)
      table.add([
        .init(target.name), .init(item.sourceTypes(of: target.name).joined(separator: ", ")),
        .init(plan.lake.storage(of: target.type).name + (target.isNullable ? "" : " NOT NULL")),
        notes.isEmpty ? .init("") : .init("! " + notes.joined(separator: "; "), style.yellow),
      ])
    }
    return text + "\n" + table.lines().map { "  \($0)\n" }.joined()
  }
}
