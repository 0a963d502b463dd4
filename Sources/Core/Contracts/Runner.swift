/// Drives a planned job: the embedded runtime on threads of this process, later a cluster runtime.
public protocol Runner: Sendable {
  /// Runs until the goal is reached, `stop` is asked for, or an error that no retry mends.
  ///
  /// A stop finishes the current checkpoint first. Whatever ends the run, running the same job again goes on from
  /// the last checkpoint, and nothing is lost or doubled.
  func run(_ plan: JobPlan, control: RunControl) throws -> RunSummary
}
