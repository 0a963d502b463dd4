internal import ArgumentParser
internal import SluiceCore
internal import SluiceEngine

/// `sluice dirty`: looks at the rows that could not be carried over, and puts them through again.
struct DirtyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dirty",
    abstract: "List, show and replay the rows of a job that could not be carried over.",
    discussion: """
        sluice dirty list shop.json                          how many, of which tables, why
        sluice dirty show shop.json --table shop.orders      the rows
        sluice dirty show shop.json --json > rows.jsonl      … for an editor
        sluice dirty replay shop.json --file rows.jsonl      corrected rows go through
        sluice dirty replay shop.json --table shop.orders    rows go through as the source and the spec have them now
      """,
    subcommands: [DirtyListCommand.self, DirtyShowCommand.self, DirtyReplayCommand.self])
}

/// Which dirty rows a command is about.
struct DirtyFilter: ParsableArguments {
  @Option(help: "Only rows of these source tables, as in `source.tables`.")
  var table: String?

  @Option(help: "Only rows refused for this reason: the code that `list` shows.")
  var code: String?

  @Option(help: "Only rows refused there: `decode`, `write`, or a T-node's place in the spec.")
  var node: String?

  @Option(help: "Only rows refused for this column.")
  var column: String?

  @Option(help: "Only these rows, by their numbers.")
  var id: [Int] = []

  /// The rows of a job, oldest first.
  func rows(of job: JobSpec) throws -> [DirtyLog.Entry] {
    let pattern: TablePattern?
    do {
      pattern = try table.map { try TablePattern($0) }
    } catch {
      throw SluiceError(.specInvalid, "\(JSONText.quoted(table ?? "")) \(error)")
    }
    let ids = Set(id)
    let kept = try Composition.checkpoints(of: job).latest()?.dirty
    return try DirtyLog(state: job.settings.state, kept: kept).rows { row in
      pattern?.matches(row.table) ?? true && code.map { $0 == row.code } ?? true && node.map { $0 == row.node } ?? true
        && column.map { $0 == row.column } ?? true && (ids.isEmpty || ids.contains(row.id))
    }
  }
}
