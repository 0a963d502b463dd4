internal import SluiceCore

/// An error as the server or the client library gave it.
struct MySQLServerError: Error, Sendable {
  let code: UInt32
  let state: String
  let message: String
}

/// Maps native error codes to kinds, with the remedy that helps in the case.
enum MySQLFailures {
  /// `doing` says what was tried: `connecting to db:3306`.
  static func error(_ native: MySQLServerError, doing: String, options: MySQLOptions, table: TableID? = nil) -> SluiceError {
    let kind = kind(of: native)
    return SluiceError(
      kind, "\(doing): \(text(of: native))", at: .init(table: table), remedy: remedy(native, options: options, table: table), cause: native)
  }

  /// A line that breaks before it stands was never there: the server is still starting, or closes the door on this client.
  static func connectError(_ native: MySQLServerError, options: MySQLOptions) -> SluiceError {
    let error = error(native, doing: "connecting to \(options.address)", options: options)
    guard error.kind == .sourceConnectionLost else { return error }
    return SluiceError(.sourceUnreachable, error.message, remedy: error.remedy, cause: native)
  }

  static func kind(of native: MySQLServerError) -> ErrorKind {
    if native.code == Self.logError { return logKind(native.message) }
    if let kind = kinds[native.code] { return kind }
    return native.code >= 2000 && native.code < 3000 ? .sourceUnreachable : .sourceQueryFailed
  }

  /// `ER_MASTER_FATAL_ERROR_READING_BINLOG`: one code for all that can happen to a log. Only its text tells what did.
  private static let logError: UInt32 = 1236

  private static let isTaken = "Another replica has this job's number: give `source.serverId` one of its own."

  /// MariaDB's code for what MySQL tells by that one: a replica with this number has come.
  private static let sameReplica: UInt32 = 4052

  private static func logKind(_ message: String) -> ErrorKind {
    let message = message.lowercased()
    return logTexts.first { message.contains($0.text) }?.kind ?? .sourceQueryFailed
  }

  /// Parts of the servers' messages, in lower case.
  private static let logTexts: [(text: String, kind: ErrorKind)] = [
    ("could not find first log file", .sourceLogGone), ("could not find next log", .sourceLogGone),
    ("purged required binary logs", .sourceLogGone), ("could not find gtid state requested", .sourceLogGone),
    ("is missing the gtid", .sourceLogGone), ("position > file size", .sourceLogForeign), ("more gtids than", .sourceLogForeign),
    ("not in the master's binlog", .sourceLogForeign), ("same server_uuid/server_id", .sourceConnectionLost),
    ("log is not open", .sourceLogUnusable), ("server_id is 0", .sourceLogUnusable), ("server id is 0", .sourceLogUnusable),
    ("gtid_mode", .sourceLogUnusable), ("checksum that", .sourceLogUnusable), ("max_allowed_packet", .sourceLogUnusable),
    ("position < 4", .sourceLogDamaged), ("did not pass", .sourceLogDamaged), ("checksum", .sourceLogDamaged), ("truncat", .sourceLogDamaged),
    ("bogus data", .sourceLogDamaged), ("read error", .sourceLogDamaged),
  ]

  /// The server quotes the statement in syntax errors, and with it values: those are left out.
  private static func text(of native: MySQLServerError) -> String {
    let hidesMessage: Set<UInt32> = [1064, 1292, 1366, 1406, 1525]
    let message = hidesMessage.contains(native.code) ? "the server refused the statement" : native.message
    return "\(message) (error \(native.code), state \(native.state))"
  }

