internal import SluiceCore

/// Merges files of a table, and turns its equality deletes into positions. What dies in files while they are merged dies in the merged ones, too.
/// Confined to one thread at a time.
final class IcebergCompaction {
  /// Files of similar size that become one: of a table with a key, whose files are searched for each change, of one without, and of those that
  /// other engines wrote into a table with a key, whose keys must be sorted each time they are searched.
  private static let minimumFiles = (keyed: 8, keyless: 5, foreign: 3)
  /// A round ends when it has read this much, so that little is lost when it is cancelled.
  private static let roundBytes = 1 << 30

  private let files: IcebergTableFiles
  private let memory: Int
  private let cache: ManifestCache
  private let keyFiles: KeyFiles<IcebergTableFiles>?
  private let policy: IcebergMergePolicy
  /// Of files that other engines wrote into a table with a key: they hold keys of all buckets in any order.
  private let foreignPolicy: IcebergMergePolicy
  private let router: SlotRouter
  private let unmerged: UnmergedFiles
  private let writer: WriterIdentity
  private var prepared: Prepared?

  private struct Prepared {
    /// How old merged files count as, so that equality deletes of later commits concern them.
    let sequenceNumber: Int64
    let snapshotID: Int64?
    let merges: [Merge]
    let resolved: ResolvedDeletes
  }

  /// Files and what they become.
  private struct Merge {
    let inputs: [IcebergFile]
    /// Their rows that were dead when they were read.
    let dead: [String: RoaringBitmap]
    let outputs: [IcebergFile]
  }

  init(_ files: IcebergTableFiles, writer: WriterIdentity, memory: Int, scratch: String?, isQuiet: Bool, unmerged: UnmergedFiles) throws {
    self.files = files
    self.writer = writer
    self.unmerged = unmerged
    self.memory = memory
    cache = ManifestCache(files.files)
    let isKeyed = !files.keys.isEmpty
    keyFiles = isKeyed ? try KeyFiles(files, scratch: scratch) : nil
    func policy(_ minimumFiles: Int) -> IcebergMergePolicy {
      IcebergMergePolicy(classes: SizeClasses(minimumFiles: minimumFiles, targetFileSize: files.targetFileSize), isQuiet: isQuiet)
    }
    self.policy = policy(isKeyed ? Self.minimumFiles.keyed : Self.minimumFiles.keyless)
    foreignPolicy = policy(Self.minimumFiles.foreign)
    router = files.partitioning.router(buckets: files.slots.buckets, keys: files.keys)
  }

  /// Writes what files become; `false` when nothing is to be published. Throws `MergeCancelled`. After any error nothing is left.
  func prepare(_ metadata: TableMetadata, isCancelled: () -> Bool) throws -> Bool {
    abandon()
    let state = try IcebergState(metadata, files.files)
    defer { cache.keep(state.manifests) }
    let data = try state.live(.data, cache, files.slots)
    let deletes = IcebergDeletes(try state.live(.deletes, cache, files.slots), files.files)
    keyFiles?.sweep(live: Set(data.map(\.name)))
    let equality = deletes.equalityDeletes
    let resolved = try keyFiles.map { try ResolvedDeletes(equality, data, files, $0, isCancelled: isCancelled) } ?? ResolvedDeletes()
    // Rows that a delete concerns which cannot be resolved would come to life again in a merged file.
    let isMergeable = resolved.deletes.count == equality.count
    func dead(_ file: IcebergFile) throws -> RoaringBitmap? {
      let marked = try deletes.rows(of: file)
      guard let more = resolved.rows[file.data.path]?.rows else { return marked }
      return marked.map { $0.union(more) } ?? more
    }
    func count(_ file: IcebergFile) throws -> Int {
      try resolved.rows[file.data.path] == nil ? deletes.count(of: file) : dead(file)?.count ?? 0
    }
    unmerged.keep(data)
    let merger = FileMerger(files, memory: memory, dead: dead)
    var merges: [Merge] = []
    var bytes = 0
    do {
      for (slot, slotFiles) in Dictionary(grouping: data.filter { isMergeable && isMovable($0) }, by: \.slot) {
        if isCancelled() { throw MergeCancelled() }
        let areForeign = slot.bucket == IcebergSlots.anyBucket
        let candidates = areForeign ? try slotFiles.filter { try !unmerged.doubled.isKnown($0, dead: count($0)) } : slotFiles
        for group in try (areForeign ? foreignPolicy : policy).groups(candidates, dead: count) where bytes < Self.roundBytes {
          let group = try free(group, among: data, dead)
          bytes += group.reduce(0) { $0 + $1.byteCount }
          guard let merge = try merge(group, slot: slot, merger, isCancelled) else { continue }
          merges.append(merge)
          for output in merge.outputs { _ = try keyFiles?.make(output) }
        }
      }
    } catch {
      discard(merges)
      throw error
    }
    if merges.isEmpty && resolved.deletes.isEmpty { return false }
    prepared = Prepared(
      sequenceNumber: state.snapshot?.sequenceNumber ?? 0, snapshotID: state.snapshot?.id, merges: merges, resolved: resolved)
    return true
  }

