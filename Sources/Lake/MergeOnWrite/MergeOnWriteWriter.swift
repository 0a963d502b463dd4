internal import SluiceCore

/// Turns the changes of a table's slots into files and deletion vectors, so that readers merge nothing.
///
/// Confined to one thread. After an error the writer can only be abandoned.
final class MergeOnWriteWriter<View: TableView>: ChangeWriter {
  private let files: View.Files
  private let keyFiles: KeyFiles<View.Files>
  private let view: View
  private var slots: [Slot: SlotChanges<View.Files>] = [:]
  private(set) var heldBytes = 0

  init(_ files: View.Files, view: View, scratch: String?) throws {
    self.files = files
    self.view = view
    keyFiles = try KeyFiles(files, scratch: scratch)
  }

  func write(_ rows: ChangeBatch, slot: Slot) throws {
    let changes = slots[slot] ?? SlotChanges(slot, files, keyFiles)
    slots[slot] = changes
    let before = changes.heldBytes
    changes.write(rows)
    heldBytes += changes.heldBytes - before
    if changes.isFull { try convert([changes]) }
  }

  /// Turns waiting rows into files first, then gives up what can be read again.
  func relieve(to target: Int) throws {
    for changes in slots.values.sorted(by: { $0.waitingBytes > $1.waitingBytes }) where changes.waitingBytes > 0 {
      if heldBytes <= target { return }
      try convert([changes])
    }
    for (slot, changes) in slots.sorted(by: { $0.value.heldBytes > $1.value.heldBytes }) {
      if heldBytes <= target { return }
      let before = changes.heldBytes
      changes.forgetIndex()
      heldBytes += changes.heldBytes - before
      if changes.heldBytes == 0 && !changes.isChanged { slots[slot] = nil }
    }
  }

  /// The changes of each slot since the last time; files are durable.
  func prepareCommit() throws -> [PreparedFile] {
    let changed = slots.values.filter(\.isChanged)
    if changed.isEmpty { return [] }
    try convert(changed)
    defer { count() }
    let prepared = try changed.flatMap { try $0.prepare(view).map { try view.prepared($0) } ?? [] }
    if !view.isIndexed { slots = [:] }
    return prepared
  }

  func abandon() {
    for changes in slots.values { changes.abandon() }
    slots = [:]
    view.abandon()
    heldBytes = 0
  }

  private func convert(_ some: [SlotChanges<View.Files>]) throws {
    defer { count() }
    try view.advance()
    for (slot, changes) in slots {
      if let change = view.change(of: slot) { try changes.apply(change, dead: view.deadRows) }
    }
    for slot in some { try slot.convert(view) }
  }

  private func count() {
    heldBytes = slots.values.reduce(0) { $0 + $1.heldBytes }
  }
}
