internal import SluiceCore

/// Decides when a busy source is left alone. A value with memory: closed from above a limit until the load is back at the place to go on at.
struct LoadGate {
  private let limit: SourceLoadLimit
  /// Why it is closed; `nil` while it is open.
  private(set) var reason: String?

  init(_ limit: SourceLoadLimit) {
    self.limit = limit
  }

  mutating func note(_ load: SourceLoad) {
    reason = reason == nil ? excess(load, limit.threadsRunning, limit.replicationLag) : stillTooMuch(load)
  }

  private func stillTooMuch(_ load: SourceLoad) -> String? {
    excess(load, limit.threadsRunning.map { _ in limit.resumeThreadsRunning }, limit.replicationLag.map { _ in limit.resumeReplicationLag })
  }

  private func excess(_ load: SourceLoad, _ threads: Int?, _ lag: Double?) -> String? {
    if let threads, let running = load.threadsRunning, running > threads {
      return "the source is busy: \(running) threads running, waiting for \(threads) or fewer"
    }
    if let lag, let found = load.replicationLag, found > lag {
      let behind = found.isFinite ? "is \(Int(found)) s behind its primary" : "does not replicate"
      return "the source \(behind), waiting for \(Int(lag)) s or less"
    }
    return nil
  }
}
