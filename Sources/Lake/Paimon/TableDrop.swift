internal import SluiceCore

/// Removes a table's files in an order in which a crash leaves a table that can be read and dropped again.
struct TableDrop {
  let files: MetadataFiles

  /// First what makes rows visible, then all else; the first schema, by which the table exists, goes last.
  func run() throws {
    let paths = files.paths
    for hint in [paths.latestHint, paths.earliestHint] { try files.store.delete(hint) }
    for id in try files.snapshotIDs() { try files.store.delete(paths.snapshot(id)) }
    let objects = try files.store.list(paths.root).map(\.path)
    let schemas = objects.filter { $0.hasPrefix(paths.schemaFolder + "/") }
    for path in objects where !path.hasPrefix(paths.schemaFolder + "/") { try files.store.delete(path) }
    for path in schemas where path != paths.schema(0) { try files.store.delete(path) }
    try files.store.delete(paths.schema(0))
  }
}
