internal import Foundation

/// The end of a test's patience, and the one place where a test waits for something that sends no event.
public struct Deadline: Sendable {
  private let end: ContinuousClock.Instant

  public init(in patience: Duration) {
    end = .now + patience
  }

  public var isOver: Bool { ContinuousClock.now >= end }

  /// Milliseconds until the end, for system calls.
  public var milliseconds: Int32 {
    let left = max(.zero, end - .now).components
    return Int32(clamping: left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000)
  }

  /// Looks again and again until `condition` holds. Throws when the patience ends before.
  public static func wait(for what: String, within patience: Duration = .seconds(240), until condition: () throws -> Bool) throws {
    _ = try value(of: what, within: patience) { try condition() ? true : nil }
  }

  /// Looks again and again until there is a value. Throws when the patience ends before.
  public static func value<Value>(of what: String, within patience: Duration = .seconds(240), _ look: () throws -> Value?) throws -> Value {
    let deadline = Deadline(in: patience)
    while true {
      if let value = try look() { return value }
      if deadline.isOver { throw TestFailure("waited \(patience) for \(what)") }
      usleep(2_000)
    }
  }
}
