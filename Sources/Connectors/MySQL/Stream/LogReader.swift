internal import SluiceCore

/// A connection to the log with the decoder of what comes over it. Confined to one thread.
final class LogReader {
  private let connection: LogConnection
  private var decoder = BinlogDecoder()

  init(_ options: MySQLOptions, start: LogStart, waits: Bool) throws {
    connection = try LogConnection(options, start: start, waits: waits)
  }

  /// Reads on and shows what was read, an event. `false` at the log's end. Waits for at most a heartbeat's period.
  func next(_ visit: (BinlogHeader, BinlogEvent) throws -> Void) throws -> Bool {
    // The connection keeps the bytes of a compressed transaction until the next read.
    if try decoder.readPayload(visit: visit) { return true }
    guard let bytes = try connection.next() else { return false }
    try decoder.begin(bytes, visit: visit)
    return true
  }

  /// Ends the log without reading it to its end.
  func close() {
    connection.close()
  }
}
