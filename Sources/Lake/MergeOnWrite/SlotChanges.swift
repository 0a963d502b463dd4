internal import SluiceCore

/// Changes of one slot on their way into files and deletion vectors. Confined to one thread.
final class SlotChanges<Files: TableFiles> {
  /// Waiting rows are turned into files when they take this much: sorting copies them.
  private static var mostWaitingBytes: Int { 32 << 20 }

  let slot: Slot
  private let files: Files
  private let keyFiles: KeyFiles<Files>
  private var index: SlotIndex<Files>?
  private var waiting: [ChangeBatch] = []
  private(set) var waitingBytes = 0
  /// Counts conversions since the last hand-over.
  private var conversions = 0

  init(_ slot: Slot, _ files: Files, _ keyFiles: KeyFiles<Files>) {
    self.slot = slot
    self.files = files
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
  func apply(_ change: SlotFileChange<Files.File>, dead: (Files.File) throws -> RoaringBitmap) throws {
    try index?.apply(change, dead: dead)
  }

  /// Turns the waiting rows into files and deletions. `view` is in step with the table.
  func convert<View: TableView>(_ view: View) throws where View.Files == Files {
    if waiting.isEmpty { return }
    let index = try self.index ?? SlotIndex(slot, view.files(of: slot), dead: view.deadRows, files, keyFiles)
    self.index = index
    let batches = waiting
    waiting = []
    waitingBytes = 0
    let changes = try KeyedChanges(batches, keyColumns: files.keys, codec: keyFiles.codec)
    conversions += 1
    try index.delete(changes.keys)
    try view.note(changes, slot: slot)
    try write(changes, to: index)
  }

  /// What is to be committed since the last time.
  func prepare<View: TableView>(_ view: View) throws -> SlotChange<Files.File>? where View.Files == Files {
    guard isChanged, let index else { return nil }
    try view.settle(index)
    var change = SlotChange<Files.File>(slot: slot)
    for file in index.files {
      switch file.stage {
      case .live: break
      case .prepared:
        throw SluiceError(.defect, "a file of an earlier checkpoint is not in the table", at: .init(path: file.name))
      case .written:
        file.stage = .prepared
        change.added.append(file.file)
      }
      let died = file.takeFresh()
      if !died.isEmpty { change.deletions.append((file.file, died)) }
    }
    conversions = 0
    return change.added.isEmpty && change.deletions.isEmpty && view.isIndexed ? nil : change
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
      files.discard(file.file)
      keyFiles.remove(file.name)
    }
    index = nil
  }

  private func write(_ changes: KeyedChanges, to index: SlotIndex<Files>) throws {
    var start = 0
    while start < changes.keptKeys.count {
      let file = try files.makeFile(.changes, slot: slot)
      do {
        let first = start
        while file.estimatedFileBytes < files.targetFileSize, let piece = changes.piece(from: start) {
          try file.write(piece)
          start += piece.rowCount
        }
        let made = try file.finish()
        let keyWriter = keyFiles.makeWriter(for: made.name)
        try keyWriter.append(changes.keptKeys, first..<start)
        index.add(
          IndexedFile(
            made, try files.keyBounds(of: made, keyFiles.codec), stage: .written(conversions),
            keys: try keyWriter.finish(dataFileSize: made.byteCount)))
      } catch {
        file.abandon()
        if !index.files.contains(where: { $0.name == file.name }) { try? files.store.delete(file.path) }
        throw error
      }
    }
  }
}
