internal import SluiceCore

/// The files of an Iceberg table as of a snapshot that moves forward. Confined to one thread.
final class IcebergView: TableView {
  typealias Files = IcebergTableFiles

  /// More snapshots than this are not followed one by one.
  private static let mostSteps = 16

  private let table: TableID
  private let files: IcebergFiles
  private let slots: IcebergSlots
  private let catalog: any IcebergCatalog
  private let ground: IcebergGround?
  private let cache: ManifestCache
  private var snapshotID: Int64?
  private var isLoaded = false
  /// The live data files of each data manifest.
  private var manifests: [String: [IcebergFile]] = [:]
  private var live: [Slot: [String: IcebergFile]] = [:]
  private var deletes: IcebergDeletes
  private var changes: [Slot: SlotFileChange<IcebergFile>] = [:]

  init(_ own: IcebergTableFiles, catalog: any IcebergCatalog, ground: IcebergGround?) {
    self.ground = ground
    table = own.table
    files = own.files
    slots = own.slots
    self.catalog = catalog
    cache = ManifestCache(own.files)
    deletes = IcebergDeletes([], own.files)
  }

  /// Those that hold keys of the slot, files of other engines among them.
  func files(of slot: Slot) -> [IcebergFile] {
    let own = live[slot].map { Array($0.values) } ?? []
    let foreign = live[Self.any(of: slot)].map { Array($0.values) } ?? []
    return (own + foreign).sorted { ($0.fileSequenceNumber ?? .max, $0.name) < ($1.fileSequenceNumber ?? .max, $1.name) }
  }

  func deadRows(of file: IcebergFile) throws -> RoaringBitmap { try deletes.rows(of: file) ?? RoaringBitmap() }

  func change(of slot: Slot) -> SlotFileChange<IcebergFile>? {
    guard let foreign = changes[Self.any(of: slot)] else { return changes[slot] }
    guard let own = changes[slot] else { return foreign }
    return SlotFileChange(added: own.added + foreign.added, removed: own.removed.union(foreign.removed))
  }

  func settle(_: SlotIndex<IcebergTableFiles>) throws {}

  func prepared(_ change: SlotChange<IcebergFile>) throws -> [PreparedFile] {
    [
      try PreparedIcebergChange(slot: change.slot, base: snapshotID, added: change.added, deletions: change.deletions).prepared(range: nil)
    ]
  }

  func advance() throws {
    changes = [:]
    guard let metadata = try catalog.load(table)?.metadata else {
      throw SluiceError(.targetMissing, "the Iceberg table that was written before is gone", at: .init(table: table))
    }
    try ground?.check(metadata)
    if isLoaded && metadata.currentSnapshotID == snapshotID { return }
    let state = try IcebergState(metadata, files)
    var newest: [String: [IcebergFile]] = [:]
    var arrived: [IcebergFile] = []
    for manifest in state.manifests where manifest.content == .data && manifest.hasLiveFiles {
      if let known = manifests[manifest.path] {
        newest[manifest.path] = known
      } else {
        let files = try state.live(manifest, cache, slots)
        newest[manifest.path] = files
        arrived += files
      }
    }
    // A manifest that was written anew has most of its files from others: those neither come nor go.
    let gone = manifests.filter { newest[$0.key] == nil }.values.joined()
    let before = Set(gone.map(\.data.path))
    let after = Set(arrived.map(\.data.path))
    let wasLoaded = isLoaded
    for file in gone where !after.contains(file.data.path) {
      live[file.slot]?[file.name] = nil
      if wasLoaded { changes[file.slot, default: SlotFileChange()].removed.insert(file.name) }
    }
    for file in arrived {
      live[file.slot, default: [:]][file.name] = file
      if wasLoaded && !before.contains(file.data.path) { changes[file.slot, default: SlotFileChange()].added.append(file) }
    }
    if wasLoaded { try noteVanished(state) }
    manifests = newest
    deletes = IcebergDeletes(try state.live(.deletes, cache, slots), files)
    cache.keep(state.manifests.filter { $0.content == .deletes })
    snapshotID = state.snapshot?.id
    isLoaded = true
  }

  /// Files that came and went again since the last snapshot that was looked at: a writer may wait for one of them.
  private func noteVanished(_ state: IcebergState) throws {
    let current = Set(state.manifests.map(\.path))
    let steps = state.metadata.ancestors(of: state.snapshot).dropFirst().prefix { $0.id != snapshotID }
    for step in steps.prefix(Self.mostSteps) {
      for manifest in try IcebergManifestList.read(step, files: files)
      where manifest.content == .data && manifest.addedSnapshotID == step.id && !current.contains(manifest.path) {
        for file in try state.live(manifest, cache, slots) where live[file.slot]?[file.name] == nil {
          changes[file.slot, default: SlotFileChange()].removed.insert(file.name)
        }
      }
    }
  }

  private static func any(of slot: Slot) -> Slot { Slot(partition: slot.partition, bucket: IcebergSlots.anyBucket) }
}
