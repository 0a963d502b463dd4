import Foundation
import SluiceCore
import TestKit
import Testing

@Suite struct ManyTablesTests {
  @Test("A thousand tables of ten rows are copied in one job")
  func thousandTables() throws {
    let (database, job) = try Self.job(tables: 1_000)
    let outcome = try job.run(within: .seconds(600))
    try #require(outcome.exitCode == 0, "\(outcome)")
    let summary = try #require(try outcome.lines().last)
    #expect(summary["rows"] == 10_000 && summary["outcome"] == "aligned")
    let tables = job.lake.tables()
    #expect(tables.count == 1_000)
    let counts = try tables.map { try $0.count(by: .rust) }
    #expect(counts.allSatisfy { $0 == 10 })
    for name in ["t0", "t500", "t999"] {
      let comparison = try job.lake.table(database, name).compare(with: name, in: database, keys: ["id"])
      #expect(comparison.isEqual, "\(name): \(comparison)")
    }
    #expect(job.lake.unfinishedFiles() == [])
    Self.tell("1,000 tables of 10 rows", summary)
  }

  @Test("Without a terminal a run of many tables prints nothing but JSON lines that add up")
  func jsonLines() throws {
    let (database, job) = try Self.job(tables: 300, ["settings": ["checkpointInterval": "100ms"]])
    let outcome = try job.run(within: .seconds(300))
    try #require(outcome.exitCode == 0, "\(outcome)")
    #expect(outcome.errors == "")
    let lines = try outcome.lines()
    let summary = try #require(lines.last)
    #expect(lines.allSatisfy { $0["job"] == "copy" && $0["time"]?.text != nil })
    #expect(lines.dropLast().allSatisfy { $0["event"] == "progress" } && summary["event"] == "summary")
    let rows = lines.dropLast().compactMap { $0["rows"]?.integer }
    #expect(rows == rows.sorted())
    // A line names the tables that changed since the one before; the summary names all.
    let named = summary["tables"]?.items ?? []
    #expect(Set(named.compactMap { $0["table"]?.text }) == Set((0..<300).map { "\(database.name).t\($0)" }))
    #expect(named.allSatisfy { $0["rows"] == 10 && $0["phase"] == "aligned" })
    Self.tell("300 tables of 10 rows", summary)
  }

  private static func job(tables: Int, _ changes: SpecValue = [:]) throws -> (TestDatabase, CopyJob) {
    let database = try TestDatabase(on: .mariadb, prefix: "many")
    let values = (1...10).map { "(\($0), 'row \($0)')" }.joined(separator: ",")
    let statements = (0..<tables).map { "CREATE TABLE t\($0) (id INT PRIMARY KEY, t VARCHAR(20)); INSERT INTO t\($0) VALUES \(values);" }
    try database.execute(statements.joined(separator: "\n"))
    return (database, try CopyJob(from: database, changes))
  }

  /// Figures are for people: they are never asserted.
  private static func tell(_ what: String, _ summary: SpecValue) {
    let peak = (summary["peakBytes"]?.integer ?? 0) >> 20
    let seconds = [summary["seconds"], summary["processorSeconds"]].map { value in
      if case .number(let seconds)? = value { String(format: "%.1f", seconds) } else { "?" }
    }
    print("\(what): \(seconds[0]) s, \(seconds[1]) s of processor time, \(peak) MiB at the peak")
  }
}
