internal import SluiceCore

/// The files that merged rows of one slot become, each up to the target size. Confined to one thread.
final class MergedFiles<Files: TableFiles> {
  private let files: Files
  private let slot: Slot
  private let level: Int32
  private var written: [Files.File] = []
  private var open: Files.Output?

  init(_ files: Files, slot: Slot, level: Int32) {
    self.files = files
    self.slot = slot
    self.level = level
  }

  /// Takes rows in the order in which files keep them.
  func write(_ changes: ChangeBatch) throws {
    let file = try open ?? files.makeFile(.merged(level: level), slot: slot)
    open = file
    try file.write(changes)
    if file.estimatedFileBytes >= files.targetFileSize { try close() }
  }

  /// The files, durable.
  func finish() throws -> [Files.File] {
    try close()
    return written
  }

  /// Removes all of them.
  func abandon() {
    open?.abandon()
    open = nil
    for file in written { files.discard(file) }
    written = []
  }

  private func close() throws {
    guard let file = open else { return }
    written.append(try file.finish())
    open = nil
  }
}

/// Work was asked to end early.
struct MergeCancelled: Error {}
