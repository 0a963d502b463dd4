internal import SluiceCore

/// How much of the log was not read yet: asked every few seconds, and none when the server says that it waits.
final class LogBacklog {
  private let catalog: StreamCatalog
  private var files: [LogServer.File] = []
  private var asked: ContinuousClock.Instant?
  /// The server has sent all that it has.
  var isAtHead = false

  init(_ catalog: StreamCatalog) {
    self.catalog = catalog
  }

  /// Bytes of the log behind a place; `nil` when the server does not say.
  func bytes(behind file: String, _ offset: UInt64) -> Int? {
    if isAtHead { return 0 }
    if asked.map({ ContinuousClock.now - $0 > .seconds(5) }) ?? true {
      asked = .now
      files = (try? catalog.ask { try LogServer($0).files() }) ?? []
    }
    guard let place = files.firstIndex(where: { $0.name == file }) else { return nil }
    let total = files[place...].reduce(0) { $0 + $1.size }
    return Int(clamping: total - min(total, offset))
  }
}
