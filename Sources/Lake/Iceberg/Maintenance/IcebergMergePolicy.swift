internal import SluiceCore

/// Which files of one slot become others, so that their number stays bounded and dead rows do not pile up.
struct IcebergMergePolicy: Sendable {
  /// Of ten rows so many may be dead before a file is written anew.
  private static let deadTenths = 3

  let classes: SizeClasses

  /// Groups of files; a group of one is written anew for its dead rows' sake. `dead` is the number of dead rows of a file.
  func groups(_ files: [IcebergFile], dead: (IcebergFile) throws -> Int) rethrows -> [[IcebergFile]] {
    var groups = classes.groups(of: files, size: \.byteCount)
    let grouped = Set(groups.joined().map(\.data.path))
    for file in files where !grouped.contains(file.data.path) {
      let count = try dead(file)
      if count > 0, count * 10 > file.rowCount * Self.deadTenths { groups.append([file]) }
    }
    return groups
  }
}
