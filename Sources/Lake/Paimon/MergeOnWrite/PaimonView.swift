internal import SluiceCore

/// The files of a table as of a snapshot that moves forward. Confined to one thread.
final class TableView {
  /// Files of one slot that came and went.
  struct Change {
    var added: [ManifestEntry] = []
    var removed: Set<String> = []
  }

  /// More snapshots than this are not followed one by one.
  private static let mostSteps = 16

  private let files: MetadataFiles
  private(set) var snapshot: Snapshot?
  private var isLoaded = false
  private var live: [Slot: [String: ManifestEntry]] = [:]
  /// Those of `snapshot`, read when they are asked for.
  private var knownVectors: DeletionVectors?

  init(_ files: MetadataFiles) {
    self.files = files
  }

  func entries(of slot: Slot) -> [ManifestEntry] { live[slot].map { Array($0.values) } ?? [] }

  func vectors() throws -> DeletionVectors {
    if let knownVectors { return knownVectors }
    let read = try DeletionVectors(files, of: snapshot)
    knownVectors = read
    return read
  }

  /// Moves on to the newest snapshot, and says what changed since the last time. The first time nothing has.
  func advance() throws -> [Slot: Change] {
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
