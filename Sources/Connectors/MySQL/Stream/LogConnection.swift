internal import CMariaDB
internal import SluiceCore

/// A connection over which the server sends its log, packet by packet. Confined to one thread.
///
/// While nothing happens the server sends a heartbeat event a few times a second, so that a blocking read returns soon to a caller that
/// looks at the clock, and silence tells a dead server. Nothing has to be known of what the client library holds in its buffers.
final class LogConnection {
  /// Whether events before the first format description carry a checksum.
  let hasChecksums: Bool
  let server: MySQLServer
  private let connection: MySQLConnection

  /// Opens the log at `start`, which was checked: see `LogServer.start`. Without `waits` the log ends where the server has written it to.
  init(_ options: MySQLOptions, start: LogStart, waits: Bool) throws {
    var options = options
    options.readTimeout = min(options.readTimeout, Self.longestSilence)
    connection = try MySQLSession.open(options)
    server = connection.server
    let checksum = try connection.query("SELECT @@global.binlog_checksum").first?.first ?? nil
    hasChecksums = checksum.map { $0.uppercased() != "NONE" } ?? false
    try connection.execute("SET " + Self.settings(for: connection.server, start: start).joined(separator: ", "))
    let id = try options.serverID.map(UInt32.init) ?? Self.freeServerID(connection)
    if waits { try connection.command(COM_REGISTER_SLAVE, LogCommand.register(serverID: id, name: "sluice"), expectsAnswer: true) }
    let flags = LogCommand.Flags(endsWithLog: !waits)
    switch start {
    case .file(let file, let offset):
      guard let offset = UInt32(exactly: offset) else {
        throw SluiceError(
          .sourceLogUnusable, "a log cannot be read from a place beyond 4 GiB", at: .init(position: "\(file):\(offset)"),
          remedy: "Copy the tables anew, and switch GTIDs on: they tell places in logs of any size.")
      }
      try connection.command(COM_BINLOG_DUMP, LogCommand.dump(file: file, offset: offset, serverID: id, flags: flags))
    case .gtids(.mariadb):
      try connection.command(COM_BINLOG_DUMP, LogCommand.dump(file: "", offset: 4, serverID: id, flags: flags))
    case .gtids(.mysql(let set)):
      try connection.command(Self.dumpByGTID, LogCommand.dump(after: set, serverID: id, flags: flags))
    }
  }

  /// The next event's bytes, valid until the next call; `nil` at the log's end. Waits for at most a heartbeat's period.
  func next() throws -> UnsafeRawBufferPointer? {
    guard let packet = try connection.readLogPacket() else { return nil }
    // Each packet begins with a status byte, which is 0.
    return UnsafeRawBufferPointer(rebasing: packet.dropFirst())
  }

  /// Cuts the line: the server notices at its next packet.
  func close() {
    connection.abandon()
  }

  /// Seconds.
  static let heartbeat = 0.1
  /// Seconds of silence after which the server counts as lost. Skipping to a place in a large log is silent, too.
  private static let longestSilence = 60.0

  /// `COM_BINLOG_DUMP_GTID`, which MariaDB's client library does not know.
  private static let dumpByGTID = enum_server_command(30)

  private static func settings(for server: MySQLServer, start: LogStart) -> [String] {
    let period = Int(heartbeat * 1e9)
    var settings = ["@master_heartbeat_period = \(period)", "@master_binlog_checksum = @@global.binlog_checksum"]
    if server.isMariaDB {
      // 4: knows MariaDB's own events; less, and the server would send others in their place.
      settings.append("@mariadb_slave_capability = 4")
      if case .gtids(let gtids) = start {
        settings += ["@slave_connect_state = '\(gtids.sqlText)'", "@slave_gtid_strict_mode = 1", "@slave_gtid_ignore_duplicates = 0"]
      }
    } else {
      // The names of servers up to 8.0.25 and of later ones. The UUID is nobody's: of two replicas with one the server drops the older.
      settings += ["@source_heartbeat_period = \(period)", "@source_binlog_checksum = @@global.binlog_checksum"]
      settings += ["@slave_uuid = UUID()", "@replica_uuid = @slave_uuid"]
    }
    return settings
  }

  /// A number that no replica has, as far as the account may see them.
  private static func freeServerID(_ connection: MySQLConnection) throws -> UInt32 {
    let server = connection.server
    let hasNewName = server.isMariaDB ? server.isAtLeast(10, 5) : server.isAtLeast(8, 1)
    let replicas = (try? connection.query(hasNewName ? (server.isMariaDB ? "SHOW REPLICA HOSTS" : "SHOW REPLICAS") : "SHOW SLAVE HOSTS")) ?? []
    var taken = Set(replicas.compactMap { $0.first.flatMap { $0 }.flatMap { UInt32($0) } })
    if let own = try connection.query("SELECT @@global.server_id").first?.first.flatMap({ $0 }).flatMap({ UInt32($0) }) { taken.insert(own) }
    while true {
      let id = UInt32.random(in: 0xc000_0000...0xffff_fffe)
      if !taken.contains(id) { return id }
    }
  }
}
