internal import SluiceCore

/// Says which files of a table become which, and writes them.
protocol RewritePlan {
  /// Adds to `entries` what is to be taken away and, already written, what is to be added instead. A round does a bounded amount of work.
  ///
  /// Throws `MergeCancelled` soon after `isCancelled` has become true; files of `entries` are then still there.
  func plan(_ live: [ManifestEntry], into entries: inout [ManifestEntry], isCancelled: () -> Bool) throws
}

/// Merges files whose rows no deletion vector concerns: files are taken away, and merged ones added, in one `COMPACT` snapshot.
final class RewriteCompaction: FileCompaction {
  private let context: PaimonFiles
  private let plan: any RewritePlan
  private var prepared: (snapshot: Snapshot, entries: [ManifestEntry])?

  init(_ context: PaimonFiles, plan: any RewritePlan) {
    self.context = context
    self.plan = plan
  }

  func prepare(_ snapshot: Snapshot, isCancelled: () -> Bool) throws -> Bool {
    abandon()
    let live = try context.files.liveFiles(of: snapshot)
    var entries: [ManifestEntry] = []
    do {
      try plan.plan(live, into: &entries, isCancelled: isCancelled)
    } catch {
      discard(entries)
      throw error
    }
    if entries.isEmpty { return false }
    prepared = (snapshot, entries)
    return true
  }

  func publish(by committer: PaimonCommitter, identifier: CheckpointID) throws {
    guard let (snapshot, entries) = prepared else { return }
    prepared = nil
    let change = SnapshotPublisher.Change(entries: entries, kind: Snapshot.compact, identifier: identifier, properties: nil)
    // After an error the outcome may be unknown: the files stay, as orphans at worst.
    let isDone = try committer.publisher.publish(change) { latest in try latest.map { try fits(entries, from: snapshot, to: $0) } ?? false }
    if !isDone { discard(entries) }
  }

  func abandon() {
    if let prepared { discard(prepared.entries) }
    prepared = nil
  }

  /// Whether all that is taken away is still there, and no file has come to a level where no two may overlap.
  private func fits(_ entries: [ManifestEntry], from prepared: Snapshot, to latest: Snapshot) throws -> Bool {
    if latest.id == prepared.id { return true }
    let taken = Set(entries.lazy.filter { $0.kind == .delete }.map(\.identity))
    let levels = Set(entries.lazy.filter { $0.kind == .add && $0.file.level > 0 }.map { SlotLevel(slot: $0.slot, level: $0.file.level) })
    guard let changes = try context.files.changes(after: prepared.id, until: latest) else { return false }
    return changes.allSatisfy { change in
      change.kind == .delete ? !taken.contains(change.identity) : !levels.contains(SlotLevel(slot: change.slot, level: change.file.level))
    }
  }

  private struct SlotLevel: Hashable {
    let slot: Slot
    let level: Int32
  }

  /// Removes files that `entries` add, but not those that they only move to another level.
  private func discard(_ entries: [ManifestEntry]) {
    let kept = Set(entries.lazy.filter { $0.kind == .delete }.map(\.file.fileName))
    for entry in entries where entry.kind == .add && !kept.contains(entry.file.fileName) { context.discard(entry) }
  }
}
