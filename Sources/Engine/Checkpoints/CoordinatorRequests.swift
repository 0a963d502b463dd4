internal import SluiceCore

/// What other threads ask of the coordinator, and wait for. Done between two checkpoints.
final class CoordinatorRequests: Sendable {
  enum Request: Sendable {
    /// A checkpoint now: everything before is committed when it is done.
    case checkpoint
    /// The table is copied anew, and all that share its target.
    case recopy(table: Int)
    /// The target that these plans have in common is made anew, and all its tables are copied anew.
    case remake([TablePlan])
    /// What must not run beside a checkpoint.
    case between(@Sendable () throws -> Void)
  }

  private struct State {
    var waiting: [(ticket: Int, request: Request)] = []
    var lastTicket = 0
    var done = 0
    var isClosed = false
  }

  private let state = Monitor(State())

  /// Asks, and waits until it is done; `false` when the run ends before.
  func ask(_ request: Request) -> Bool {
    let ticket = state.update { state in
      state.lastTicket += 1
      state.waiting.append((state.lastTicket, request))
      return state.lastTicket
    }
    return state.wait { state in state.done >= ticket ? true : state.isClosed ? false : nil }
  }

  /// Waits at most `seconds` for a request.
  func waitForOne(atMost seconds: Double) {
    _ = state.wait(atMost: seconds) { state -> Bool? in state.waiting.isEmpty && !state.isClosed ? nil : true }
  }

  var isEmpty: Bool { state.read { $0.waiting.isEmpty } }

  /// The requests that wait, oldest first, with a ticket to say when they are done.
  func take() -> (requests: [Request], ticket: Int) {
    state.update { state in
      let requests = state.waiting.map(\.request)
      state.waiting = []
      return (requests, state.lastTicket)
    }
  }

  func finish(_ ticket: Int) {
    state.update { $0.done = max($0.done, ticket) }
  }

  /// Nobody will answer any more.
  func close() {
    state.update { $0.isClosed = true }
  }
}
