/// Whose turn it is: the stream reads the log slice by slice, and stands still between two slices while somebody needs it to.
///
/// A source's stream skips what it is not told to follow. So a table that joins at a place of its own is made known before the stream reads
/// on, and the place is taken while it does not read.
final class StreamTurn: Sendable {
  private struct State {
    var isReading = false
    var waiting = 0
  }

  private let state = Monitor(State())

  /// Reads a slice and hands it on; first those who wait have their turn.
  func read<Result>(_ body: () throws -> Result) rethrows -> Result {
    state.wait { state -> Void? in
      guard state.waiting == 0 else { return nil }
      state.isReading = true
      return ()
    }
    defer { state.update { $0.isReading = false } }
    return try body()
  }

  /// Runs `body` while the stream stands between two slices.
  func still<Result>(_ body: () throws -> Result) rethrows -> Result {
    state.update { $0.waiting += 1 }
    state.wait { $0.isReading ? nil : () }
    defer { state.update { $0.waiting -= 1 } }
    return try body()
  }
}
