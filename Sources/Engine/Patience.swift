internal import Foundation
internal import SluiceCore

/// Growing pauses between tries, until a limit of seconds without success is reached.
struct Backoff {
  private let limit: Double
  private var waited = 0.0
  private var pause = 0.2

  init(limit: Double) {
    self.limit = limit
  }

  /// Seconds to wait before the next try; `nil` when the limit is reached.
  mutating func next() -> Double? {
    guard waited < limit else { return nil }
    let seconds = min(pause, limit - waited)
    waited += seconds
    pause = min(pause * 2, 10)
    return seconds
  }

  mutating func reset() {
    waited = 0
    pause = 0.2
  }
}

extension JobRun {
  /// Does `body` again with growing pauses while the source is away; `nil` when the run is to stop meanwhile.
  func patiently<Value>(_ body: () throws -> Value) throws -> Value? {
    var backoff = Backoff(limit: settings.retrySeconds)
    while true {
      do {
        let value = try body()
        notice.update { $0 = nil }
        return value
      } catch let error as SluiceError where ErrorPolicy.of(error.kind).retry == .backoff {
        guard let seconds = backoff.next() else { throw error }
        notice.update { $0 = "\(error); trying again" }
        let end = Date(timeIntervalSinceNow: seconds)
        while Date() < end {
          if control.isStopAsked || hasFailed { return nil }
          barriers.wait(atMost: min(0.1, end.timeIntervalSinceNow)) { _ in hasFailed ? () : nil }
        }
      }
    }
  }
}

/// Patience before a run has begun: a connection that breaks is tried again a few times, so that a job starts over a shaky line; a server
/// that is not there is told at once.
public enum Patience {
  private static let tries = 6

  public static func briefly<Value>(_ body: () throws -> Value) throws -> Value {
    var backoff = Backoff(limit: .greatestFiniteMagnitude)
    for _ in 1..<tries {
      do {
        return try body()
      } catch let error as SluiceError where error.kind == .sourceConnectionLost {
        Thread.sleep(forTimeInterval: backoff.next() ?? 0)
      }
    }
    return try body()
  }
}
