internal import SluiceCore

/// Reads and writes a table's files by the URIs that its metadata names.
struct IcebergFiles: Sendable {
  let store: any ObjectStore
  /// `file`, `s3`: what all URIs of ours begin with.
  let scheme: String

  /// `location` is the warehouse as the spec gives it: a URI, or a path of the local disk.
  init(store: any ObjectStore, warehouse location: String) {
    self.store = store
    scheme = location.firstRange(of: "://").map { String(location[..<$0.lowerBound]) } ?? "file"
  }

  /// The URI of a path of the store.
  func uri(of path: String) -> String { "\(scheme)://\(path)" }

  /// The path in the store. Throws `target-damaged` for a URI of another store.
  func path(of uri: String) throws -> String {
    if uri.hasPrefix("\(scheme)://") { return String(uri.dropFirst(scheme.count + 3)) }
    if scheme == "file" {
      if uri.hasPrefix("/") { return uri }
      if uri.hasPrefix("file:/") { return String(uri.dropFirst("file:".count)) }
    }
    throw SluiceError(.targetDamaged, "a file of the table lies in another store than the warehouse, which is not supported", at: .init(path: uri))
  }

  /// A whole file. Throws `target-damaged` when there is none.
  func read(_ uri: String) throws -> [UInt8] {
    guard let bytes = try store.read(path(of: uri)) else {
      throw SluiceError(.targetDamaged, "a file that the table's metadata names is missing", at: .init(path: uri))
    }
    return bytes
  }

  /// Writes a whole file; on return it is durable.
  func write(_ bytes: [UInt8], to uri: String) throws {
    try store.write(bytes, to: path(of: uri))
  }

  /// Removes a file; no error when there is none.
  func delete(_ uri: String) throws {
    try store.delete(path(of: uri))
  }
}
