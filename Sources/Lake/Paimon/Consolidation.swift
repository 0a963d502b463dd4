internal import SluiceCore

/// Merges runs of a keyed table that overlap in key range, so that every slot holds disjoint files of the top level only.
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
    let layout = try DataFileLayout(committer.schema)
    guard layout.isKeyed else { return }
    let options = TableWriterOptions(label: "merged", targetFileSize: targetFileSize)
    let context = try RunContext(
      table: committer.table, schema: committer.schema, files: committer.files, writer: committer.writer, options: options)
    for _ in 0..<Self.attempts {
      guard let snapshot = try committer.files.latestSnapshot() else { return }
      let entries = try plan(try committer.files.liveFiles(of: snapshot), context)
      if entries.isEmpty { return }
      let change = SnapshotPublisher.Change(entries: entries, kind: Snapshot.compact, identifier: checkpoint, properties: nil)
      let taken = Set(entries.filter { $0.kind == .delete }.map(\.identity))
      let isDone = try committer.publisher.publish(change) { latest in
        guard let latest else { return false }
        if latest.id == snapshot.id { return true }
        return taken.isSubset(of: Set(try committer.files.liveFiles(of: latest).map(\.identity)))
      }
      if isDone { return }
      let kept = Set(taken.map(\.fileName))
      for entry in entries where entry.kind == .add && !kept.contains(entry.file.fileName) {
        try committer.files.store.delete(try context.path(of: entry.file.fileName, slot: entry.slot))
      }
    }
    throw SluiceError(.targetConflict, "another writer keeps changing the files that are to be merged", at: .init(table: committer.table))
  }

  private var targetFileSize: Int {
    guard let text = committer.schema.options["target-file-size"], text.hasSuffix(" b"), let size = Int(text.dropLast(2)) else {
      return PaimonOptions.defaultTargetFileSize
    }
    return size
  }

  /// Takes files away and adds what they become; writes merged files on the way.
  private func plan(_ live: [ManifestEntry], _ context: RunContext) throws -> [ManifestEntry] {
    let keyTypes = context.layout.keyTypes
    let sections = KeySections(keyCount: keyTypes.count)
    let merger = FileMerger(context, schema: committer.schema, memory: memory)
    var entries: [ManifestEntry] = []
    for slotFiles in Dictionary(grouping: live, by: \.slot).values {
      for section in sections.sections(of: try slotFiles.map { try KeyedFile($0, keyTypes: keyTypes) }) {
        let files = section.map(\.entry)
        if files.count == 1, files[0].file.deleteRowCount == 0 {
          if files[0].file.level != DataFileMeta.topLevel { entries += Self.replacing(files, by: [files[0].file.at(level: DataFileMeta.topLevel)]) }
        } else {
          entries += Self.replacing(files, by: try merger.merge(sections.runs(of: section), slot: files[0].slot))
        }
      }
    }
    return entries
  }

  private static func replacing(_ old: [ManifestEntry], by new: [DataFileMeta]) -> [ManifestEntry] {
    guard let first = old.first else { return [] }
    return old.map { ManifestEntry(kind: .delete, slot: $0.slot, totalBuckets: $0.totalBuckets, file: $0.file) }
      + new.map { ManifestEntry(kind: .add, slot: first.slot, totalBuckets: first.totalBuckets, file: $0) }
  }
}
