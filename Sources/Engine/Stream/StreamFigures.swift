internal import Foundation
internal import SluiceCore

/// How a stream is doing, for people. Thread-safe.
final class StreamFigures: Sendable {
  private struct State {
    var position: Position?
    var commitTime: Int64?
    var bytesBehind: Int?
    var changes = 0
    var freshness: Double?
    var checkpointSeconds: Double?
    /// Commit time of the oldest change that no checkpoint holds yet.
    var oldestWaiting: Int64?
  }

  private let state = Monitor(State())

  /// Row changes that were handed to the lanes in this run.
  var changes: Int { state.read { $0.changes } }

  /// Whether the log was read in this run.
  var hasRead: Bool { state.read { $0.position != nil } }

  func note(_ slice: LogSlice, changes: Int) {
    state.update { state in
      state.position = slice.position
      state.commitTime = slice.commitTime
      state.bytesBehind = slice.bytesBehind
      state.changes += changes
      if changes > 0, state.oldestWaiting == nil { state.oldestWaiting = slice.commitTime }
    }
  }

  /// The barrier of a checkpoint is passed: what waits from here on belongs to the next one. Answers the oldest change before it.
  func takeOldestWaiting() -> Int64? {
    state.update { state in
      defer { state.oldestWaiting = nil }
      return state.oldestWaiting
    }
  }

  /// A checkpoint is visible in all tables.
  func noteCommit(oldest: Int64?, seconds: Double) {
    state.update { state in
      state.checkpointSeconds = seconds
      if let oldest { state.freshness = max(0, Self.now() - Double(oldest) / 1_000_000) }
    }
  }

  var report: RunReport.StreamProgress? {
    state.read { state in
      guard let position = state.position else { return nil }
      let age = state.commitTime.map { max(0, Self.now() - Double($0) / 1_000_000) }
      // Somebody who has read everything is not behind, however long ago the last change was.
      let seconds = state.bytesBehind == 0 ? 0 : age
      return RunReport.StreamProgress(
        position: position, bytesBehind: state.bytesBehind, secondsBehind: seconds, freshness: state.freshness,
        checkpointSeconds: state.checkpointSeconds, changes: state.changes)
    }
  }

  private static func now() -> Double { Date().timeIntervalSince1970 }
}
