internal import Foundation
internal import SluiceCore
internal import Synchronization

/// The rows of one table that could not be carried over, one JSON object a line, in `<state>/dirty/<database>.<table>.jsonl`.
///
/// The file follows the checkpoints: a restart cuts it back to what the last checkpoint counted, and reads the rows after it again.
final class DirtyRowStore: Sendable {
  struct Extent {
    var rows: Int
    var bytes: Int
  }

  private struct State {
    var extent: Extent
    var file: Int32 = -1
  }

  let path: String
  private let state: Mutex<State>

  init(folder: String, table: TableID, rows: Int, bytes: Int) {
    let name = table.description.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "._-"))) ?? "table"
    path = "\(folder)/dirty/\(name).jsonl"
    state = Mutex(State(extent: Extent(rows: rows, bytes: bytes)))
  }

  deinit {
    state.withLock { if $0.file >= 0 { _ = close($0.file) } }
  }

  var extent: Extent { state.withLock { $0.extent } }

  /// Cuts the file back to the extent that this store was made with.
  func rewind() throws {
    try state.withLock { state in
      if access(path, F_OK) == 0, truncate(path, off_t(state.extent.bytes)) != 0 { throw DurableFile.failure(path) }
    }
  }

  /// Forgets all rows: the table is read anew.
  func clear() throws {
    try state.withLock { state in
      state.extent = Extent(rows: 0, bytes: 0)
      if access(path, F_OK) == 0, truncate(path, 0) != 0 { throw DurableFile.failure(path) }
    }
  }

  func append(_ rows: [DirtyRow]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var lines = Data()
    for row in rows {
      lines.append(try encoder.encode(row))
      lines.append(0x0a)
    }
    try state.withLock { state in
      if state.file < 0 {
        try DurableFile.makeFolder((path as NSString).deletingLastPathComponent)
        state.file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard state.file >= 0 else { throw DurableFile.failure(path) }
      }
      try lines.withUnsafeBytes { try DurableFile.writeAll(state.file, $0, path: path) }
      state.extent.rows += rows.count
      state.extent.bytes += lines.count
    }
  }

  /// Makes what was appended durable.
  func sync() throws {
    try state.withLock { state in
      if state.file >= 0, fsync(state.file) != 0 { throw DurableFile.failure(path) }
    }
  }
}
