internal import SluiceCore

/// Joins small files of an append table, those of similar size with each other, so that each row is written again a few times only.
struct AppendRewrite: RewritePlan {
  /// A round ends when it has read this much, so that little is lost when it is cancelled.
  private static let roundBytes = 1 << 30

  private let context: PaimonFiles
  private let merger: FileMerger<PaimonFiles>
  private let debt: FileDebt
  private let classes: SizeClasses

  init(_ context: PaimonFiles, schema: TableSchema, memory: Int) throws {
    self.context = context
    merger = FileMerger(context, memory: memory)
    debt = try FileDebt(schema)
    let minimumFiles = max(2, schema.options["compaction.min.file-num"].flatMap { Int($0) } ?? 5)
    classes = SizeClasses(minimumFiles: minimumFiles, targetFileSize: context.targetFileSize)
  }

  func plan(_ live: [ManifestEntry], into entries: inout [ManifestEntry], isCancelled: () -> Bool) throws {
    var bytes = 0
    for (slot, files) in Dictionary(grouping: live, by: \.slot) {
      for group in groups(of: files) where bytes < Self.roundBytes {
        entries += group.replaced(by: try merger.join(group, slot: slot, isCancelled: isCancelled))
        bytes += group.reduce(0) { $0 + $1.file.fileSize }
      }
    }
  }

  /// Files that become one file, or several of the target size.
  private func groups(of files: [ManifestEntry]) -> [[ManifestEntry]] {
    var groups = classes.groups(of: files, size: \.byteCount)
    let grouped = Set(groups.joined().map(\.file.fileName))
    // Files that lack constants are written anew alone.
    groups += files.filter { debt.isOwed(by: $0.file) && !grouped.contains($0.file.fileName) }.map { [$0] }
    return groups
  }
}
