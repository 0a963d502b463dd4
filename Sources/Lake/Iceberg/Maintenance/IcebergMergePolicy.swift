internal import SluiceCore

/// Which files of one slot become others, so that their number stays bounded and dead rows do not pile up.
struct IcebergMergePolicy: Sendable {
  /// Of ten rows so many may be dead before a file is written anew.
  private static let deadTenths = 3

  let classes: SizeClasses
  /// Whether nobody has changed the table for a while.
  let isQuiet: Bool

  /// Groups of files; a group of one is written anew for its dead rows' sake. `dead` is the number of dead rows of a file.
  func groups(_ files: [IcebergFile], dead: (IcebergFile) throws -> Int) rethrows -> [[IcebergFile]] {
    if isQuiet, let group = try settled(files, dead) { return [group] }
    var groups = classes.groups(of: files, size: \.byteCount)
    let grouped = Set(groups.joined().map(\.data.path))
    for file in files where !grouped.contains(file.data.path) {
      let count = try dead(file)
      if count > 0, count * 10 > file.rowCount * Self.deadTenths { groups.append([file]) }
    }
    return groups
  }

  /// The files of a quiet slot that a reader would be quicker without; `nil` when there are none, or they are not worth it.
  private func settled(_ files: [IcebergFile], _ dead: (IcebergFile) throws -> Int) rethrows -> [IcebergFile]? {
    var counts: [String: Int] = [:]
    for file in files { counts[file.data.path] = try dead(file) }
    let isSmall = QuietRewrite.isSmall(files.reduce(0) { $0 + $1.byteCount })
    let deadRows = counts.values.reduce(0, +)
    guard isSmall || QuietRewrite.isMuch(deadRows, of: files.reduce(0) { $0 + $1.rowCount }) else { return nil }
    let group = files.filter { file in
      let count = counts[file.data.path] ?? 0
      if count == 0 { return isSmall && classes.isSmall(file.byteCount) }
      return isSmall || QuietRewrite.isMuch(count, of: file.rowCount)
    }
    return group.count > 1 || deadRows > 0 && !group.isEmpty ? group : nil
  }
}
