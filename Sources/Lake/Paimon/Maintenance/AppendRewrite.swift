internal import SluiceCore

/// Joins small files of an append table, those of similar size with each other, so that each row is written again a few times only.
struct AppendRewrite: RewritePlan {
  /// A round ends when it has read this much, so that little is lost when it is cancelled.
  private static let roundBytes = 1 << 30
  /// Files of one class differ by less than this factor.
  private static let classFactor = 4
  private static let smallestClass = 64 << 10

  private let context: PaimonFiles
  private let merger: FileMerger<PaimonFiles>
  private let debt: FileDebt
  /// Files of a class are joined when there are this many.
  private let minimumFiles: Int

  init(_ context: PaimonFiles, schema: TableSchema, memory: Int) throws {
    self.context = context
    merger = FileMerger(context, memory: memory)
    debt = try FileDebt(schema)
    minimumFiles = max(2, schema.options["compaction.min.file-num"].flatMap { Int($0) } ?? 5)
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
    let small = files.filter { $0.file.fileSize < context.targetFileSize / 10 * 7 }
    var groups = Dictionary(grouping: small) { Self.sizeClass($0.file.fileSize) }.values.filter { $0.count >= minimumFiles }
    let grouped = Set(groups.joined().map(\.file.fileName))
    // Files that lack constants are written anew alone.
    groups += files.filter { debt.isOwed(by: $0.file) && !grouped.contains($0.file.fileName) }.map { [$0] }
    return groups
  }

  private static func sizeClass(_ size: Int) -> Int {
    var limit = smallestClass
    var number = 0
    while size >= limit {
      limit *= classFactor
      number += 1
    }
    return number
  }
}
