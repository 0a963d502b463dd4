internal import ArgumentParser
internal import SluiceCore
internal import SluiceEngine

/// `sluice speed`: changes how fast a running job moves.
struct SpeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "speed",
    abstract: "Change how fast a job moves rows, while it runs.",
    discussion: """
      Takes effect within a moment and lasts until the run ends: the next one begins with the spec's speed. When the job does not run, its next \
      run takes it.

        sluice speed shop.json --rows 5000
        sluice speed shop.json --rows 5000 --bytes 10MiB
        sluice speed shop.json --unlimited
        sluice speed shop.json --reset           as the spec says
      """)

  @Argument(help: "The job's spec, JSON or YAML.")
  var spec: String

  @Option(help: "Rows a second.")
  var rows: Int?

  @Option(help: "Bytes a second, such as 10MiB.")
  var bytes: String?

  @Flag(help: "As fast as it goes.")
  var unlimited = false

  @Flag(help: "As the spec says.")
  var reset = false

  func validate() throws {
    let ways = (rows != nil || bytes != nil ? 1 : 0) + (unlimited ? 1 : 0) + (reset ? 1 : 0)
    if ways != 1 { throw ValidationError("Give --rows and --bytes, or --unlimited, or --reset.") }
    if let rows, rows < 1 { throw ValidationError("--rows is 1 or more, not \(rows).") }
    if let bytes, MeasureText.bytes(bytes).map({ $0 < 1 << 10 }) ?? true {
      throw ValidationError("--bytes is a size of 1KiB or more, not \"\(bytes)\".")
    }
  }

  func run() throws {
    let job = try SpecFile.load(spec, sinkOnly: true)
    let limit = SpeedLimit(rowsPerSecond: rows, bytesPerSecond: bytes.flatMap(MeasureText.bytes))
    try JobCommands(state: job.settings.state).give(.speed(reset ? nil : limit))
    Output.line("\(job.job) will move \(reset ? "as fast as its spec says" : limit.text).")
  }
}

extension SpeedLimit {
  /// `at 5,000 rows/s and 10.0 MB/s at most`.
  var text: String {
    let parts = [rowsPerSecond.map { "\(Figures.exact($0)) rows/s" }, bytesPerSecond.map { "\(Figures.bytes($0))/s" }].compactMap(\.self)
    return parts.isEmpty ? "as fast as it can" : "at \(parts.joined(separator: " and ")) at most"
  }
}
