internal import ArgumentParser
internal import SluiceCore

/// `sluice run`: copies, and follows.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Copy the tables of a job and follow their changes, exactly once.",
    discussion: """
      Makes the target tables, copies the history, then follows every change of rows and tables until it is stopped \
      (`source.startup: snapshot` ends with the copy). Running the same job again goes on from its last checkpoint, whatever ended it: \
      nothing is lost, nothing is doubled.

        sluice run shop.json
        sluice run shop.json --until aligned   end when the copy is complete and the changes made meanwhile are in it
        sluice run shop.json --until 30m       stop after half an hour
        sluice run shop.json | jq .rows        one JSON line a second

      Without a terminal, stdout is one JSON line a second and a summary. Ctrl-C or SIGTERM finishes the checkpoint and ends with 0; a second one ends at once with 130.
      """)

  @Argument(help: "The job's spec, JSON or YAML.")
  var spec: String

  @Option(help: "When to end: aligned, or after a duration such as 90s, 10m, 2h.")
  var until: String?

  @Flag(help: "Make lost state anew from what the snapshots of the job's tables say.")
  var recoverFromLake = false

  func validate() throws {
    if let until, until != "aligned", MeasureText.seconds(until) == nil {
      throw ValidationError("--until is \"aligned\" or a duration such as 90s, 10m, 2h, not \"\(until)\".")
    }
  }

  func run() throws {
    let job = try SpecFile.load(spec)
    try JobSession(
      spec: job, seconds: until.flatMap(MeasureText.seconds), endsWhenAligned: until == "aligned", recoversFromLake: recoverFromLake
    ).run()
  }
}
