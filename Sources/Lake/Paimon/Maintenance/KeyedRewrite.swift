internal import SluiceCore

/// Merges sorted runs of the buckets of a keyed table whose readers merge.
///
/// Within a bucket no two files of one level above 0 overlap: a merge takes whole runs, newest first, and its files are alone at their level.
/// Deletions go when nothing older is left that they could concern.
struct KeyedRewrite: RewritePlan {
  /// A round ends when it has read this much, so that little is lost when it is cancelled.
  private static let roundBytes = 1 << 30

  private let context: PaimonFiles
  private let merger: FileMerger<PaimonFiles>
  private let debt: FileDebt
  private let universal: UniversalCompaction
  private let sections: KeySections

  init(_ context: PaimonFiles, schema: TableSchema, memory: Int) throws {
    self.context = context
    merger = FileMerger(context, memory: memory)
    debt = try FileDebt(schema)
    func option(_ name: String, _ value: Int) -> Int { min(max(0, schema.options[name].flatMap { Int($0) } ?? value), 1_000_000) }
    universal = UniversalCompaction(
      trigger: max(2, option("num-sorted-run.compaction-trigger", 5)), sizeRatio: option("compaction.size-ratio", 1),
      maximumAmplification: option("compaction.max-size-amplification-percent", 200), topLevel: schema.topLevel)
    sections = KeySections(keyCount: context.layout.keys.count)
  }

  func plan(_ live: [ManifestEntry], into entries: inout [ManifestEntry], isCancelled: () -> Bool) throws {
    var bytes = 0
    for (slot, files) in Dictionary(grouping: live, by: \.slot) {
      if isCancelled() { throw MergeCancelled() }
      if bytes >= Self.roundBytes { return }
      let runs = Self.runs(of: files)
      let sizes = runs.map { UniversalCompaction.Run(level: $0[0].file.level, byteCount: $0.reduce(0) { $0 + $1.file.fileSize }) }
      if let (count, level) = universal.pick(sizes) {
        let picked = Array(runs.prefix(count).joined())
        bytes += try merge(picked, of: slot, to: level, dropsDeletes: count == runs.count, into: &entries, isCancelled)
      } else {
        for file in files where debt.isOwed(by: file.file) && bytes < Self.roundBytes {
          bytes += file.file.fileSize
          let merged = try merger.merge([[file]], slot: slot, level: file.file.level, dropsDeletes: false, isCancelled: isCancelled)
          entries += [file].replaced(by: merged)
        }
      }
    }
  }

  /// Newest first: each file of level 0 is a run, and so is each level above.
  private static func runs(of files: [ManifestEntry]) -> [[ManifestEntry]] {
    let levels = Dictionary(grouping: files, by: \.file.level)
    let newest = (levels[0] ?? []).sorted { $0.file.maxSequence > $1.file.maxSequence }.map { [$0] }
    return newest + levels.keys.filter { $0 > 0 }.sorted().compactMap { levels[$0] }
  }

  /// Merges files that share key ranges, and small ones beside them; others only change their level. Answers how many bytes were read.
  private func merge(
    _ files: [ManifestEntry], of slot: Slot, to level: Int32, dropsDeletes: Bool, into entries: inout [ManifestEntry], _ isCancelled: () -> Bool
  ) throws -> Int {
    var bytes = 0
    var group: [KeyedFile] = []
    func flush() throws {
      let entriesOfGroup = group.map(\.entry)
      if group.count == 1, !isRewritten(group[0].entry.file, dropsDeletes) {
        if group[0].entry.file.level != level { entries += entriesOfGroup.replaced(by: [group[0].entry.at(level: level)]) }
      } else if !group.isEmpty {
        let runs = sections.runs(of: group).map { $0.map(\.entry) }
        let merged = try merger.merge(runs, slot: slot, level: level, dropsDeletes: dropsDeletes, isCancelled: isCancelled)
        entries += entriesOfGroup.replaced(by: merged)
        bytes += entriesOfGroup.reduce(0) { $0 + $1.file.fileSize }
      }
      group = []
    }
    for section in sections.sections(of: try files.map { try KeyedFile($0, keyTypes: context.layout.keyTypes) }) {
      let isAlone = section.count == 1 && !isRewritten(section[0].entry.file, dropsDeletes)
      if isAlone, section[0].entry.file.fileSize >= context.targetFileSize / 2 {
        try flush()
        group = section
        try flush()
      } else {
        group += section
      }
    }
    try flush()
    return bytes
  }

  private func isRewritten(_ file: DataFileMeta, _ dropsDeletes: Bool) -> Bool {
    debt.isOwed(by: file) || dropsDeletes && file.deleteRowCount != 0
  }
}
