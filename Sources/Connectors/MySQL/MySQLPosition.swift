internal import SluiceCore

/// A place in the binary log: `mysql:file=binlog.000003;pos=1234;gtid=…`.
///
/// `gtid` holds the executed set of MySQL or the position of MariaDB, without blanks; it is left out where the server has none.
struct MySQLPosition: Hashable, Sendable {
  let file: String
  let offset: UInt64
  let gtid: String?

  init(file: String, offset: UInt64, gtid: String?) {
    self.file = file
    self.offset = offset
    let compact = gtid?.filter { !$0.isWhitespace }
    self.gtid = compact?.isEmpty == false ? compact : nil
  }

  /// Reads back what `position` wrote.
  init(_ position: Position) throws {
    var parts: [Substring: Substring] = [:]
    if position.text.hasPrefix(Self.prefix) {
      for field in position.text.dropFirst(Self.prefix.count).split(separator: ";") {
        let pair = field.split(separator: "=", maxSplits: 1)
        if pair.count == 2 { parts[pair[0]] = pair[1] }
      }
    }
    guard let file = parts["file"], let offset = parts["pos"].flatMap({ UInt64($0) }) else {
      throw SluiceError(.stateForeign, "this is no position in a binary log", at: .init(position: position.text))
    }
    self.init(file: String(file), offset: offset, gtid: parts["gtid"].map(String.init))
  }

  var position: Position {
    Position("\(Self.prefix)file=\(file);pos=\(offset)" + (gtid.map { ";gtid=\($0)" } ?? ""))
  }

  private static let prefix = "mysql:"

  /// The head of the binary log; `nil` when the server writes none.
  static func current(_ connection: MySQLConnection) throws -> MySQLPosition? {
    let server = connection.server
    let hasNewName = server.isMariaDB ? server.isAtLeast(10, 5) : server.isAtLeast(8, 2)
    let statement = !hasNewName ? "SHOW MASTER STATUS" : server.isMariaDB ? "SHOW BINLOG STATUS" : "SHOW BINARY LOG STATUS"
    guard let row = try connection.query(statement).first, let file = row.first ?? nil, row.count > 1 else { return nil }
    let variable = server.isMariaDB ? "@@global.gtid_binlog_pos" : "@@global.gtid_executed"
    let gtid = server.isAtLeast(5, 6) ? try connection.query("SELECT \(variable)").first?.first ?? nil : nil
    return MySQLPosition(file: file, offset: row[1].flatMap { UInt64($0) } ?? 0, gtid: gtid)
  }
}
