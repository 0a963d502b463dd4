internal import ArgumentParser
internal import Foundation
internal import SluiceCore
internal import SluiceEngine

/// `sluice dirty replay`: rows go through again.
struct DirtyReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Put dirty rows through again, in order with what came later for their keys.",
    discussion: """
      A row of a table with a key is read again from the source and goes through as it is now, by the spec as it is now. With --file, the values \
      that were edited in the rows that `sluice dirty show --json` printed take the place of those that were refused, where the source still has \
      those. A row of a table without a key goes through as it was kept, as a new one. Nothing that is newer is overwritten, and doing it twice \
      does nothing more. The running job does it; when none runs, this command.
      """)

  @Argument(help: "The job's spec, JSON or YAML.")
  var spec: String

  @OptionGroup var filter: DirtyFilter

  @Option(help: "Corrected rows: JSON lines with `id` and `row`.")
  var file: String?

  @Option(help: "How long to wait for the running job, such as 30s.")
  var wait = "5m"

  func validate() throws {
    if MeasureText.seconds(wait) == nil { throw ValidationError("--wait is a duration such as 30s, not \"\(wait)\".") }
  }

  func run() throws {
    let job = try SpecFile.load(spec)
    let commands = JobCommands(state: job.settings.state)
    let patience = MeasureText.seconds(wait) ?? 0
    // A replay that was broken off may have noted its rows as settled before they were in the lake.
    for earlier in try commands.replays() { try JobErrand(job: job, command: earlier, patience: patience).run() }
    let request = try request(job)
    guard !request.rows.isEmpty else { return Output.line("No dirty rows wait for it.") }
    let name = try commands.give(.replay(request))
    try JobErrand(job: job, command: name, patience: patience).run()
    try report(DirtyLog(state: job.settings.state).outcomes(of: name))
  }

  private func request(_ job: JobSpec) throws -> ReplayRequest {
    let edited = try file.map { try EditedRows(file: $0) }
    // A row that no checkpoint holds yet may be read again.
    let open = try filter.rows(of: job).filter { $0.isKept && $0.outcome?.isSettled != true }.map(\.row)
    var request = ReplayRequest(rows: [])
    for row in open {
      guard let edited else {
        request.rows.append(row.id)
        continue
      }
      guard let corrections = try edited.corrections(of: row) else { continue }
      request.rows.append(row.id)
      if !corrections.isEmpty { request.corrections[row.id] = corrections }
    }
    return request
  }

  private func report(_ outcomes: [DirtyRecord.RowOutcome]) throws {
    for outcome in outcomes where !outcome.reason.isEmpty { Output.line("\(outcome.id) \(outcome.result.rawValue): \(outcome.reason)") }
    func count(_ result: DirtyRecord.RowOutcome.Result) -> Int { outcomes.count { $0.result == result } }
    Output.line("\(count(.replayed)) replayed, \(count(.superseded)) superseded, \(count(.failed)) failed")
    let failed = count(.failed)
    guard failed > 0 else { return }
    throw SluiceError(.replayFailed, "\(Figures.count(failed, "row")) could not go through this time, either", at: .init(path: spec))
  }
}
