internal import SluiceCore

/// Where the keys of one slot are: its data files, and which of their rows are dead. A key lives in at most one of the files that are sorted by it.
///
/// Confined to one thread.
final class SlotIndex<Files: TableFiles> {
  let slot: Slot
  private let tableFiles: Files
  private let keyFiles: KeyFiles<Files>
  /// In the order in which they came; newer ones are asked first.
  private(set) var files: [IndexedFile<Files>] = []

  /// `live` are the slot's files, oldest first.
  init(
    _ slot: Slot, _ live: [Files.File], dead: (Files.File) throws -> RoaringBitmap, _ tableFiles: Files, _ keyFiles: KeyFiles<Files>
  ) throws {
    self.slot = slot
    self.tableFiles = tableFiles
    self.keyFiles = keyFiles
    for file in live { files.append(try indexed(file, dead)) }
  }

  var heldBytes: Int { files.reduce(0) { $0 + $1.heldBytes } }

  /// Marks the living rows of `keys`, which ascend, as dead.
  func delete(_ keys: EncodedKeys) throws {
    try delete(keys, in: files)
  }

  func add(_ file: IndexedFile<Files>) {
    files.append(file)
  }

  /// Follows a change of the table: files that came and went. What has died in files that went since the last hand-over dies in those that came.
  func apply(_ change: SlotFileChange<Files.File>, dead: (Files.File) throws -> RoaringBitmap) throws {
    var arrived: [IndexedFile<Files>] = []
    for file in change.added {
      if let known = files.first(where: { $0.name == file.name }) {
        // Ours, committed; or at another level now.
        if case .prepared = known.stage { known.stage = .live }
        known.file = file
      } else {
        let new = try indexed(file, dead)
        files.append(new)
        arrived.append(new)
      }
    }
    let names = Set(change.added.map(\.name))
    for file in files where change.removed.contains(file.name) && !names.contains(file.name) {
      if !file.fresh.isEmpty { try delete(try file.freshKeys(keyFiles), in: arrived) }
      keyFiles.remove(file.name)
    }
    files.removeAll { change.removed.contains($0.name) && !names.contains($0.name) }
  }

  private func indexed(_ file: Files.File, _ dead: (Files.File) throws -> RoaringBitmap) throws -> IndexedFile<Files> {
    IndexedFile(file, try tableFiles.keyBounds(of: file, keyFiles.codec), stage: .live, dead: try dead(file))
  }

  private func delete(_ keys: EncodedKeys, in files: [IndexedFile<Files>]) throws {
    var places = (0..<keys.count).map { Int32(truncatingIfNeeded: $0) }
    // What another engine wrote may hold keys that other files have, too.
    for file in files where !tableFiles.isSorted(file.file) { _ = try file.delete(keys, at: places, keyFiles) }
    for file in files.reversed() where !places.isEmpty && tableFiles.isSorted(file.file) { places = try file.delete(keys, at: places, keyFiles) }
  }
}