  /// The files of a group that can be merged: those whose columns are known, and of other engines' files in a keyed table those of which no key
  /// lives twice.
  private func free(
    _ group: [IcebergFile], among data: [IcebergFile], _ dead: (IcebergFile) throws -> RoaringBitmap?
  ) throws -> [IcebergFile] {
    var free = files.mapping == nil ? try group.filter { try !unmerged.withoutIDs.contains($0, files, writer) } : group
    if let keyFiles, let slot = group.first?.slot, slot.bucket == IcebergSlots.anyBucket {
      let own = data.filter { $0.isSorted && $0.slot.partition == slot.partition }
      free = try unmerged.doubled.free(free, own: own, files, keyFiles, memory: memory, dead: dead)
    }
    return free.count == group.count || free.count > 1 ? free : []
  }

  /// What a group becomes; `nil` when nothing is to be merged, or a merge would lose rows: of keys that live twice, whoever brought that about.
  private func merge(
    _ group: [IcebergFile], slot: Slot, _ merger: FileMerger<IcebergTableFiles>, _ isCancelled: () -> Bool
  ) throws -> Merge? {
    if group.isEmpty { return nil }
    var dead: [String: RoaringBitmap] = [:]
    for file in group { dead[file.data.path] = try merger.dead(file) }
    let outputs =
      try keyFiles == nil
      ? merger.join(group, slot: slot, isCancelled: isCancelled)
      : slot.bucket == IcebergSlots.anyBucket
        ? merger.split(group, by: router, level: 0, isCancelled: isCancelled)
        : merger.merge(group.map { [$0] }, slot: slot, level: 0, dropsDeletes: true, isCancelled: isCancelled)
    let merge = Merge(inputs: group, dead: dead, outputs: outputs)
    let living = group.reduce(0) { $0 + $1.rowCount - (dead[$1.data.path]?.count ?? 0) }
    if outputs.reduce(0, { $0 + $1.rowCount }) == living { return merge }
    discard([merge])
    return nil
  }

  /// Makes what was prepared visible in one snapshot, unless another writer has taken files away that it takes away: then it is given up.
  func publish(by publisher: IcebergPublisher, checkpoint: CheckpointID) throws {
    guard let prepared else { return }
    self.prepared = nil
    // After an error, or a lost answer, the outcome may be unknown: the files stay, as orphans at worst.
    let outcome = try publisher.publish { state in try draft(prepared, state, publisher, checkpoint) }
    if outcome == .givenUp { discard(prepared.merges) }
  }

  func abandon() {
    if let prepared { discard(prepared.merges) }
    prepared = nil
  }

  private func draft(
    _ prepared: Prepared, _ state: IcebergState, _ publisher: IcebergPublisher, _ checkpoint: CheckpointID
  ) throws -> SnapshotDraft? {
    // Rows that were dead in one history may live in another.
    if let id = prepared.snapshotID, !state.metadata.ancestors(of: state.snapshot).contains(where: { $0.id == id }) { return nil }
    var draft = SnapshotDraft()
    draft.operation = .replace
    let account = IcebergAccount(state.metadata, publisher.writer)
    draft.properties = account.kept
    // What was committed last must stay what is found last.
    let waiting = account.waitingList
    draft.properties = IcebergAccount.properties(draft.properties, publisher.writer, account.lastCommitted ?? checkpoint, waiting: waiting)
    let deletes = IcebergDeletes(try state.live(.deletes, publisher.cache, files.slots), files.files)
    if state.snapshot?.id != prepared.snapshotID {
      let data = Set(try state.live(.data, publisher.cache, files.slots).map(\.identity))
      let others = Set(deletes.all.map(\.identity))
      let taken = prepared.merges.flatMap { $0.inputs.map(\.identity) } + prepared.resolved.rows.values.map(\.file.identity)
      guard taken.allSatisfy(data.contains), prepared.resolved.deletes.map(\.identity).allSatisfy(others.contains) else { return nil }
    }
    var merged: Set<String> = []
    for merge in prepared.merges {
      var died: [(file: IcebergFile, rows: RoaringBitmap)] = []
      for input in merge.inputs {
        draft.removed.insert(input.identity)
        merged.insert(input.data.path)
        let more = try (deletes.rows(of: input) ?? RoaringBitmap()).subtracting(merge.dead[input.data.path] ?? RoaringBitmap())
        if !more.isEmpty { died.append((input, more)) }
      }
      for output in merge.outputs {
        var output = output
        output.sequenceNumber = prepared.sequenceNumber
        draft.added.append(output)
      }
      if died.isEmpty { continue }
      // Rows of a table without a key are not found again.
      guard let keyFiles else { return nil }
      for (output, rows) in try keyFiles.deletions(died, in: merge.outputs) { draft.delete(rows, of: output) }
    }
    for delete in prepared.resolved.deletes { draft.removed.insert(delete.identity) }
    for (path, found) in prepared.resolved.rows where !merged.contains(path) { draft.delete(found.rows, of: found.file) }
    return draft
  }

  /// Whether a file may become part of another.
  private func isMovable(_ file: IcebergFile) -> Bool {
    file.specID == files.partitioning.spec.id && file.data.format.uppercased() == DataFile.parquet
      && (files.mapping != nil || !unmerged.withoutIDs.isKnown(file))
  }

  private func discard(_ merges: [Merge]) {
    for file in merges.flatMap(\.outputs) {
      files.discard(file)
      keyFiles?.remove(file.name)
    }
  }
}
