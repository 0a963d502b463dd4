/// Where files live: local disk, later S3, OSS and HDFS.
///
/// Paths are `/`-separated and absolute within the store; folders need not be made first. All calls block, may be
/// made from any thread, and throw `SluiceError` of kind `storage-denied`, `storage-full` or `storage-failed` with the path.
public protocol ObjectStore: Sendable {
  /// The whole object; `nil` when there is none.
  func read(_ path: String) throws -> [UInt8]?

  /// Opens an object for reading at random places.
  func open(_ path: String) throws -> any ObjectReader

  /// Writes an object whole, replacing one that is there. On return it is durable; a reader sees all of it or the old one.
  func write(_ bytes: [UInt8], to path: String) throws

  /// Writes an object whole unless one is there: of several callers exactly one gets `true`. On return it is durable.
  func createIfAbsent(_ bytes: [UInt8], at path: String) throws -> Bool

  /// Starts an object that is written in order. Nobody sees it at `path` before `ObjectWriter.finish`.
  func upload(to path: String) throws -> any ObjectWriter

  /// All objects below `folder`, at any depth, in no order; empty when there is no such folder.
  func list(_ folder: String) throws -> [ObjectInfo]

  /// The names of the folders and objects directly in `folder`, in no order; empty when there is no such folder.
  func names(in folder: String) throws -> [String]

  /// Removes an object; no error when there is none.
  func delete(_ path: String) throws
}

/// An object of a listing.
public struct ObjectInfo: Hashable, Sendable {
  public let path: String
  public let size: Int

  public init(path: String, size: Int) {
    self.path = path
    self.size = size
  }
}

/// Reads one object. Used by one thread at a time.
public protocol ObjectReader: AnyObject {
  var size: Int { get }

  /// Fills `target` with the bytes from `offset` on; throws when the object ends before.
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws
}

/// Writes one object in order. Used by one thread at a time; dropping it unfinished leaves nothing behind that is visible at its path.
public protocol ObjectWriter: AnyObject {
  func write(_ bytes: UnsafeRawBufferPointer) throws

  /// Makes the object visible and durable.
  func finish() throws

  /// Gives up and removes what was written.
  func abandon()
}
