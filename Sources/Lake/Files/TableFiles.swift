internal import SluiceCore

/// A data file of one slot, as a lake format's metadata describes it.
protocol SlotFile: Sendable {
  var slot: Slot { get }
  /// Unique within the table.
  var name: String { get }
  var byteCount: Int { get }
  /// Dead ones included.
  var rowCount: Int { get }
}

/// What the rows of a file are, which decides on where a format puts it.
enum FileRole: Sendable {
  /// Keys of one snapshot range in ascending order.
  case history
  /// Sorted rows whose keys other files may have, too: of a range that comes in another order than the lake's, or changes of the stream
  /// that wait beside the history.
  case run(isStream: Bool)
  /// Rows of a table without a key.
  case appended
  /// Sorted rows of keys that are dead in all other files.
  case changes
  /// What files of the slot became.
  case merged(level: Int32)
}

/// An open data file. Takes rows in the order in which the file keeps them. Confined to one thread.
protocol DataFileOutput: AnyObject {
  associatedtype File: SlotFile

  var name: String { get }
  var path: String { get }
  var heldBytes: Int { get }
  /// About how large the file would be if it ended now.
  var estimatedFileBytes: Int { get }

  func write(_ changes: ChangeBatch) throws
  /// Frees what waits in memory for the end of a row group.
  func flush() throws
  /// Makes the file durable.
  func finish() throws -> File
  func abandon()
}

/// The data files of one table as its writers make and read them: what the shared ways of writing ask of a lake format.
/// Confined to one thread.
protocol TableFiles: AnyObject {
  associatedtype Output: DataFileOutput
  typealias File = Output.File

  var table: TableID { get }
  var store: any ObjectStore { get }
  /// Positions of the columns by which files are sorted; empty for a table without a key.
  var keys: [Int] { get }
  var keyTypes: [DataType] { get }
  var keyCheck: KeyCheck { get }
  var targetFileSize: Int { get }
  /// The columns that files which become one are read with, by position; for the format to say what those beyond the table's own are.
  var mergedColumns: [Int] { get }

  func makeFile(_ role: FileRole, slot: Slot) throws -> Output

  /// Where a file lies in the store.
  func path(of file: File) throws -> String

  /// Starts reading columns of a file, with sequence numbers and kinds before them if asked for, and without the rows `dead`.
  func open(_ file: File, columns: [Int], withSystemColumns: Bool, batchRows: Int, dead: RoaringBitmap?) throws -> DataFileStream

  /// Bounds of a file's keys as `codec` writes them: no key comes before the first one, and none that does not begin with it after the second.
  func keyBounds(of file: File, _ codec: KeyCodec) throws -> (minimum: [UInt8], maximum: [UInt8])

  /// Whether the rows of a file lie in the order of their keys.
  func isSorted(_ file: File) -> Bool

  /// What a checkpoint keeps of a finished file.
  func prepared(_ file: File, range: Int?) throws -> PreparedFile
}

extension TableFiles {
  /// Removes a file that nothing refers to, as far as that goes; what stays is an orphan.
  func discard(_ file: File) {
    if let path = try? path(of: file) { try? store.delete(path) }
  }
}
