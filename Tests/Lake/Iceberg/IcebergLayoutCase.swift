import SluiceCore
import TestKit
import Testing

/// A way in which an Iceberg table keeps changes, and who can read it.
struct IcebergLayoutCase: Sendable, CustomTestStringConvertible {
  let formatVersion: Int
  let mode: String

  static let vectors = IcebergLayoutCase(formatVersion: 3, mode: "merge-on-write")
  static let positions = IcebergLayoutCase(formatVersion: 2, mode: "merge-on-write")
  static let equality = IcebergLayoutCase(formatVersion: 3, mode: "equality-deletes")
  static let all = [vectors, positions, equality]

  var testDescription: String { "version \(formatVersion), \(mode)" }
  var options: [String: OptionValue] { ["formatVersion": .integer(formatVersion)] }

  /// pyiceberg reads no table with an equality delete.
  var readers: [LakeReader.Reader] { mode == "equality-deletes" ? [.duckdb, .rust] : [.duckdb, .rust, .pyiceberg] }

  /// All foreign readers see these rows, in the columns' text.
  func check(
    _ fixture: TableFixture, _ columns: [String], _ expected: [String], _ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation
  ) throws {
    for reader in readers {
      let found = try Self.rows(fixture, by: reader, columns: columns)
      #expect(found == expected, "\(reader) \(comment.map { "\($0)" } ?? "")", sourceLocation: location)
    }
  }

  /// What one foreign reader sees, sorted.
  static func rows(_ fixture: TableFixture, by reader: LakeReader.Reader, columns: [String]) throws -> [String] {
    // Whole rows are asked for: each column is read, and not all readers keep the key of an equality delete for themselves.
    let found = try fixture.foreign.rows(by: reader)
    let places = columns.compactMap { found.columns.firstIndex(of: $0) }
    return found.rows.map { row in places.map { row[$0].integer.map(String.init) ?? row[$0].text ?? "NULL" }.joined(separator: "|") }.sorted()
  }
}
