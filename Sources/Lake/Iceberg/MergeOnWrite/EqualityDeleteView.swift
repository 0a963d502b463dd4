internal import SluiceCore

/// Knows nothing of the table: keys that change are written down for readers. Only rows of the same commit are looked for, because equality
/// deletes do not concern those. Confined to one thread.
final class EqualityDeleteView: TableView {
  typealias Files = IcebergTableFiles

  private let files: IcebergTableFiles
  private var deletes: [Slot: [IcebergFile]] = [:]

  init(_ files: IcebergTableFiles) {
    self.files = files
  }

  var isIndexed: Bool { false }

  func files(of _: Slot) -> [IcebergFile] { [] }
  func deadRows(of _: IcebergFile) throws -> RoaringBitmap { RoaringBitmap() }
  func advance() throws {}
  func change(of _: Slot) -> SlotFileChange<IcebergFile>? { nil }
  func settle(_: SlotIndex<IcebergTableFiles>) throws {}

  func note(_ changes: KeyedChanges, slot: Slot) throws {
    deletes[slot, default: []].append(try files.writeEqualityDeletes(changes.columns(files.keys), slot: slot))
  }

  func prepared(_ change: SlotChange<IcebergFile>) throws -> [PreparedFile] {
    let deletes = deletes.removeValue(forKey: change.slot) ?? []
    return [
      try PreparedIcebergChange(slot: change.slot, base: nil, added: change.added, deletes: deletes, deletions: change.deletions)
        .prepared(range: nil)
    ]
  }

  func abandon() {
    for file in deletes.values.joined() { files.discard(file) }
    deletes = [:]
  }
}
