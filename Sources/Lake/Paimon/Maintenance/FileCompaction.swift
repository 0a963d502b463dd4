internal import SluiceCore

/// Merging a table's files, one round at a time: what `TableMaintenance` promises, for one way in which tables are laid out.
/// Confined to one thread at a time.
protocol FileCompaction: AnyObject {
  /// Writes what files of `snapshot`, the newest one, become; `false` when nothing is to be published.
  ///
  /// Throws `MergeCancelled` soon after `isCancelled` has become true. After any error nothing is left to publish, and no file.
  func prepare(_ snapshot: Snapshot, isCancelled: () -> Bool) throws -> Bool

  /// Makes what was prepared visible in one snapshot, unless another writer has taken files away that it takes away: then it is given up.
  func publish(by committer: PaimonCommitter, identifier: CheckpointID) throws

  /// Removes what was prepared.
  func abandon()
}
