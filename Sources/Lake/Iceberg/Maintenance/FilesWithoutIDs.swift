internal import SluiceCore
internal import Synchronization

/// Data files that name their columns and give them no field ids: what their columns are the table's name mapping says. In a table without one
/// they are guessed by name, and a merge would make the guess last: there they stay what they are.
///
/// Remembers what it has found. Thread-safe.
final class FilesWithoutIDs: Sendable {
  /// Whether files have no ids, by name.
  private let known = Mutex<[String: Bool]>([:])

  func isKnown(_ file: IcebergFile) -> Bool {
    known.withLock { $0[file.name] == true }
  }

  /// Looks into the file unless that was done before, or `writer` wrote it.
  func contains(_ file: IcebergFile, _ files: IcebergTableFiles, _ writer: WriterIdentity) throws -> Bool {
    if FileNames.isOwn(file.name, writer: writer.id) { return false }
    if let found = known.withLock({ $0[file.name] }) { return found }
    let found = try !files.hasIDs(file)
    known.withLock { $0[file.name] = found }
    return found
  }

  /// Forgets files that are gone.
  func keep(_ live: Set<String>) {
    known.withLock { known in known = known.filter { live.contains($0.key) } }
  }
}

/// What rounds of maintenance remember of files that they leave alone: each round is made anew. Thread-safe.
struct UnmergedFiles: Sendable {
  let doubled = DoubledKeys()
  let withoutIDs = FilesWithoutIDs()

  /// Forgets files that are gone.
  func keep(_ live: [IcebergFile]) {
    let names = Set(live.map(\.name))
    doubled.keep(names)
    withoutIDs.keep(names)
  }
}
