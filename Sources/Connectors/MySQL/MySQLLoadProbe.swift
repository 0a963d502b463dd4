internal import SluiceCore

/// Asks a server how many threads work, and how far it is behind if it is a replica.
final class MySQLLoadProbe: SourceLoadProbe {
  private let connection: MySQLConnection
  /// The account may not ask for the state of the replica.
  private var knowsLag = true

  init(_ options: MySQLOptions) throws {
    connection = try MySQLSession.open(options)
  }

  func load() throws -> SourceLoad {
    let rows = try connection.query("SHOW GLOBAL STATUS LIKE 'Threads_running'")
    // This very question is one of them.
    let threads = rows.first.flatMap { $0.count == 2 ? $0[1].flatMap { Int($0) } : nil }.map { max(0, $0 - 1) }
    return SourceLoad(threadsRunning: threads, replicationLag: try lag())
  }

  /// `nil` for a server that is no replica, or does not tell.
  private func lag() throws -> Double? {
    guard knowsLag else { return nil }
    let server = connection.server
    let isNew = !server.isMariaDB && server.isAtLeast(8, 4)
    do {
      let result = try connection.stream(isNew ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS")
      let names = result.fields.map(\.name)
      guard let place = names.firstIndex(where: { $0 == "Seconds_Behind_Master" || $0 == "Seconds_Behind_Source" }) else { return nil }
      var worst: Double?
      while let row = try result.next() {
        // A replica whose threads do not run says nothing.
        worst = max(worst ?? 0, row.text(place).flatMap { Double($0) } ?? .infinity)
      }
      return worst
    } catch let error as SluiceError where error.kind == .sourcePrivilege {
      knowsLag = false
      return nil
    }
  }
}
