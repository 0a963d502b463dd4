internal import Foundation
internal import Synchronization

/// Draws a run in place on a terminal: the lines of `LiveFrame`, over those drawn before.
final class LiveScreen: RunView {
  private struct State: Sendable {
    /// The widths of the lines that stand on the screen.
    var drawn: [Int] = []
    var isSuspended = false
    var frames = 0
  }

  private let title: String
  private let terminal: Terminal
  private let state = Mutex(State())

  init(title: String, terminal: Terminal) {
    self.title = title
    self.terminal = terminal
  }

  func show(_ look: RunLook) {
    state.withLock { state in
      if state.isSuspended { return }
      let size = terminal.size
      let frame = LiveFrame(look: look, title: title, terminal: terminal, size: size, tick: state.frames)
      let lines = frame.lines()
      Output.print("\u{1B}[?25l" + Self.toTop(state.drawn, width: size.width) + lines.map { "\($0.text)\u{1B}[K\n" }.joined() + "\u{1B}[J")
      state.drawn = lines.map(\.width)
      state.frames += 1
    }
  }

  func close() {
    state.withLock { state in
      Output.print(Self.toTop(state.drawn, width: terminal.size.width) + "\u{1B}[J\u{1B}[?25h")
      state.drawn = []
      state.isSuspended = true
    }
  }

  func restoreTerminal() {
    state.withLock { state in
      Output.print("\u{1B}[?25h")
      state.isSuspended = true
      state.drawn = []
    }
  }

  func resume() {
    state.withLock { $0.isSuspended = false }
  }

  /// Moves to the first line drawn. A terminal that became narrower has wrapped them.
  private static func toTop(_ drawn: [Int], width: Int) -> String {
    let rows = drawn.reduce(0) { $0 + max(1, ($1 + width - 1) / width) }
    return rows == 0 ? "" : "\u{1B}[\(rows)F"
  }
}
