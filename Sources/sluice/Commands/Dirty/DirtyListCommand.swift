internal import ArgumentParser
internal import SluiceCore
internal import SluiceEngine

/// `sluice dirty list`: counts.
struct DirtyListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Count dirty rows by table and reason.")

  @Argument(help: "The job's spec, JSON or YAML.")
  var spec: String

  @OptionGroup var filter: DirtyFilter

  @Flag(help: "Print JSON.")
  var json = false

  /// The rows of one table that were refused for one reason.
  private struct Group {
    let first: DirtyRecord.KeptRow
    var last = ""
    var rows = 0
    var results: [DirtyRecord.RowOutcome.Result: Int] = [:]

    var open: Int { rows - results[.replayed, default: 0] - results[.superseded, default: 0] }

    var json: SpecValue {
      var members: [SpecValue.Member] = [.init("table", .string(first.table.description))]
      if let target = first.target { members.append(.init("target", .string(target.description))) }
      members += [
        .init("node", .string(first.node)), .init("code", .string(first.code)), .init("rows", .integer(rows)), .init("open", .integer(open)),
        .init("replayed", .integer(results[.replayed, default: 0])), .init("superseded", .integer(results[.superseded, default: 0])),
        .init("first", .string(first.time)), .init("last", .string(last)),
      ]
      return .object(members)
    }
  }

  func run() throws {
    let job = try SpecFile.load(spec, sinkOnly: true)
    let groups = try groups(job)
    if json {
      Output.line(JSONText.compact(.object([.init("job", .string(job.job)), .init("groups", .array(groups.map(\.json)))])))
      return
    }
    guard !groups.isEmpty else { return Output.line("\(job.job) has no dirty rows.") }
    let style = Terminal.standardOutput.style
    var table = TextTable([.init(maximum: 50), .init(maximum: 40), .init(), .init(right: true), .init(right: true), .init(), .init()])
    table.add(["table", "refused at", "reason", "rows", "open", "first", "last"].map { .init($0, style.dim) })
    for group in groups {
      table.add([
        .init(group.first.table.description), .init(group.first.node), .init(group.first.code), .init(Figures.exact(group.rows)),
        .init(Figures.exact(group.open), group.open > 0 ? style.yellow : style.green), .init(group.first.time, style.dim),
        .init(group.last, style.dim),
      ])
    }
    Output.print(table.lines().map { $0 + "\n" }.joined())
  }

  private func groups(_ job: JobSpec) throws -> [Group] {
    var groups: [[String]: Group] = [:]
    for entry in try filter.rows(of: job) {
      let row = entry.row
      let key = [row.table.description, row.target?.description ?? "", row.node, row.code]
      var group = groups[key] ?? Group(first: row)
      group.rows += 1
      group.last = row.time
      if let outcome = entry.outcome { group.results[outcome.result, default: 0] += 1 }
      groups[key] = group
    }
    return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }
}