  private static let kinds: [UInt32: ErrorKind] = [
    // Login.
    1045: .sourceAuthentication, 1698: .sourceAuthentication, 1251: .sourceAuthentication, 1275: .sourceAuthentication,
    1862: .sourceAuthentication, 1820: .sourceAuthentication, 3118: .sourceAuthentication, 3955: .sourceAuthentication,
    4151: .sourceAuthentication, 2059: .sourceAuthentication, 2061: .sourceAuthentication, 1130: .sourceAuthentication,
    // Rights.
    1044: .sourcePrivilege, 1142: .sourcePrivilege, 1143: .sourcePrivilege, 1227: .sourcePrivilege, 1370: .sourcePrivilege,
    // What is not there, or no longer.
    1049: .sourceTableMissing, 1146: .sourceTableMissing,
    // No log, or a file that it does not have.
    1381: .sourceLogUnusable, 1373: .sourceLogGone,
    1054: .sourceSchemaChanged, 1412: .sourceSchemaChanged, 1176: .sourceSchemaChanged,
    // No way in.
    2002: .sourceUnreachable, 2003: .sourceUnreachable, 2005: .sourceUnreachable, 2026: .sourceUnreachable, 1040: .sourceUnreachable,
    1203: .sourceUnreachable, 1226: .sourceUnreachable, 3159: .sourceUnreachable, 1129: .sourceUnreachable, 2012: .sourceUnreachable,
    // A way that broke, or a statement that somebody ended: trying again helps.
    2006: .sourceConnectionLost, 2013: .sourceConnectionLost, 2055: .sourceConnectionLost, 1053: .sourceConnectionLost,
    1927: .sourceConnectionLost, 4031: .sourceConnectionLost, 1317: .sourceConnectionLost, 1205: .sourceConnectionLost,
    1213: .sourceConnectionLost, 1158: .sourceConnectionLost, 1159: .sourceConnectionLost, 1160: .sourceConnectionLost,
    1161: .sourceConnectionLost, 1152: .sourceConnectionLost, 1184: .sourceConnectionLost, 2027: .sourceConnectionLost,
    3024: .sourceConnectionLost, 1969: .sourceConnectionLost, sameReplica: .sourceConnectionLost,
  ]

  private static func remedy(_ native: MySQLServerError, options: MySQLOptions, table: TableID?) -> String? {
    switch native.code {
    case 1044, 1142, 1143:
      let object = table.map { "\(MySQLText.quoted($0.database)).\(MySQLText.quoted($0.name))" } ?? "`database`.*"
      return "GRANT SELECT ON \(object) TO '\(options.user)'@'%';"
    case 1227 where native.message.contains("REPLICATION SLAVE"): return "GRANT REPLICATION SLAVE ON *.* TO '\(options.user)'@'%';"
    case 1381: return "Start the server with --log-bin and --binlog-format=ROW."
    case sameReplica: return isTaken
    case logError where kind(of: native) == .sourceConnectionLost: return isTaken
    case logError where native.message.contains("max_allowed_packet"): return "Raise max_allowed_packet at the server."
    case 1227: return "GRANT REPLICATION CLIENT ON *.* TO '\(options.user)'@'%'; on MariaDB: GRANT BINLOG MONITOR ON *.* …"
    case 1045: return "Check `source.user` and `source.password`, and that the account may log in from this machine."
    case 1698: return "This account logs in by unix socket only: give it a password, or use another one."
    case 1130: return "Create the account for this machine's address, for example '\(options.user)'@'%'."
    case 1129: return "Run FLUSH HOSTS on the server, then look for what keeps breaking connections."
    case 1820, 1862: return "The password has expired: ALTER USER '\(options.user)'@'%' IDENTIFIED BY '…';"
    case 1040, 1203: return "Raise max_connections (max_user_connections) at the server, or lower `settings.readers`."
    case 1226: return "The account has used up a limit of its own: ALTER USER … WITH MAX_QUERIES_PER_HOUR 0 MAX_USER_CONNECTIONS 0;"
    case 3159: return "The server takes encrypted connections only: set `source.tls.mode` to `required` or `verify-full`."
    case 2005: return "Check `source.host`: the name cannot be resolved."
    case 2002, 2003: return "Check `source.host` and `source.port`, the firewall, and that the server listens on that address (bind-address)."
    case 2026 where options.tls.mode == .verifyFull:
      return "Give the authority that signed the server's certificate as `source.tls.ca`, and the host by a name that the certificate holds."
    case 2026: return "Check that the server has TLS switched on, or set `source.tls.mode` to `disabled` on a network you trust."
    case 1205: return "A statement that changes the table holds it: wait for it to end."
    case 3024, 1969: return "Something ended the statement for taking long: check the server's and the account's time limits."
    default: return nil
    }
  }
}
