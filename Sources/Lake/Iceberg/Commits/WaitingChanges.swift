internal import Foundation
internal import SluiceCore

/// Files of changes that came before the table's history was complete: readers do not see them, and the snapshots of the job lead to them.
///
/// Each commit that brings some writes a list that names the one before.
enum WaitingChanges {
  private struct List: Codable {
    let previous: String?
    let files: [StoredFile]
  }

  /// Writes the list that follows `previous`, and returns its URI.
  static func write(_ files: [StoredFile], after previous: String?, to path: String, _ store: IcebergFiles) throws -> String {
    try store.store.write([UInt8](try JSONEncoder().encode(List(previous: previous, files: files))), to: path)
    return store.uri(of: path)
  }

  /// The files in the order in which they came, and the lists that name them.
  static func read(_ newest: String?, _ store: IcebergFiles) throws -> (files: [StoredFile], lists: [String]) {
    var parts: [[StoredFile]] = []
    var lists: [String] = []
    var next = newest
    while let uri = next {
      let bytes = try store.read(uri)
      do {
        let list = try JSONDecoder().decode(List.self, from: Data(bytes))
        parts.append(list.files)
        lists.append(uri)
        next = list.previous
      } catch {
        throw SluiceError(.targetDamaged, "not a list of changes that wait", at: .init(path: uri), cause: error)
      }
    }
    return (parts.reversed().flatMap { $0 }, lists)
  }
}
