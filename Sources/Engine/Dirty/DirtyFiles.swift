internal import Foundation
internal import SluiceCore

/// The numbered files of the store: `<state>/dirty/dirty-000001.jsonl` and on. Lines are appended to the newest one; a full one is closed and the
/// next begun. Confined to whoever holds the store's lock.
struct DirtyFiles {
  let folder: String
  private(set) var number: Int
  private(set) var bytes: Int
  private var file: Int32 = -1

  init(state: String, number: Int, bytes: Int) {
    folder = "\(state)/dirty"
    self.number = number
    self.bytes = bytes
  }

  var path: String { Self.path(folder, number) }

  static func path(_ folder: String, _ number: Int) -> String {
    let digits = String(number)
    return "\(folder)/dirty-\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits).jsonl"
  }

  /// The numbers of the files that are there, ascending.
  static func numbers(_ folder: String) throws -> [Int] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
        name.hasPrefix("dirty-") && name.hasSuffix(".jsonl") ? Int(name.dropFirst(6).dropLast(6)) : nil
      }.sorted()
    } catch {
      throw SluiceError(.storageDenied, "the folder cannot be read", at: .init(path: folder), cause: error)
    }
  }

  /// Removes what is behind the place that this was made with. A newest file that lost bytes is left as it is, and the next one begun.
  mutating func rewind() throws {
    close()
    for other in try Self.numbers(folder) where other > number { unlink(Self.path(folder, other)) }
    var facts = stat()
    guard stat(path, &facts) == 0 else {
      bytes = 0
      return
    }
    if Int(facts.st_size) < bytes {
      number += 1
      bytes = 0
    } else if Int(facts.st_size) > bytes, truncate(path, off_t(bytes)) != 0 {
      throw DurableFile.failure(path)
    }
  }

  mutating func append(_ line: SpecValue) throws {
    let text = JSONText.compact(line) + "\n"
    if file < 0 {
      try DurableFile.makeFolder(folder)
      file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
      guard file >= 0 else { throw DurableFile.failure(path) }
      try DurableFile.syncFolder(folder)
    }
    let data = Data(text.utf8)
    try data.withUnsafeBytes { try DurableFile.writeAll(file, $0, path: path) }
    bytes += data.count
  }

  /// Closes the newest file, durable, and begins the next one.
  mutating func turn() throws {
    try sync()
    close()
    number += 1
    bytes = 0
  }

  func sync() throws {
    if file >= 0, fsync(file) != 0 { throw DurableFile.failure(path) }
  }

  mutating func close() {
    if file >= 0 { _ = Glibc.close(file) }
    file = -1
  }
}
