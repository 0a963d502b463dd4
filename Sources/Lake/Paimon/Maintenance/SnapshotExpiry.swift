internal import Foundation
internal import SluiceCore

/// Removes old snapshots and the files that only they need. Confined to one thread.
///
/// What goes is found by reading before the first deletion. Snapshots go first, oldest first, then what no other refers to: a crash in between
/// leaves orphans, and readers of newer snapshots and of tags miss nothing at any time.
final class SnapshotExpiry {
  /// A round removes at most so many snapshots.
  private static let roundSnapshots: Int64 = 500

  private let files: MetadataFiles
  private let policy: RetentionPolicy
  private let partitions: PartitionPath
  /// The oldest snapshot, as far as is known.
  private var earliest: Snapshot?

  init(schema: TableSchema, files: MetadataFiles) throws {
    self.files = files
    policy = RetentionPolicy(schema)
    partitions = try PartitionPath(schema)
  }

  /// Never removes `own`, the writer's newest snapshot, or one that a consumer has yet to read. Ends early when cancelled.
  func run(until latest: Snapshot, own: Snapshot?, isCancelled: () -> Bool) throws {
    guard let first = try oldest() else { return }
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    var end = try policy.firstKept(earliest: first.id, latest: latest.id, now: now) { id in
      id == first.id ? first.timeMillis : id - first.id < Self.roundSnapshots ? try files.snapshot(id)?.timeMillis : nil
    }
    end = min(end, own?.id ?? first.id, first.id + Self.roundSnapshots)
    if end > first.id { end = min(end, try consumers().min() ?? end) }
    guard end > first.id, let kept = try files.snapshot(end) else { return }
    var unneeded = UnneededFiles(files: files, partitions: partitions)
    for id in first.id..<end {
      if isCancelled() { return }
      if let snapshot = try files.snapshot(id) { try unneeded.add(expired: snapshot) }
      if let next = id + 1 == end ? kept : try files.snapshot(id + 1) { try unneeded.add(removedBy: next) }
    }
    try unneeded.keep(of: kept)
    for tag in try files.tags() { try unneeded.keep(of: tag) }
    files.hint(earliest: end)
    for id in first.id..<end { try files.store.delete(files.paths.snapshot(id)) }
    for path in unneeded.paths { try files.store.delete(path) }
    earliest = kept
  }

  private func oldest() throws -> Snapshot? {
    if let earliest, try files.snapshot(earliest.id) != nil { return earliest }
    earliest = try files.earliestSnapshot().flatMap { try files.snapshot($0) }
    return earliest
  }

  /// The next snapshots that readers of the table's stream, known by name, will ask for.
  private func consumers() throws -> [Int64] {
    try files.store.names(in: files.paths.consumerFolder).filter { $0.hasPrefix("consumer-") }.compactMap { name in
      guard let bytes = try files.store.read("\(files.paths.consumerFolder)/\(name)") else { return nil }
      return try? JSONDecoder().decode(Consumer.self, from: Data(bytes)).nextSnapshot
    }
  }

  private struct Consumer: Decodable {
    let nextSnapshot: Int64
  }
}
