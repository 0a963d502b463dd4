internal import Foundation
internal import SluiceCore

/// What a table's snapshot says about where it came from: enough to go on without the state folder (`RecoveryFromLake`).
struct SnapshotProperties {
  let values: [String: String]

  /// `states` are those of the target's tables; `previous` is the stream's place at the checkpoint before: all tables hold what is before it.
  ///
  /// The account of a target that several tables share names them, and no more: made anew from the lake, it is copied anew.
  init(_ checkpoint: Checkpoint, _ states: [TableState], previous: Checkpoint.StreamState?) {
    let phases: [TableState.Phase] = [.waiting, .copying, .copied, .aligned]
    let phase = phases.first { phase in states.contains { $0.phase == phase } } ?? .waiting
    var values = [
      "sluice.job": checkpoint.job, "sluice.checkpoint": String(checkpoint.id),
      "sluice.source": states.map(\.plan.source.id.description).joined(separator: ","), "sluice.phase": phase.rawValue,
      "sluice.writer": checkpoint.writer.id,
    ]
    let only = states.count == 1 ? states.first : nil
    values["sluice.position.low"] = only?.lowPosition?.text
    values["sluice.position.high"] = only?.highPosition?.text
    if let stream = checkpoint.stream {
      values["sluice.position"] = stream.position.text
      values["sluice.position.previous"] = previous?.position.text
      values["sluice.commit-time"] = stream.commitTime.map(String.init)
      if var kept = only {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        kept.ranges = []
        values["sluice.state"] = (try? encoder.encode(kept)).map { String(decoding: $0, as: UTF8.self) }
      }
    }
    self.values = values
  }
}
