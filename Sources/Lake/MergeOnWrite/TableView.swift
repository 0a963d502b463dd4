internal import SluiceCore

/// The files of a table as of a snapshot that moves forward. Confined to one thread.
protocol TableView: AnyObject {
  associatedtype Files: TableFiles
  typealias File = Files.File

  /// The files of a slot, oldest first.
  func files(of slot: Slot) -> [File]

  /// The rows of a file that are dead.
  func deadRows(of file: File) throws -> RoaringBitmap

  /// Moves on to the newest snapshot.
  func advance() throws

  /// What the last `advance` changed of a slot: nothing the first time.
  func change(of slot: Slot) -> SlotFileChange<File>?

  /// Gives files that were written since the last hand-over what they only get when they are handed over.
  func settle(_ index: SlotIndex<Files>) throws

  /// Whether what was handed over stays known: rows of later changes are then looked for in it.
  var isIndexed: Bool { get }

  /// Takes note of keys whose rows of before are dead wherever they are.
  func note(_ changes: KeyedChanges, slot: Slot) throws

  /// Removes what it made and has not handed over.
  func abandon()

  /// What a checkpoint keeps of a change that was made for the table as it is in this view.
  func prepared(_ change: SlotChange<File>) throws -> [PreparedFile]
}

extension TableView {
  var isIndexed: Bool { true }
  func note(_: KeyedChanges, slot _: Slot) throws {}
  func abandon() {}
}

/// Files of one slot that came and went.
struct SlotFileChange<File: SlotFile> {
  var added: [File] = []
  var removed: Set<String> = []
}

/// What a checkpoint changes in one slot: files that come, and rows of files that die.
struct SlotChange<File: SlotFile> {
  let slot: Slot
  var added: [File] = []
  var deletions: [(file: File, rows: RoaringBitmap)] = []
}

/// Takes the changes of a table whose history is complete, in place of plain files. Confined to one thread.
protocol ChangeWriter: AnyObject {
  var heldBytes: Int { get }
  func write(_ rows: ChangeBatch, slot: Slot) throws
  func relieve(to target: Int) throws
  /// What came since the last time; files are durable.
  func prepareCommit() throws -> [PreparedFile]
  func abandon()
}
