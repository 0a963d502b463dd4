internal import Dispatch
internal import Foundation

/// Turns signals into a stop, and keeps the terminal usable whatever ends the process.
final class RunSignals {
  private var sources: [any DispatchSourceSignal] = []
  private let queue = DispatchQueue(label: "signals")
  private static let stopping = [SIGINT, SIGTERM, SIGHUP]
  private static let crashing = [SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE]

  /// `onStop` is called for the first signal; the second ends the process.
  init(view: any RunView, onStop: @escaping @Sendable () -> Void) {
    let counter = SignalCounter()
    for number in Self.stopping {
      listen(number) {
        if counter.next() == 1 { return onStop() }
        view.restoreTerminal()
        _exit(130)
      }
    }
    guard view is LiveScreen else { return }
    listen(SIGTSTP) {
      view.restoreTerminal()
      kill(getpid(), SIGSTOP)
      view.resume()
    }
    for number in Self.crashing { restoreCursor(on: number) }
  }

  /// Gives the signals their usual meaning back.
  func cancel() {
    for source in sources { source.cancel() }
    for number in Self.stopping + [SIGTSTP] { signal(number, SIG_DFL) }
  }

  private func listen(_ number: Int32, _ handler: @escaping @Sendable () -> Void) {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
    source.setEventHandler(handler: handler)
    source.resume()
    sources.append(source)
  }

  /// Shows the cursor again before the process dies of `number`. The handler only writes, which is safe in a signal.
  private func restoreCursor(on number: Int32) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      let text: StaticString = "\u{1B}[?25h\n"
      _ = write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
      signal(number, SIG_DFL)
      raise(number)
    }
    sigaction(number, &action, nil)
  }
}
