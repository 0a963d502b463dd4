internal import ArgumentParser
internal import SluiceCore

/// `sluice run`: copies.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Copy the tables of a job, exactly once.",
    discussion: """
      Makes the target tables, copies the history and ends when every table is aligned. Running the same job again goes on \
      from its last checkpoint, whatever ended it: nothing is lost, nothing is doubled.

        sluice run shop.json
        sluice run shop.json --until 30m    stop after half an hour
        sluice run shop.json | jq .rows     one JSON line a second

      Without a terminal, stdout is one JSON line a second and a summary. Ctrl-C or SIGTERM finishes the checkpoint and ends with 0; a second one ends at once with 130.
      """)

  @Argument(help: "The job's spec, JSON or YAML.")
  var spec: String

  @Option(help: "When to end: aligned, or after a duration such as 90s, 10m, 2h.")
  var until = "aligned"

  func validate() throws {
    if until != "aligned", MeasureText.seconds(until) == nil {
      throw ValidationError("--until is \"aligned\" or a duration such as 90s, 10m, 2h, not \"\(until)\".")
    }
  }

  func run() throws {
    let job = try SpecFile.load(spec)
    try JobSession(spec: job, seconds: MeasureText.seconds(until)).run()
  }
}
