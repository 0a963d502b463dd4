internal import ArgumentParser
internal import SluiceCore
internal import SluiceEngine

/// `sluice resnapshot`: copies one table anew while the job runs.
struct ResnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resnapshot",
    abstract: "Copy one table of a job anew, while the job runs.",
    discussion: """
      The running job starts the table's copy over: what the target holds goes with the first commit of the new copy, the other tables are not \
      touched. When the job does not run, its next run does it.

        sluice resnapshot shop.json shop.orders
      """)

  @Argument(help: "The job's spec, JSON or YAML.")
  var spec: String

  @Argument(help: "The source table: database.table.")
  var table: String

  func run() throws {
    let job = try SpecFile.load(spec, sinkOnly: true)
    let parts = table.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw SluiceError(.specInvalid, "\(JSONText.quoted(table)) is no table name", remedy: "Write it as database.table.")
    }
    let id = TableID(database: parts[0], name: parts[1])
    let known = try Composition.checkpoints(of: job).latest()?.tables.map(\.plan.source.id) ?? []
    guard known.contains(id) else {
      let nearest = NearestName.of(id.description, in: known.map(\.description)).map { "Did you mean \($0)?" }
      throw SluiceError(
        .sourceTableMissing, known.isEmpty ? "the job has no state yet" : "the job does not copy this table", at: .init(job: job.job, table: id),
        remedy: nearest ?? "Start the job once, then ask for the table.")
    }
    try JobCommands(state: job.settings.state).give(.resnapshot(id))
    Output.print("\(id) will be copied anew by the run of \(job.job).\n")
  }
}
