internal import ArgumentParser
internal import SluiceCore

/// `sluice check`: looks at everything a job will need.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look at everything a job will need, and say how to mend what is missing.",
    discussion: """
      One line a finding: connection, privileges, server settings, tables, warehouse, state. Nothing is copied.

        sluice check shop.json
        sluice check shop.json --offline    only the spec itself
        sluice check shop.json --json | jq .findings

      Ends with 0 when a run can start, else with the exit code of the first failure.
      """)

  @Argument(help: "The job's spec, JSON or YAML.")
  var spec: String

  @Flag(help: "Check only the spec, connect to nothing.")
  var offline = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let job = try SpecFile.load(spec)
    let tables = job.tables.include.joined(separator: ", ")
    var findings = [Finding(.ok, "spec", "\(job.sourcePlugin.title) to \(job.sinkPlugin.title), tables \(tables)")]
    if !offline { findings += Inspection(spec: job).findings() }
    if json {
      Output.line(JSONText.compact(FindingsText.json(findings, job: job.job)))
    } else {
      Output.print(FindingsText.text(findings, job: job.job, verdict: offline ? "the spec is fine" : "ready to run"))
    }
    guard let failure = findings.first(where: { $0.level == .failure }) else { return }
    throw ExitCode(ErrorPolicy.of(failure.kind ?? .defect).exitCode)
  }
}
