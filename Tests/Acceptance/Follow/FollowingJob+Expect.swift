import Foundation
import SluiceCore
import TestKit
import Testing

extension FollowingJob {
  /// A run that ends in step with the source, and the lake is exactly the source then.
  func finish(_ arguments: [String] = [], _ comment: String = "", location: SourceLocation = #_sourceLocation) throws {
    try expectAligned(arguments, comment, location: location)
    try expectExact(comment, location: location)
  }

  /// A run that ends in step with the source.
  @discardableResult
  func expectAligned(_ arguments: [String] = [], _ comment: String = "", location: SourceLocation = #_sourceLocation) throws -> SluiceProcess.Outcome
  {
    let outcome = try align(arguments)
    try #require(outcome.exitCode == 0, "\(comment) \(outcome)", sourceLocation: location)
    #expect(try outcome.lines().last?["outcome"]?.text == "aligned", "\(comment) \(outcome)", sourceLocation: location)
    return outcome
  }

  /// SIGTERM, and the checkpoint that it finishes with.
  func stop(_ process: SluiceProcess, location: SourceLocation = #_sourceLocation) throws {
    process.send(SIGTERM)
    let outcome = try process.wait()
    #expect(outcome.exitCode == 0, "\(outcome)", sourceLocation: location)
  }

  /// Both readers see in every table just the rows that the source holds, and nothing lies about.
  func expectExact(_ comment: String = "", location: SourceLocation = #_sourceLocation) throws {
    for table in try database.tables() where !table.hasPrefix("_") {
      try expectEqual(table, comment, location: location)
    }
    for table in lake.tables() {
      let references = try table.references()
      #expect(references.isExact, "\(comment) \(table.folder): \(references)", sourceLocation: location)
      try table.expectCommitsOnce(comment, location: location)
    }
    #expect(lake.unfinishedFiles() == [], "\(comment)", sourceLocation: location)
    #expect(try job.dirtyRows() == [], "\(comment)", sourceLocation: location)
  }

  func expectEqual(
    _ table: String, _ comment: String = "", columns: [String]? = nil, rename: [String: String] = [:], location: SourceLocation = #_sourceLocation
  ) throws {
    let copy = lake.table(database, table)
    try #require(copy.exists, "\(comment) \(table) is not in the lake", sourceLocation: location)
    let comparison = try copy.compare(
      with: table, in: database, keys: try database.primaryKey(of: table), columns: columns, rename: rename)
    #expect(comparison.isEqual, "\(comment) \(table): \(comparison)", sourceLocation: location)
  }
}

extension ForeignTable {
  /// No checkpoint of a job was committed twice.
  func expectCommitsOnce(_ comment: String = "", location: SourceLocation = #_sourceLocation) throws {
    var seen: Set<String> = []
    if format == .iceberg {
      for summary in try metadata()["snapshots"]?.items.compactMap({ $0["summary"] }) ?? []
      where summary["operation"]?.text != "replace" && summary["sluice.step"] == nil {
        guard let writer = summary["sluice.writer"]?.text, let checkpoint = summary["sluice.checkpoint"]?.text else { continue }
        #expect(seen.insert("\(writer) \(checkpoint)").inserted, "\(comment) \(folder): \(checkpoint) is committed twice", sourceLocation: location)
      }
      return
    }
    for number in snapshots() {
      guard let text = try? String(contentsOfFile: "\(folder)/snapshot/snapshot-\(number)", encoding: .utf8) else { continue }
      let snapshot = try JSONReader.read(text)
      // Maintenance may follow a checkpoint any number of times.
      guard let kind = snapshot["commitKind"]?.text, kind != "COMPACT" else { continue }
      let name = "\(snapshot["commitUser"]?.text ?? "?") \(snapshot["commitIdentifier"]?.integer ?? -1)"
      #expect(seen.insert(name).inserted, "\(comment) \(folder): \(name) is committed twice", sourceLocation: location)
    }
  }

  func primaryKey() throws -> [String] {
    try schema()["primary_keys"]?.items.compactMap(\.text) ?? []
  }

  /// The names of the columns, in the table's order.
  func columnNames() throws -> [String] {
    try schema()["fields"]?.items.compactMap { $0["name"]?.text } ?? []
  }
}
