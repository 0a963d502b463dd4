/// Keeps a job's checkpoints. One job, one store; the lock makes a second process of the job impossible.
public protocol CheckpointStore: Sendable {
  /// Takes the job's lock for the life of this process, or throws `job-locked` naming the holder.
  func lock() throws

  /// The newest checkpoint; `nil` for a new job. A file that cannot be read back is `state-damaged`, one of another job `state-foreign`.
  func latest() throws -> Checkpoint?

  /// Stores a checkpoint durably; readers of `latest` see it or the one before, never a part.
  func save(_ checkpoint: Checkpoint) throws
}
