internal import SluiceCore

/// Merges runs of a keyed table that overlap in key range, so that every slot holds disjoint files of the top level only. Files that lack
/// constants of added columns are written anew, those of append tables too.
struct Consolidation {
  /// When others change the same files meanwhile, the work starts over this often.
  private static let attempts = 3

  private let committer: PaimonCommitter
  private let memory: Int

  init(_ committer: PaimonCommitter, memory: Int) {
    self.committer = committer
    self.memory = memory
  }

  /// One `COMPACT` snapshot, or none when nothing overlaps. Files of a run that ended early are orphans.
  func run(checkpoint: CheckpointID) throws {
    let options = TableWriterOptions(label: "merged", targetFileSize: PaimonOptions.targetFileSize(of: committer.schema))
    let context = try PaimonFiles(
      table: committer.table, schema: committer.schema, files: committer.files, writer: committer.writer, options: options)
    for _ in 0..<Self.attempts {
      guard let snapshot = try committer.publisher.latestSnapshot() else { return }
      let live = try committer.files.liveFiles(of: snapshot)
      if live.contains(where: { $0.file.schemaID > committer.schema.id }) {
        throw SluiceError(
          .defect, "the table has files of a newer schema than that under which they are to be merged", at: .init(table: committer.table))
      }
      let vectors = try DeletionVectors(committer.files, of: snapshot)
      let entries = try context.layout.isKeyed ? plan(live, vectors, context) : rewriting(live, context)
      if entries.isEmpty { return }
      var change = SnapshotPublisher.Change(entries: entries, kind: Snapshot.compact, identifier: checkpoint, properties: nil)
      change.index = { try VectorChange(leaving: entries).manifest(after: $0, committer.files, $1) }
      let taken = Set(entries.filter { $0.kind == .delete }.map(\.identity))
      let isDone = try committer.publisher.publish(change) { latest in
        guard let latest else { return false }
        if latest.id == snapshot.id { return true }
        return taken.isSubset(of: Set(try committer.files.liveFiles(of: latest).map(\.identity)))
      }
      if isDone { return }
      let kept = Set(taken.map(\.fileName))
      for entry in entries where entry.kind == .add && !kept.contains(entry.file.fileName) { context.discard(entry) }
    }
    throw SluiceError(.targetConflict, "another writer keeps changing the files that are to be merged", at: .init(table: committer.table))
  }

  /// Takes files away and adds what they become; writes merged files on the way.
  private func plan(_ live: [ManifestEntry], _ vectors: DeletionVectors, _ context: PaimonFiles) throws -> [ManifestEntry] {
    let keyTypes = context.layout.keyTypes
    let sections = KeySections(keyCount: keyTypes.count)
    let merger = FileMerger(context, memory: memory, dead: vectors.vector(of:))
    let debt = try FileDebt(committer.schema)
    let top = context.topLevel
    var entries: [ManifestEntry] = []
    for slotFiles in Dictionary(grouping: live, by: \.slot).values {
      for section in sections.sections(of: try slotFiles.map { try KeyedFile($0, keyTypes: keyTypes) }) {
        let files = section.map(\.entry)
        if files.count == 1, files[0].file.deleteRowCount == 0, !debt.isOwed(by: files[0].file) {
          if files[0].file.level != top { entries += files.replaced(by: [files[0].at(level: top)]) }
        } else {
          let runs = sections.runs(of: section).map { $0.map(\.entry) }
          let merged = try merger.merge(runs, slot: files[0].slot, level: top, dropsDeletes: true)
          entries += files.replaced(by: merged)
        }
      }
    }
    return entries
  }

  /// Files of an append table that lack constants.
  private func rewriting(_ live: [ManifestEntry], _ context: PaimonFiles) throws -> [ManifestEntry] {
    let debt = try FileDebt(committer.schema)
    let merger = FileMerger(context, memory: memory)
    return try live.filter { debt.isOwed(by: $0.file) }.flatMap { [$0].replaced(by: try merger.join([$0], slot: $0.slot)) }
  }
}
