internal import SluiceCore

/// Which files of one slot are merged, so that their number stays bounded, dead rows do not pile up, and few bytes are written again.
///
/// Rows of a table that merges on write live in one file each, so any files may be merged with each other. Each commit's files are a run at
/// a level of their own. Runs of similar size are merged into one; when the runs together have become large, they are merged with the files
/// of the top level that they overlap.
struct SlotMergePolicy: Sendable {
  /// Files that become others, at one level.
  struct Merge {
    var inputs: [ManifestEntry]
    let level: Int32
    /// The files stay as they are and only change their level.
    var isMove = false
  }

  /// Runs are folded into the top level when they hold one in so many of its bytes. What lives in them is dead below: a reader that skips the
  /// dead reads at most that much more than a fresh copy holds.
  private static let foldingShare = 4

  /// Runs beyond this many are merged.
  let trigger: Int
  let topLevel: Int32
  let targetFileSize: Int
  let keyTypes: [DataType]
  let debt: FileDebt
  /// Whether nobody has changed the table for a while.
  let isQuiet: Bool

  /// `dead` is the number of dead rows by the name of a file.
  func merges(_ files: [ManifestEntry], dead: [String: Int]) throws -> [Merge] {
    func deadRows(_ entry: ManifestEntry) -> Int { dead[entry.file.fileName] ?? 0 }
    func living(_ entry: ManifestEntry) -> Int {
      entry.file.fileSize * max(0, entry.file.rowCount - deadRows(entry)) / max(1, entry.file.rowCount)
    }
    let top = files.filter { $0.file.level == topLevel }
    let runs = Dictionary(grouping: files.filter { $0.file.level > 0 && $0.file.level < topLevel }, by: \.file.level)
      .map { level, files in (level: level, files: files, living: files.reduce(0) { $0 + living($1) }) }
      .sorted { ($0.living, $0.level) < ($1.living, $1.level) }
    let changed = runs.reduce(0) { $0 + $1.files.reduce(0) { $0 + $1.file.rowCount } } + top.reduce(0) { $0 + deadRows($1) }
    let settles =
      isQuiet
      && (QuietRewrite.isMuch(changed, of: top.reduce(0) { $0 + $1.file.rowCount })
        || QuietRewrite.isSmall(files.reduce(0) { $0 + $1.file.fileSize }))
    var merges: [Merge] = []
    if settles, !runs.isEmpty {
      merges = try folding(runs.flatMap(\.files), top, deadRows)
    } else if runs.count > trigger {
      if runs.reduce(0, { $0 + $1.living }) * Self.foldingShare >= top.reduce(0, { $0 + living($1) }) {
        merges = try folding(runs.flatMap(\.files), top, deadRows)
      } else {
        var taken = runs.count - trigger / 2
        var bytes = runs[..<taken].reduce(0) { $0 + $1.living }
        while taken < runs.count, runs[taken].living <= bytes {
          bytes += runs[taken].living
          taken += 1
        }
        let level = runs[..<taken].map(\.level).max() ?? topLevel - 1
        merges = [Merge(inputs: runs[..<taken].flatMap(\.files), level: level)]
      }
    }
    let merged = Set(merges.flatMap(\.inputs).map(\.file.fileName))
    for file in files where file.file.level > 0 && !merged.contains(file.file.fileName) {
      let count = deadRows(file)
      let isMostlyDead = file.file.level == topLevel ? count * 2 > file.file.rowCount : count >= file.file.rowCount
      let isWorthwhile = settles && count > 0 && (QuietRewrite.isMuch(count, of: file.file.rowCount) || QuietRewrite.isSmall(file.file.fileSize))
      if isMostlyDead || isWorthwhile || debt.isOwed(by: file.file) { merges.append(Merge(inputs: [file], level: file.file.level)) }
    }
    return merges
  }

  /// Runs go to the top level, together with what they overlap there and small files beside them. A large file that overlaps nothing
  /// stays as it is, and at most moves.
  private func folding(_ runs: [ManifestEntry], _ top: [ManifestEntry], _ deadRows: (ManifestEntry) -> Int) throws -> [Merge] {
    let sections = KeySections(keyCount: keyTypes.count)
    var merges: [Merge] = []
    var group: [ManifestEntry] = []
    func flush() {
      if group.count > 1 || group.contains(where: { $0.file.level != topLevel }) { merges.append(Merge(inputs: group, level: topLevel)) }
      group = []
    }
    for section in sections.sections(of: try (runs + top).map { try KeyedFile($0, keyTypes: keyTypes) }) {
      let files = section.map(\.entry)
      let isAlone = files.count == 1 && files[0].file.fileSize >= targetFileSize / 2 && !debt.isOwed(by: files[0].file)
      if isAlone, files[0].file.level == topLevel {
        flush()
      } else if isAlone, deadRows(files[0]) * 4 < files[0].file.rowCount {
        flush()
        merges.append(Merge(inputs: files, level: topLevel, isMove: true))
      } else {
        group += files
      }
    }
    flush()
    return merges
  }
}
