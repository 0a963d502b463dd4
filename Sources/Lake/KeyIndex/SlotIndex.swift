internal import SluiceCore

/// Where the keys of one slot are: its data files, and which of their rows are dead. A key lives in at most one file.
///
/// Confined to one thread.
final class SlotIndex {
  let slot: Slot
  private let keyFiles: KeyFiles
  /// In the order in which they came; newer ones are asked first.
  private(set) var files: [IndexedFile] = []

  init(_ slot: Slot, _ live: [ManifestEntry], _ vectors: DeletionVectors, _ keyFiles: KeyFiles) throws {
    self.slot = slot
    self.keyFiles = keyFiles
    for entry in live.sorted(by: { $0.file.maxSequence < $1.file.maxSequence }) { try add(entry, vectors) }
  }

  var heldBytes: Int { files.reduce(0) { $0 + $1.heldBytes } }

  /// Marks the living rows of `keys`, which ascend, as dead.
  func delete(_ keys: EncodedKeys) throws {
    try delete(keys, in: files)
  }

  func add(_ file: IndexedFile) {
    files.append(file)
  }

  /// The level for files that share no keys with each other: below all others, so that a lower level is a newer one, or any that is free.
  func freeLevel(below top: Int32) throws -> Int32 {
    let taken = Set(
      files.map { file -> Int32 in
        if case .written = file.stage { top } else { file.entry.file.level }
      })
    let lowest = taken.min() ?? top
    if lowest > 1 { return lowest - 1 }
    guard let free = (1..<top).reversed().first(where: { !taken.contains($0) }) else {
      throw SluiceError(
        .targetConflict, "no level is left for the changes of bucket \(slot.bucket)", remedy: "the table's files must be merged first")
    }
    return free
  }

  /// Follows a change of the table: files that came and went. What has died in files that went since the last hand-over dies in those that came.
  func apply(added: [ManifestEntry], removed: Set<String>, _ vectors: DeletionVectors) throws {
    var arrived: [IndexedFile] = []
    for entry in added {
      if let known = files.first(where: { $0.name == entry.file.fileName }) {
        // Ours, committed; or at another level now.
        if case .prepared = known.stage { known.stage = .live }
        known.entry = entry
      } else {
        try add(entry, vectors)
        arrived.append(files[files.count - 1])
      }
    }
    let names = Set(added.map(\.file.fileName))
    for file in files where removed.contains(file.name) && !names.contains(file.name) {
      if !file.fresh.isEmpty { try delete(try file.freshKeys(keyFiles), in: arrived) }
      keyFiles.remove(file.name)
    }
    files.removeAll { removed.contains($0.name) && !names.contains($0.name) }
  }

  private func add(_ entry: ManifestEntry, _ vectors: DeletionVectors) throws {
    guard entry.file.level > 0, entry.file.deleteRowCount ?? 0 == 0 else {
      throw SluiceError(
        .targetConflict, "rows wait at level 0 that were never merged in", at: .init(path: entry.file.fileName),
        remedy: "the table must be consolidated before changes are merged on write")
    }
    let dead = try vectors.vector(of: entry.file.fileName, slot: slot) ?? RoaringBitmap()
    files.append(try IndexedFile(entry, codec: keyFiles.codec, stage: .live, dead: dead))
  }

  private func delete(_ keys: EncodedKeys, in files: [IndexedFile]) throws {
    var places = (0..<keys.count).map { Int32(truncatingIfNeeded: $0) }
    for file in files.reversed() where !places.isEmpty { places = try file.delete(keys, at: places, keyFiles) }
  }
}
