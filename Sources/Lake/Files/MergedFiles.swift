internal import SluiceCore

/// The files that merged rows of one slot become, each up to the target size. Confined to one thread.
final class MergedFiles {
  private let context: RunContext
  private let slot: Slot
  private let level: Int32
  private var written: [DataFileMeta] = []
  private var open: DataFileWriter?

  init(_ context: RunContext, slot: Slot, level: Int32) {
    self.context = context
    self.slot = slot
    self.level = level
  }

  /// Takes rows in the order in which files keep them.
  func write(_ changes: ChangeBatch) throws {
    let file = try open ?? context.makeFile(slot: slot, level: level, source: DataFileMeta.sourceCompact)
    open = file
    try file.write(changes)
    if file.estimatedFileBytes >= context.targetFileSize { try close() }
  }

  /// The files, durable.
  func finish() throws -> [DataFileMeta] {
    try close()
    return written
  }

  /// Removes all of them.
  func abandon() {
    open?.abandon()
    open = nil
    for file in written { context.discard(file, slot: slot) }
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
