import Foundation
import SluiceCore
import TestKit

/// Python's readers of Parquet and Avro, the judges of what we write.
enum ForeignReader {
  struct Failure: Error {
    let text: String
  }

  /// Runs `script` with the file's path as `sys.argv[1]`; answers what it prints.
  static func run(_ script: String, on bytes: [UInt8]) throws -> String {
    let folder = try TemporaryFolder()
    let path = folder.appending("file")
    try Data(bytes).write(to: URL(filePath: path))
    let process = Process()
    process.executableURL = URL(filePath: ".deps/venv/bin/python")
    process.arguments = ["-c", script, path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(text: text) }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
