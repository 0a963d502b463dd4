internal import Foundation

/// What the stream that we write to can show.
struct Terminal: Sendable {
  let isTerminal: Bool
  let isUnicode: Bool
  let style: Style
  private let stream: Int32

  static let standardOutput = Terminal(STDOUT_FILENO)
  static let standardError = Terminal(STDERR_FILENO)

  private init(_ stream: Int32) {
    let environment = ProcessInfo.processInfo.environment
    self.stream = stream
    isTerminal = isatty(stream) == 1 && environment["TERM"] != "dumb"
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    isUnicode = locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
    style = Style(isColoured: isTerminal && (environment["NO_COLOR"] ?? "").isEmpty)
  }

  /// Columns and lines as they are now.
  var size: (width: Int, height: Int) {
    var size = winsize()
    guard isTerminal, ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
    return (Int(size.ws_col), max(Int(size.ws_row), 4))
  }

  /// One of two spellings of a sign.
  func sign(_ unicode: String, _ ascii: String) -> String { isUnicode ? unicode : ascii }
}
