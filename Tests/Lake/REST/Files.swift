import Foundation

/// Whether files of a table are there, and files to be there.
enum Files {
  /// Any file below the folder of a `file://` URI.
  static func exist(in location: String) throws -> Bool {
    let files = FileManager.default.enumerator(atPath: String(location.dropFirst("file://".count)))
    return files?.contains { ($0 as? String)?.contains(".") == true } ?? false
  }

  static func make(_ path: String) throws {
    try Data([0]).write(to: URL(filePath: path))
  }
}
