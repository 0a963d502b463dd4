internal import Foundation
internal import SluiceCore

/// What a table's snapshot says about where it came from: enough to go on without the state folder (`RecoveryFromLake`).
struct SnapshotProperties {
  let values: [String: String]

  /// `previous` is the stream's place at the checkpoint before: all tables hold what is before it.
  init(_ checkpoint: Checkpoint, _ state: TableState, previous: Checkpoint.StreamState?) {
    var values = [
      "sluice.job": checkpoint.job, "sluice.checkpoint": String(checkpoint.id), "sluice.source": state.plan.source.id.description,
      "sluice.phase": state.phase.rawValue, "sluice.writer": checkpoint.writer.id,
    ]
    values["sluice.position.low"] = state.lowPosition?.text
    values["sluice.position.high"] = state.highPosition?.text
    if let stream = checkpoint.stream {
      values["sluice.position"] = stream.position.text
      values["sluice.position.previous"] = previous?.position.text
      values["sluice.commit-time"] = stream.commitTime.map(String.init)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var kept = state
      kept.ranges = []
      values["sluice.state"] = (try? encoder.encode(kept)).map { String(decoding: $0, as: UTF8.self) }
    }
    self.values = values
  }
}
