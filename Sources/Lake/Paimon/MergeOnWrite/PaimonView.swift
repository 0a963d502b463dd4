internal import SluiceCore

/// The files of a Paimon table as of a snapshot that moves forward. Confined to one thread.
final class PaimonView: TableView {
  typealias Files = PaimonFiles
  typealias Change = SlotFileChange<ManifestEntry>

  /// More snapshots than this are not followed one by one.
  private static let mostSteps = 16

  private let files: MetadataFiles
  private let topLevel: Int32
  private(set) var snapshot: Snapshot?
  private var isLoaded = false
  private var live: [Slot: [String: ManifestEntry]] = [:]
  /// Those of `snapshot`, read when they are asked for.
  private var knownVectors: DeletionVectors?
  private var changes: [Slot: Change] = [:]

  init(_ files: PaimonFiles) {
    self.files = files.files
    topLevel = files.topLevel
  }

  func files(of slot: Slot) -> [ManifestEntry] {
    live[slot].map { $0.values.sorted { $0.file.maxSequence < $1.file.maxSequence } } ?? []
  }

  /// Throws `target-conflict` for a file that the index cannot hold.
  func deadRows(of entry: ManifestEntry) throws -> RoaringBitmap {
    guard entry.file.level > 0, entry.file.deleteRowCount ?? 0 == 0 else {
      throw SluiceError(
        .targetConflict, "rows wait at level 0 that were never merged in", at: .init(path: entry.file.fileName),
        remedy: "the table must be consolidated before changes are merged on write")
    }
    return try vectors().vector(of: entry) ?? RoaringBitmap()
  }

  func change(of slot: Slot) -> Change? { changes[slot] }

  /// Files that share no keys with each other get a level below all others, so that a lower level is a newer one, or any that is free.
  func settle(_ index: SlotIndex<PaimonFiles>) throws {
    var taken: Set<Int32> = []
    var isWaiting = false
    for file in index.files {
      if case .written = file.stage { isWaiting = true } else { taken.insert(file.file.file.level) }
    }
    guard isWaiting else { return }
    // Level 0 is for runs that may overlap, the top for history.
    taken.insert(topLevel)
    var levels: [Int: Int32] = [:]
    for file in index.files {
      guard case .written(let conversion) = file.stage else { continue }
      let level = try levels[conversion] ?? freeLevel(taken, index.slot)
      levels[conversion] = level
      taken.insert(level)
      file.file.file.level = level
    }
  }

  private func freeLevel(_ taken: Set<Int32>, _ slot: Slot) throws -> Int32 {
    let lowest = taken.min() ?? topLevel
    if lowest > 1 { return lowest - 1 }
    guard let free = (1..<topLevel).reversed().first(where: { !taken.contains($0) }) else {
      throw SluiceError(
        .targetConflict, "no level is left for the changes of bucket \(slot.bucket)", remedy: "the table's files must be merged first")
    }
    return free
  }

  func prepared(_ change: SlotChange<ManifestEntry>) throws -> [PreparedFile] {
    [try PreparedSlotChange(change, base: snapshot?.id ?? 0).prepared()]
  }

  private func vectors() throws -> DeletionVectors {
    if let knownVectors { return knownVectors }
    let read = try DeletionVectors(files, of: snapshot)
    knownVectors = read
    return read
  }

  func advance() throws {
    changes = try step()
  }

  /// What changed since the last time. The first time nothing has.
  private func step() throws -> [Slot: Change] {
    let latest = try files.latestSnapshot()
    if isLoaded && latest?.id == snapshot?.id { return [:] }
    defer { knownVectors = nil }
    guard isLoaded, let latest, let known = snapshot, latest.id > known.id, latest.id - known.id <= Self.mostSteps,
      let changes = try steps(from: known.id, to: latest)
    else { return try reload(latest) }
    snapshot = latest
    for (slot, change) in changes {
      for name in change.removed { live[slot]?[name] = nil }
      for entry in change.added { live[slot, default: [:]][entry.file.fileName] = entry }
    }
    return changes
  }

  /// What the snapshots after `known` changed; `nil` when one of them is gone.
  private func steps(from known: Int64, to latest: Snapshot) throws -> [Slot: Change]? {
    guard let entries = try files.changes(after: known, until: latest) else { return nil }
    var changes: [Slot: Change] = [:]
    for entry in entries {
      let name = entry.file.fileName
      switch entry.kind {
      case .add:
        // A file that came and went is no news, and one that went and came is at another level.
        changes[entry.slot, default: Change()].added.append(entry)
      case .delete:
        changes[entry.slot, default: Change()].removed.insert(name)
        changes[entry.slot]?.added.removeAll { $0.file.fileName == name }
      }
    }
    return changes
  }

  private func reload(_ latest: Snapshot?) throws -> [Slot: Change] {
    let old = live
    let wasLoaded = isLoaded
    snapshot = latest
    isLoaded = true
    live = [:]
    if let latest {
      for entry in try files.liveFiles(of: latest) { live[entry.slot, default: [:]][entry.file.fileName] = entry }
    }
    guard wasLoaded else { return [:] }
    var changes: [Slot: Change] = [:]
    for slot in Set(old.keys).union(live.keys) {
      let before = old[slot] ?? [:]
      let now = live[slot] ?? [:]
      let change = Change(
        added: now.values.filter { before[$0.file.fileName]?.file.level != $0.file.level }, removed: Set(before.keys.filter { now[$0] == nil }))
      if !change.added.isEmpty || !change.removed.isEmpty { changes[slot] = change }
    }
    return changes
  }
}
