internal import Foundation
internal import SluiceCore
internal import SluiceEngine

/// Sees to it that a command is done: by the run of the job when there is one, else by itself.
struct JobErrand {
  let job: JobSpec
  /// The name that `JobCommands.give` answered.
  let command: String
  /// Seconds.
  let patience: Double

  private static let pause = 0.1

  func run() throws {
    let commands = JobCommands(state: job.settings.state)
    let end = Date(timeIntervalSinceNow: patience)
    while commands.isWaiting(command) {
      do {
        if let plan = try Composition.plan(of: job, asBegun: Composition.checkpoints(of: job).latest()) {
          try Composition.serve(plan, Composition.checkpoints(of: job))
        }
        guard commands.isWaiting(command) else { return }
        commands.withdraw(command)
        throw SluiceError(.targetMissing, "the job has copied nothing yet", at: .init(job: job.job), remedy: "Run the job first.")
      } catch let error as SluiceError where error.kind == .jobLocked {
        guard Date() < end else {
          throw SluiceError(
            .jobLocked, "the running job has not come to it yet; it will", at: .init(job: job.job),
            remedy: "Look again with `sluice dirty list`, or wait for longer with --wait.", cause: error)
        }
        Thread.sleep(forTimeInterval: Self.pause)
      } catch {
        // Nobody is to meet the command later.
        commands.withdraw(command)
        throw error
      }
    }
  }
}
