internal import Foundation
internal import SluiceCore

/// How fast and when a run reads: speed, windows, the source's load. Thread-safe.
final class FlowControl: Sendable {
  struct State {
    var pacer: Pacer
    /// Why a phase rests; `nil` while it may read.
    var copyReason: String?
    var streamReason: String?
    var load: SourceLoad?
    var isOver = false
  }

  private let state: Monitor<State>
  private let configured: SpeedLimit
  /// Seconds since any moment.
  private let clock: @Sendable () -> Double

  init(_ limit: SpeedLimit, clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }) {
    configured = limit
    state = Monitor(State(pacer: Pacer(limit)))
    self.clock = clock
  }

  // MARK: Speed

  /// Another limit from here on; `nil` for that of the spec.
  func set(_ limit: SpeedLimit?) {
    state.update { $0.pacer.set(limit ?? configured, at: clock()) }
  }

  /// The most rows of a batch, so that a slow run moves in small steps.
  func step(rowBytes: Int) -> Int { state.read { $0.pacer.step(rowBytes: rowBytes) } }

  var limit: SpeedLimit { state.read { $0.pacer.limit } }

  /// Waits until so many rows may pass; returns early when the run ends.
  func pass(rows: Int, bytes: Int) {
    let seconds = state.read { $0.pacer.limit.isUnlimited } ? 0 : state.update { $0.pacer.pass(rows: rows, bytes: bytes, at: clock()) }
    guard seconds > 0 else { return }
    let end = clock() + seconds
    while clock() < end {
      if state.wait(atMost: end - clock(), { $0.isOver ? () : nil }) != nil { return }
    }
  }

  // MARK: Rest

  /// Notes why each phase rests.
  func rest(copy: String?, stream: String?, load: SourceLoad?) {
    state.update { state in
      state.copyReason = copy
      state.streamReason = stream
      state.load = load
    }
  }

  /// Waits while the stream rests; returns early when the run ends.
  func waitForStream() {
    state.wait { $0.isOver || $0.streamReason == nil ? () : nil }
  }

  /// Nobody waits any more.
  func end() {
    state.update { $0.isOver = true }
  }

  /// For people; `nil` when nothing is limited.
  var report: RunReport.FlowProgress? {
    state.read { state in
      let limit = state.pacer.limit
      if limit.isUnlimited, state.copyReason == nil, state.streamReason == nil, state.load == nil { return nil }
      return RunReport.FlowProgress(
        speed: limit, copyRests: state.copyReason, streamRests: state.streamReason, threadsRunning: state.load?.threadsRunning,
        replicationLag: state.load?.replicationLag)
    }
  }
}
