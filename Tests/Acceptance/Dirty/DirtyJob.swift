import Foundation
import SluiceCore
import TestKit
import Testing

extension CopyJob {
  /// `sluice dirty …` with the spec; the words after it.
  func dirty(_ name: String, _ arguments: [String] = []) throws -> SluiceProcess.Outcome {
    try SluiceProcess.run(["dirty", name, specPath] + arguments, folder: folder.path)
  }

  /// What `sluice dirty list` counts, by reason.
  func dirtyCounts(_ arguments: [String] = []) throws -> [String: (rows: Int, open: Int)] {
    let outcome = try dirty("list", ["--json"] + arguments)
    #expect(outcome.exitCode == 0, "\(outcome)")
    let groups = try outcome.lines().first?["groups"]?.items ?? []
    return Dictionary(groups.map { ($0["code"]?.text ?? "", ($0["rows"]?.integer ?? -1, $0["open"]?.integer ?? -1)) }) { ($0.0 + $1.0, $0.1 + $1.1) }
  }

  /// The dirty rows that wait, as `sluice dirty show --json` prints them.
  func openRows(_ arguments: [String] = []) throws -> [SpecValue] {
    let outcome = try dirty("show", ["--json"] + arguments)
    #expect(outcome.exitCode == 0, "\(outcome)")
    return try outcome.lines()
  }

  /// Writes rows as somebody corrected them: each with other values in some columns.
  func edit(_ rows: [SpecValue], _ change: (SpecValue) -> [String: SpecValue]) throws -> String {
    let lines = rows.map { row in
      let changes = change(row["row"] ?? [:])
      let edited = (row["row"]?.members ?? [:]).merging(changes) { $1 }
      return JSONText.compact(["id": row["id"] ?? .null, "row": SpecValue(edited)])
    }
    let path = folder.appending("edited-\(UUID().uuidString).jsonl")
    try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }
}
