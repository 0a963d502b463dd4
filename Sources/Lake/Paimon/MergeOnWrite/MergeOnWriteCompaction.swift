internal import SluiceCore

/// Merges the files of a table that merges on write. What dies in them while they are merged dies in the merged files, too.
final class MergeOnWriteCompaction: FileCompaction {
  /// Runs of a slot beyond this many are merged where the table does not say otherwise.
  private static let trigger = 8
  /// A round ends when it has read this much, so that little is lost when it is cancelled.
  private static let roundBytes = 1 << 30

  private let context: PaimonFiles
  private let schema: TableSchema
  private let memory: Int
  private let keyFiles: KeyFiles<PaimonFiles>
  private let policy: SlotMergePolicy
  private var prepared: Prepared?

  private struct Prepared {
    let snapshot: Snapshot
    /// Of `snapshot`: what was dead already is not in the merged files.
    let vectors: DeletionVectors
    let merges: [Merge]
  }

  /// Files and what they become.
  private struct Merge {
    let slot: Slot
    let inputs: [ManifestEntry]
    let outputs: [ManifestEntry]
    let isMove: Bool

    var entries: [ManifestEntry] { inputs.replaced(by: outputs) }
  }

  init(_ context: PaimonFiles, schema: TableSchema, memory: Int, scratch: String?, isQuiet: Bool) throws {
    self.context = context
    self.schema = schema
    self.memory = memory
    keyFiles = try KeyFiles(context, scratch: scratch)
    policy = SlotMergePolicy(
      trigger: max(2, schema.options["num-sorted-run.compaction-trigger"].flatMap { Int($0) } ?? Self.trigger), topLevel: schema.topLevel,
      targetFileSize: context.targetFileSize, keyTypes: context.layout.keyTypes, debt: try FileDebt(schema), isQuiet: isQuiet)
  }

  func prepare(_ snapshot: Snapshot, isCancelled: () -> Bool) throws -> Bool {
    abandon()
    let live = try context.files.liveFiles(of: snapshot)
    let vectors = try DeletionVectors(context.files, of: snapshot)
    keyFiles.sweep(live: Set(live.map(\.file.fileName)))
    let merger = FileMerger(context, memory: memory, dead: vectors.vector(of:))
    var merges: [Merge] = []
    var bytes = 0
    do {
      for (slot, files) in Dictionary(grouping: live, by: \.slot) {
        if isCancelled() { throw MergeCancelled() }
        var dead: [String: Int] = [:]
        for file in files { dead[file.file.fileName] = try vectors.cardinality(of: file.file.fileName, slot: slot) }
        for merge in try policy.merges(files, dead: dead) where bytes < Self.roundBytes {
          let outputs = try merged(merge, slot, merger, isCancelled)
          merges.append(Merge(slot: slot, inputs: merge.inputs, outputs: outputs, isMove: merge.isMove))
          if !merge.isMove { bytes += merge.inputs.reduce(0) { $0 + $1.file.fileSize } }
          for output in outputs where !merge.isMove { _ = try keyFiles.make(output) }
        }
      }
    } catch {
      discard(merges)
      throw error
    }
    if merges.isEmpty { return false }
    prepared = Prepared(snapshot: snapshot, vectors: vectors, merges: merges)
    return true
  }

  func publish(by committer: PaimonCommitter, identifier: CheckpointID) throws {
    guard let prepared else { return }
    self.prepared = nil
    let entries = prepared.merges.flatMap(\.entries)
    var change = SnapshotPublisher.Change(entries: entries, kind: Snapshot.compact, identifier: identifier, properties: nil)
    change.index = { latest, writer in try self.vectorChange(prepared, latest).manifest(after: latest, committer.files, writer) }
    // After an error the outcome may be unknown: the files stay, as orphans at worst.
    let isDone = try committer.publisher.publish(change) { latest in try latest.map { try fits(entries, prepared.snapshot, $0) } ?? false }
    if !isDone { discard(prepared.merges) }
  }

  func abandon() {
    if let prepared { discard(prepared.merges) }
    prepared = nil
  }

  private func merged(
    _ merge: SlotMergePolicy.Merge, _ slot: Slot, _ merger: FileMerger<PaimonFiles>, _ isCancelled: () -> Bool
  ) throws -> [ManifestEntry] {
    if merge.isMove { return merge.inputs.map { $0.at(level: merge.level) } }
    let keyed = try merge.inputs.map { try KeyedFile($0, keyTypes: context.layout.keyTypes) }
    let runs = KeySections(keyCount: context.layout.keys.count).runs(of: keyed).map { $0.map(\.entry) }
    return try merger.merge(runs, slot: slot, level: merge.level, dropsDeletes: true, isCancelled: isCancelled)
  }

  /// The vectors of merged files: rows that died since the merge was prepared, found by their keys.
  private func vectorChange(_ prepared: Prepared, _ latest: Snapshot?) throws -> VectorChange {
    var change = VectorChange()
    let current = try DeletionVectors(context.files, of: latest)
    for merge in prepared.merges where !merge.isMove {
      var died: [(file: ManifestEntry, rows: RoaringBitmap)] = []
      for input in merge.inputs {
        change.remove(input.name, slot: merge.slot)
        guard let now = try current.vector(of: input) else { continue }
        died.append((input, now.subtracting(try prepared.vectors.vector(of: input) ?? RoaringBitmap())))
      }
      for (output, rows) in try keyFiles.deletions(died, in: merge.outputs) { change.add(rows, of: output.name, slot: merge.slot) }
    }
    return change
  }

  /// Whether all that is taken away is still there, and no file has come to a level where no two may overlap.
  private func fits(_ entries: [ManifestEntry], _ prepared: Snapshot, _ latest: Snapshot) throws -> Bool {
    if latest.id == prepared.id { return true }
    guard let changes = try context.files.changes(after: prepared.id, until: latest) else { return false }
    let taken = Set(entries.lazy.filter { $0.kind == .delete }.map(\.identity))
    let levels = Dictionary(grouping: entries.lazy.filter { $0.kind == .add }, by: \.slot).mapValues { Set($0.map(\.file.level)) }
    return changes.allSatisfy { change in
      change.kind == .delete ? !taken.contains(change.identity) : levels[change.slot]?.contains(change.file.level) != true
    }
  }

  private func discard(_ merges: [Merge]) {
    for merge in merges where !merge.isMove {
      for file in merge.outputs {
        context.discard(file)
        keyFiles.remove(file.name)
      }
    }
  }
}
