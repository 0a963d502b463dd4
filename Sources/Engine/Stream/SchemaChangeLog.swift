internal import Foundation
internal import SluiceCore

/// The record of all schema changes of a job: `<state>/schema-changes.jsonl`, one JSON object a statement and table.
///
/// Durable when `append` returns. A statement that is read a second time after a crash is not recorded twice.
struct SchemaChangeLog {
  /// What became of one change.
  struct Result: Codable {
    let kind: String
    let action: String
    let what: String

    init(_ kind: String, _ action: SchemaPolicy.Action, _ what: String) {
      self.kind = kind
      self.action = action.rawValue
      self.what = what
    }
  }

  private struct Record: Codable {
    let time: String
    let table: String
    let statement: String
    let position: String
    let commitTime: Int64?
    let changes: [Result]
    let schemaVersion: Int64?
    let note: String?
  }

  private let path: String

  init(folder: String) {
    path = "\(folder)/schema-changes.jsonl"
  }

  func append(_ event: SchemaEvent, _ results: [Result], schemaVersion: Int64?) throws {
    let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let record = Record(
      time: time, table: event.table.description, statement: event.statement, position: event.position.text, commitTime: event.commitTime,
      changes: results, schemaVersion: schemaVersion, note: event.note)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = try encoder.encode(record) + Data([0x0a])
    if try isRecorded(record) { return }
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw DurableFile.failure(path) }
    defer { close(file) }
    try line.withUnsafeBytes { try DurableFile.writeAll(file, $0, path: path) }
    guard fsync(file) == 0 else { throw DurableFile.failure(path) }
  }

  /// Whether one of the last records is about the same statement at the same place.
  private func isRecorded(_ record: Record) throws -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? handle.close() }
    let size = try handle.seekToEnd()
    try handle.seek(toOffset: size > Self.lookBack ? size - Self.lookBack : 0)
    let tail = try handle.readToEnd() ?? Data()
    return tail.split(separator: 0x0a).contains { line in
      guard let old = try? JSONDecoder().decode(Record.self, from: line) else { return false }
      return old.position == record.position && old.table == record.table && old.statement == record.statement
    }
  }

  private static let lookBack: UInt64 = 64 << 10
}
