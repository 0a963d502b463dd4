internal import SluiceCore

/// Changes of one slot on their way into files and deletion vectors. Confined to one thread.
final class SlotChanges {
  /// Waiting rows are turned into files when they take this much: sorting copies them.
  private static let mostWaitingBytes = 32 << 20

  let slot: Slot
  private let context: RunContext
  private let keyFiles: KeyFiles
  private var index: SlotIndex?
  private var waiting: [ChangeBatch] = []
  private(set) var waitingBytes = 0
  /// Counts conversions since the last hand-over.
  private var conversions = 0

  init(_ slot: Slot, _ context: RunContext, _ keyFiles: KeyFiles) {
    self.slot = slot
    self.context = context
    self.keyFiles = keyFiles
  }

  var heldBytes: Int { waitingBytes + (index?.heldBytes ?? 0) }
  var isFull: Bool { waitingBytes >= Self.mostWaitingBytes }
  /// Whether there is anything to hand over.
  var isChanged: Bool { !waiting.isEmpty || conversions > 0 }

  func write(_ rows: ChangeBatch) {
    waiting.append(rows)
    waitingBytes += rows.rows.byteSize
  }

  /// Follows a change of the table.
  func apply(_ change: TableView.Change, _ vectors: DeletionVectors) throws {
    try index?.apply(added: change.added, removed: change.removed, vectors)
  }

  /// Turns the waiting rows into files and deletions. `view` is in step with the table.
  func convert(_ view: TableView) throws {
    if waiting.isEmpty { return }
    let index = try self.index ?? SlotIndex(slot, view.entries(of: slot), try view.vectors(), keyFiles)
    self.index = index
    let batches = waiting
    waiting = []
    waitingBytes = 0
    let changes = try KeyedChanges(batches, keyColumns: context.layout.keys, codec: keyFiles.codec)
    conversions += 1
    try index.delete(changes.keys)
    try write(changes, to: index)
  }

  /// What is to be committed since the last time.
  func prepare(base: Int64) throws -> PreparedSlotChange? {
    guard isChanged, let index else { return nil }
    var levels: [Int: Int32] = [:]
    var added: [DataFileMeta] = []
    var deletions: [PreparedSlotChange.Deletions] = []
    for file in index.files {
      switch file.stage {
      case .live: break
      case .prepared:
        throw SluiceError(.defect, "a file of an earlier checkpoint is not in the table", at: .init(path: file.name))
      case .written(let conversion):
        let level = try levels[conversion] ?? index.freeLevel(below: context.topLevel)
        levels[conversion] = level
        file.entry.file.level = level
        file.stage = .prepared
        added.append(file.entry.file)
      }
      let died = file.takeFresh()
      if !died.isEmpty { deletions.append(.init(file: file.name, rows: died)) }
    }
    conversions = 0
    if added.isEmpty && deletions.isEmpty { return nil }
    return PreparedSlotChange(slot: slot, totalBuckets: context.totalBuckets, base: base, added: added, deletions: deletions)
  }

  /// Frees the index; it is read again when it is needed. No effect while something waits to be handed over or committed.
  func forgetIndex() {
    guard !isChanged, let index else { return }
    let isSettled = index.files.allSatisfy { file in
      if case .live = file.stage { true } else { false }
    }
    if isSettled { self.index = nil } else { for file in index.files { file.forgetKeys() } }
  }

  /// Removes the files that were not handed over.
  func abandon() {
    waiting = []
    waitingBytes = 0
    for file in index?.files ?? [] {
      guard case .written = file.stage else { continue }
      if let path = try? context.path(of: file.name, slot: slot) { try? context.files.store.delete(path) }
      keyFiles.remove(file.name)
    }
    index = nil
  }

  private func write(_ changes: KeyedChanges, to index: SlotIndex) throws {
    var start = 0
    while start < changes.keptKeys.count {
      // The level is chosen when the files are handed over.
      let file = try context.makeFile(slot: slot, level: context.topLevel)
      do {
        let first = start
        while file.estimatedFileBytes < context.targetFileSize, let piece = changes.piece(from: start) {
          try file.write(piece)
          start += piece.rowCount
        }
        let meta = try file.finish()
        let entry = ManifestEntry(kind: .add, slot: slot, totalBuckets: context.totalBuckets, file: meta)
        let keyWriter = keyFiles.makeWriter(for: meta.fileName)
        try keyWriter.append(changes.keptKeys, first..<start)
        index.add(
          try IndexedFile(entry, codec: keyFiles.codec, stage: .written(conversions), keys: try keyWriter.finish(dataFileSize: meta.fileSize)))
      } catch {
        file.abandon()
        if !index.files.contains(where: { $0.name == file.name }) { try? context.files.store.delete(file.path) }
        throw error
      }
    }
  }
}
